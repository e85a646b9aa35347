using Dapper;
using Exchange.Adapter.Journal.Reading;
using Exchange.Adapter.Journal.Review;
using static Exchange.Adapter.Tests.Journal.KeptJournal;

namespace Exchange.Adapter.Tests.Journal;

public sealed class ReviewTests : IDisposable
{
    readonly KeptJournal kept = new();

    public void Dispose() => kept.Dispose();

    [Fact]
    public async Task Who_asks_without_a_case_is_found_and_nobody_else()
    {
        await kept.Add(Asked("sato", "P-1"), Asked("suzuki", "P-1", caseId: "", request: 2), Asked("suzuki", "P-2", caseId: "", request: 3));
        var finding = Assert.Single(Review().Findings);
        Assert.Equal((SnoopingPattern.NoCase, "suzuki", 2, 1), (finding.Pattern, finding.Official, finding.Lookups, finding.Days));
        Assert.Equal([Id(3), Id(2)], finding.Newest.Select(entry => entry.RequestId));
    }

    [Fact]
    public async Task Who_asks_about_a_colleague_is_found()
    {
        await kept.Add(Asked("sato", "P-1"), Asked("suzuki", "P-77"), Asked("suzuki", "P-77", day: 1));
        var finding = Assert.Single(Review(options => options with { Colleagues = new HashSet<string> { "P-77", "P-78" } }).Findings);
        Assert.Equal((SnoopingPattern.Colleague, "suzuki", "P-77", 2), (finding.Pattern, finding.Official, finding.Person, finding.Lookups));
    }

    [Fact]
    public async Task One_person_on_many_days_is_found_and_many_questions_of_one_day_are_not()
    {
        await kept.Add(
            [.. Enumerable.Range(0, 5).Select(day => Asked("suzuki", "P-1", day)), .. Enumerable.Range(0, 9).Select(n => Asked("sato", "P-1", day: 3 + n / 100.0)),
             .. Enumerable.Range(0, 4).Select(day => Asked("kato", "P-1", day))]);
        var finding = Assert.Single(Review().Findings);
        Assert.Equal((SnoopingPattern.SamePersonAgain, "suzuki", "P-1", 5, 5), (finding.Pattern, finding.Official, finding.Person, finding.Lookups, finding.Days));
        Assert.Equal(2, Review(options => options with { Days = 4 }).Findings.Count);
        Assert.Empty(Review(options => options with { Until = Begin.AddDays(4).ToUnixTimeMilliseconds() }).Findings);
    }

    [Fact]
    public async Task Days_are_those_of_Japan()
    {
        // 23:59 and 0:01 in Japan.
        await kept.Add(Asked("suzuki", "P-1", day: 14.99 / 24), Asked("suzuki", "P-1", day: 15.01 / 24));
        Assert.Equal(2, Assert.Single(Review(options => options with { Days = 2 }).Findings).Days);
    }

    [Fact]
    public async Task Who_asks_about_far_more_people_than_the_middle_of_the_task_is_found_and_who_asks_often_about_few_is_not()
    {
        await kept.Add(
            [.. Enumerable.Range(0, 4).SelectMany(n => Enumerable.Range(0, 3).Select(person => Asked($"official-{n}", $"P-{person}"))),
             .. Enumerable.Range(0, 60).Select(person => Asked("suzuki", $"P-{person}")), .. Enumerable.Range(0, 60).Select(_ => Asked("kato", "P-1")),
             // Four have this task, and five make a middle.
             .. Enumerable.Range(0, 60).Select(person => Asked("lone", $"P-{person}", task: "rare"))]);
        var finding = Assert.Single(Review().Findings);
        Assert.Equal((SnoopingPattern.FarAboveOthers, "suzuki", "resident-tax", 60, 60), (finding.Pattern, finding.Official, finding.Task, finding.Lookups, finding.People));
        Assert.Empty(Review(options => options with { LeastPeople = 61 }).Findings);
        Assert.Empty(Review(options => options with { Times = 21 }).Findings);
    }

    [Fact]
    public async Task A_key_drawn_in_between_hides_nobody()
    {
        await kept.Add(
            [.. Enumerable.Range(0, 4).Select(day => Asked("suzuki", "P-1", day)), .. Enumerable.Range(0, 40).Select(person => Asked("suzuki", $"P-{person}")),
             .. Enumerable.Range(0, 4).Select(n => Asked($"official-{n}", "P-1"))]);
        kept.AddKey();
        await kept.Add(
            [.. Enumerable.Range(4, 4).Select(day => Asked("suzuki", "P-1", day)), .. Enumerable.Range(30, 30).Select(person => Asked("suzuki", $"P-{person}", day: 4)),
             .. Enumerable.Range(0, 4).Select(n => Asked($"official-{n}", "P-1"))]);

        var findings = Review().Findings;

        var again = Assert.Single(findings, one => one.Pattern == SnoopingPattern.SamePersonAgain);
        Assert.Equal(("suzuki", "P-1", 8), (again.Official, again.Person, again.Days));
        Assert.Equal([7, 6, 5, 4, 3], again.Newest.Select(entry => (entry.TimeUnixMs - Begin.ToUnixTimeMilliseconds()) / 86_400_000));
        var far = Assert.Single(findings, one => one.Pattern == SnoopingPattern.FarAboveOthers);
        Assert.Equal(("suzuki", 60), (far.Official, far.People));
    }

    [Fact]
    public async Task What_does_not_open_is_counted_by_the_indexes_of_its_row()
    {
        await kept.Add([.. Enumerable.Range(0, 6).Select(day => Asked("suzuki", "P-1", day))]);
        using (var file = kept.Store.Open())
            file.Execute("UPDATE asked SET data_set = 'other' WHERE id < 3");
        var result = Review();
        Assert.Equal((2, 6), (result.Unopened, Assert.Single(result.Findings).Days));
    }

    [Fact]
    public async Task Officials_of_two_agencies_with_one_name_are_two()
    {
        await kept.Add([.. Enumerable.Range(0, 6).Select(day => Answered("suzuki", "P-1", day, requester: day < 3 ? "jp.mun.131016" : "jp.mun.271004"))]);
        Assert.Empty(Review(options => options with { Side = JournalSide.Answered }).Findings);
        Assert.Equal(["jp.mun.131016", "jp.mun.271004"], Review(options => options with { Side = JournalSide.Answered, Days = 3 }).Findings.Select(one => one.Agency).Order());
        Assert.Empty(Review(options => options with { Days = 3 }).Findings);
    }

    [Fact]
    public async Task The_sample_is_drawn_from_all_entries_with_the_same_chance()
    {
        await using (var journal = kept.Write())
            for (var i = 0; i < 40; i++)
                await journal.Write(Asked("sato", $"P-{i}", day: i));
        var drawn = new int[40];
        var seed = 7UL;
        for (var i = 0; i < 2000; i++)
            foreach (var entry in Review(options => options with { Sample = 10 }, below => (long)((seed = unchecked(seed * 6364136223846793005 + 1442695040888963407)) >> 33) % below).Sample)
                drawn[entry.Id - 1]++;
        // 500 are expected of each; the deviation is 19.4.
        Assert.All(drawn, count => Assert.InRange(count, 400, 600));

        Assert.Equal(40, Review(options => options with { Sample = 100 }).Sample.Select(entry => entry.Id).Distinct().Count());
        Assert.Empty(Review(options => options with { Sample = 0 }).Sample);
    }

    [Fact]
    public async Task Findings_of_a_pattern_are_bounded_and_it_is_said()
    {
        await using (var journal = kept.Write())
            for (var i = 0; i <= JournalReview.MostFindings; i++)
                await journal.Write(Asked($"official-{i}", "P-1", caseId: ""));
        var result = Review();
        Assert.True(result.IsCut);
        Assert.Equal(JournalReview.MostFindings, result.Findings.Count);
    }

    ReviewResult Review(Func<ReviewOptions, ReviewOptions>? change = null, Func<long, long>? draw = null)
    {
        var options = new ReviewOptions { From = Begin.AddDays(-1).ToUnixTimeMilliseconds(), Until = Begin.AddDays(100).ToUnixTimeMilliseconds() };
        return new JournalReview(kept.Read(), change?.Invoke(options) ?? options, draw).Run(null, CancellationToken.None);
    }
}
