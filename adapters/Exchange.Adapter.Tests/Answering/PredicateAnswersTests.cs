using Exchange.Adapter.Sources;
using Exchange.Protocol.DataSets;
using Exchange.V1;
using Records.Municipality.V1;
using Records.Tax.V1;

namespace Exchange.Adapter.Tests.Answering;

/// <summary>Predicates in place of a record.</summary>
public sealed class PredicateAnswersTests
{
    const string Held = "4711", Unknown = "nobody";

    static readonly DataSetContract open = DataSetCatalogue.Income, guarded = DataSetCatalogue.ResidentTax;
    static readonly TimeSpan wait = Ms(9_950), timeout = Ms(9_900);

    static readonly Predicate lowIncome = new() { Name = "low-income", Version = "2025-10", Test = "total_income < 1500000" },
        levied = new() { Name = "levied", Version = "1", Test = "municipal_income_levy > 0" };

    [Fact]
    public async Task A_predicate_is_decided_here_and_of_the_record_nothing_leaves_but_that()
    {
        await using var agency = new AnsweringAgency((_, _, _) => Task.FromResult<SourceRecord?>(new SourceRecord(new IncomeStatement { Year = 2025, TotalIncome = 1_499_999 }, 7, "revision", 0)));
        agency.Enrol(Held);
        Release(agency, open, lowIncome, levied);

        var (_, asked) = agency.Ask(Held, open, wait, timeout, predicates: ["levied", "low-income", "levied"], grantedPredicates: [lowIncome, levied]);
        var answer = await agency.Answered(asked, open);

        Assert.Equal(AnswerStatus.Found, answer.Status);
        Assert.Equal([new Verdict { Predicate = "levied", Version = "1", Truth = Truth.NotKnown }, new Verdict { Predicate = "low-income", Version = "2025-10", Truth = Truth.Yes }], answer.Content.Verdicts);
        Assert.Equal((true, 0, "", 7), (answer.Content.Record.IsEmpty, answer.Content.Withheld.Count, answer.Content.Freshness.SourceRevision, answer.Content.Freshness.AsOfUnixMs));
        var entry = Assert.Single(agency.Journal.Answered.Recent(10));
        Assert.Empty(entry.Granted);
        Assert.Equal(answer.Content.Verdicts, Answer.Parser.ParseFrom(entry.Answer).Verdicts);
    }

    public static TheoryData<string[], Predicate[]> NotReleased => new()
    {
        // Not granted; granted and not on the list; with another bound, another version or another name than the list has; one of two.
        { ["low-income"], [] },
        { ["levied"], [levied] },
        { ["low-income"], [new Predicate(lowIncome) { Test = "total_income < 1400000" }] },
        { ["low-income"], [new Predicate(lowIncome) { Version = "2026-10" }] },
        { ["poor"], [new Predicate(lowIncome) { Name = "poor" }] },
        { ["low-income", "levied"], [lowIncome, levied] },
    };

    [Theory]
    [MemberData(nameof(NotReleased))]
    public async Task A_predicate_that_grant_and_list_do_not_both_have_in_the_same_words_is_withheld_and_no_other_is_told_with_it(string[] predicates, Predicate[] granted)
    {
        var reads = 0;
        await using var agency = new AnsweringAgency((_, _, _) =>
        {
            reads++;
            return Task.FromResult<SourceRecord?>(new SourceRecord(new IncomeStatement { TotalIncome = 1 }, 1, "r", 0));
        });
        agency.Enrol(Held);
        Release(agency, open, lowIncome);

        var (_, asked) = agency.Ask(Held, open, wait, timeout, predicates: predicates, grantedPredicates: granted);
        var answer = await agency.Answered(asked, open);

        Assert.Equal((AnswerStatus.Withheld, 0, 0), (answer.Status, answer.Content.Verdicts.Count, reads));
    }

    [Fact]
    public async Task Of_a_protected_data_set_a_predicate_that_is_not_released_is_answered_like_somebody_unknown()
    {
        await using var agency = new AnsweringAgency((_, _, _) => Task.FromResult<SourceRecord?>(new SourceRecord(new ResidentTax { TotalIncome = 1 }, 1, "r", 0)));
        agency.Enrol(Held);
        foreach (var person in new[] { Held, Unknown })
        {
            var waits = agency.Time.Awaited(agency.Time.GetUtcNow() + Ms(100));
            var (_, asked) = agency.Ask(person, guarded, wait, timeout, predicates: ["low-income"], grantedPredicates: [lowIncome]);
            await AnsweringAgency.InTime(waits);
            agency.Time.Advance(Ms(100));
            Assert.Equal(AnswerStatus.NotFound, (await agency.Answered(asked, guarded)).Status);
        }
    }

    [Fact]
    public async Task More_predicates_than_may_be_asked_for_are_refused()
    {
        await using var agency = new AnsweringAgency((_, _, _) => throw new InvalidOperationException());
        agency.Enrol(Held);
        var (ask, _) = agency.Ask(Held, open, wait, timeout, predicates: [.. Enumerable.Range(0, 17).Select(n => $"p{n}")]);
        Assert.Equal(Reason.QuestionInvalid, (await AnsweringAgency.InTime(ask.Reply)).Refusal!.Reason);
    }

    static void Release(AnsweringAgency agency, DataSetContract dataSet, params Predicate[] predicates)
    {
        File.WriteAllText(agency.Allow, $"allow:\n  - requester: jp.mun.*\n    task: {AnsweringAgency.Task}\n    data_set: {dataSet.Id}\n    predicates:\n"
            + string.Concat(predicates.Select(one => $"      - {{ name: {one.Name}, version: \"{one.Version}\", test: {one.Test} }}\n")));
        Assert.True(agency.Allowed.Refresh());
    }

    static TimeSpan Ms(int milliseconds) => TimeSpan.FromMilliseconds(milliseconds);
}
