using Exchange.Adapter.Tests.Answering;
using Exchange.Hosting.Storage;
using Exchange.V1;
using static Exchange.Adapter.Tests.Protection.RiskScene;

namespace Exchange.Adapter.Tests.Protection;

/// <summary>Who marks somebody and lifts it, and what of it is there after a restart.</summary>
public sealed class MarkedPeopleTests
{
    [Fact]
    public async Task Whoever_is_marked_anew_needs_a_new_approval()
    {
        await using var agency = Begin(one);
        await Told(agency, AtRisk);
        Assert.Null(agency.Book.Decide(agency.Book.Open[0].Id, approves: true, "tanaka", "desk", out _));
        agency.Book.End(AtRisk);
        Assert.Equal(AnswerStatus.Pending, (await Told(agency, AtRisk)).Status);
        Assert.Single(agency.Book.Open);
    }

    [Fact]
    public async Task What_waits_and_what_is_decided_and_who_is_marked_is_the_same_after_a_restart()
    {
        await using var agency = Begin(one);
        await Told(agency, AtRisk);
        await Told(agency, AtRisk, predicates: ["low-income"]);
        var before = agency.Book.Open;
        Assert.Null(agency.Book.Decide(before[0].Id, approves: true, "tanaka", "desk", out _));

        var after = agency.ReadBook(one);

        Assert.Equal((before[1].Id, before[1].Content), (Assert.Single(after.Open).Id, after.Open[0].Content));
        Assert.True(after.IsApproved(new Header { Requester = AnsweringAgency.Town, Task = AnsweringAgency.Task, DataSet = guarded.Id }, new Question { Official = "official-1", CaseId = "case-1" }, AtRisk));
        Assert.Equal((AtRisk, true), (Assert.Single(agency.Protected.Marked).Person, agency.Protected.NeedsApproval(AtRisk)));
    }

    [Fact]
    public async Task A_mark_adds_to_those_there_are_and_lifting_takes_all_of_them_away_and_both_are_remembered()
    {
        await using var agency = Begin(one);
        agency.Protected.Mark(AtRisk, needsApproval: false, hidesHistory: true, "mori", "desk");
        Assert.True(agency.Protected.NeedsApproval(AtRisk));

        Assert.Null(agency.Protected.Lift(AtRisk, "tanaka", "desk", out var lifted));

        Assert.Equal((false, false), (lifted!.NeedsApproval, lifted.HidesHistory));
        Assert.Equal(["suzuki", "mori", "tanaka"], lifted.Changes.Select(change => change.Official));
        Assert.Equal(AnswerStatus.Found, (await Told(agency, AtRisk)).Status);
        Assert.Equal(Reason.PersonUnknown, agency.Protected.Lift(AtRisk, "tanaka", "desk", out _)?.Reason);
        agency.ReadBook(one);
        Assert.True(agency.Protected.TryFind(AtRisk, out var kept));
        Assert.Equal(lifted, kept);
    }

    [Fact]
    public async Task Where_two_officials_decide_one_alone_takes_no_mark_away()
    {
        await using var agency = Begin(two);
        Assert.Null(agency.Protected.Lift(AtRisk, "tanaka", "desk", out var asked));
        Assert.True(agency.Protected.LiftAsked(asked!));
        Assert.Equal(Reason.CallerNotPermitted, agency.Protected.Lift(AtRisk, "mori", "desk", out _)?.Reason);
        Assert.Equal(AnswerStatus.Pending, (await Told(agency, AtRisk)).Status);
        // A new mark is a new beginning.
        agency.Protected.Mark(AtRisk, needsApproval: true, hidesHistory: false, "suzuki", "desk");
        Assert.Null(agency.Protected.Lift(AtRisk, "mori", "chief", out _));
        Assert.True(agency.Protected.NeedsApproval(AtRisk));
        Assert.Null(agency.Protected.Lift(AtRisk, "tanaka", "desk", out _));
        Assert.False(agency.Protected.NeedsApproval(AtRisk));
    }

    [Fact]
    public async Task Somebody_is_marked_before_they_are_enrolled()
    {
        await using var agency = Begin(one);
        agency.Protected.Mark("9999", needsApproval: true, hidesHistory: false, "suzuki", "desk");
        agency.Enrol("9999");
        Assert.Equal(AnswerStatus.Pending, (await Told(agency, "9999")).Status);
    }

    [Fact]
    public async Task A_store_put_back_to_an_older_copy_or_absent_stops_the_start_until_it_is_accepted()
    {
        await using var agency = Begin(one);
        agency.BreakProtection();
        File.Copy(agency.ProtectionFile, agency.ProtectionFile + ".old");
        agency.ReadBook(one);
        agency.Protected.Mark(Ordinary, needsApproval: true, hidesHistory: false, "suzuki", "desk");
        agency.BreakProtection();

        File.Copy(agency.ProtectionFile + ".old", agency.ProtectionFile, overwrite: true);
        Assert.Contains("older than the one in use before", Assert.Throws<StoreException>(() => agency.ReadBook(one)).Message, StringComparison.Ordinal);
        foreach (var file in Directory.GetFiles(Path.GetDirectoryName(agency.ProtectionFile)!, "protection.db*").Where(file => !file.EndsWith(".old", StringComparison.Ordinal)))
            File.Delete(file);
        Assert.Throws<StoreException>(() => agency.ReadBook(one));

        agency.AcceptProtection();
        agency.ReadBook(one);
        Assert.Empty(agency.Protected.Marked);
    }

    [Fact]
    public async Task A_store_that_takes_nothing_more_changes_no_answer_and_the_officials_see_the_question()
    {
        await using var agency = Begin(one);
        await Told(agency, AtRisk);
        agency.BreakProtection();
        foreach (var caseId in new[] { "case-1", "case-2" })
            Assert.Equal(Plain(await Told(agency, Unknown, caseId: caseId)), Plain(await Told(agency, AtRisk, caseId: caseId)));
        Assert.Equal(["case-1", "case-2"], agency.Book.Open.Select(waiting => waiting.Content.CaseId));
    }
}
