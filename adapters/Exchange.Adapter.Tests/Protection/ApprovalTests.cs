using Exchange.Adapter.Protection;
using Exchange.Adapter.Sources;
using Exchange.Adapter.Tests.Answering;
using Exchange.V1;
using Google.Protobuf;
using static Exchange.Adapter.Tests.Protection.RiskScene;

namespace Exchange.Adapter.Tests.Protection;

/// <summary>Somebody at risk, somebody unknown and anybody else, as one requester hears of them.</summary>
public sealed class ApprovalTests
{
    [Fact]
    public async Task Without_anybody_who_decides_somebody_at_risk_is_answered_like_somebody_unknown_and_everybody_else_as_ever()
    {
        await using var agency = Begin(ApprovalRules.None);
        Assert.Equal(await Told(agency, Unknown), await Told(agency, AtRisk));
        Assert.Equal(AnswerStatus.NotFound, (await Told(agency, AtRisk)).Status);
        Assert.Equal(AnswerStatus.Found, (await Told(agency, Ordinary)).Status);
        Assert.Equal(await Told(agency, Unknown, dataSet: open), await Told(agency, AtRisk, dataSet: open));
        Assert.Empty(agency.Book.Open);
    }

    [Fact]
    public async Task Somebody_at_risk_and_somebody_unknown_are_pending_alike_and_resolve_to_NOT_FOUND_at_the_same_time()
    {
        await using var agency = Begin(one);
        var (risk, nobody) = (await Told(agency, AtRisk), await Told(agency, Unknown));

        Assert.Equal((AnswerStatus.Pending, Plain(nobody)), (risk.Status, Plain(risk)));
        // From the time that stands in the question, whatever answering it took.
        Assert.Equal(agency.Time.Start + TimeSpan.FromHours(72), DateTimeOffset.FromUnixTimeMilliseconds(risk.Freshness.NextUpdateUnixMs));
        Assert.Equal(agency.Time.Start + pace + TimeSpan.FromHours(72), DateTimeOffset.FromUnixTimeMilliseconds(nobody.Freshness.NextUpdateUnixMs));
        foreach (var hours in new[] { 1, 70 })
        {
            await agency.Pass(TimeSpan.FromHours(hours));
            Assert.Equal((AnswerStatus.Pending, risk.Ticket, risk.Freshness), Again(await Told(agency, AtRisk, risk.Ticket)));
            Assert.Equal((AnswerStatus.Pending, nobody.Ticket, nobody.Freshness), Again(await Told(agency, Unknown, nobody.Ticket)));
        }
        await agency.Pass(TimeSpan.FromHours(1));

        Assert.Equal(AnswerStatus.NotFound, (await Told(agency, AtRisk, risk.Ticket)).Status);
        Assert.Equal(await Told(agency, Unknown, nobody.Ticket), await Told(agency, AtRisk, risk.Ticket));
        // Whoever goes on asking with a ticket that is over is seen by the officials all the same.
        Assert.Single(agency.Book.Open);

        static (AnswerStatus, ByteString, Freshness) Again(Heard heard) => (heard.Status, heard.Ticket, heard.Freshness);
    }

    [Fact]
    public async Task Everybody_else_is_answered_at_once_where_officials_decide()
    {
        await using var agency = Begin(one);
        Assert.Equal(AnswerStatus.Found, (await Told(agency, Ordinary)).Status);
        Assert.Equal(AnswerStatus.NotFound, (await Told(agency, Unknown, dataSet: open)).Status);
        Assert.Empty(agency.Book.Open);
    }

    [Fact]
    public async Task Once_approved_it_is_answered_to_this_requester_for_this_task_and_for_some_days()
    {
        await using var agency = Begin(one);
        var ticket = (await Told(agency, AtRisk)).Ticket;
        var waiting = Assert.Single(agency.Book.Open);
        Assert.Equal((AtRisk, AnsweringAgency.Town, AnsweringAgency.Task, guarded.Id, "official-1", "case-1", 1u), (
            waiting.Content.Person, waiting.Content.Requester, waiting.Content.Task, waiting.Content.DataSet, waiting.Content.Official, waiting.Content.CaseId, waiting.Content.TimesAsked));

        Assert.Null(agency.Book.Decide(waiting.Id, approves: true, "tanaka", "desk", out _));

        Assert.Equal(AnswerStatus.Found, (await Told(agency, AtRisk, ticket)).Status);
        // Another question is another approval.
        Assert.Equal(AnswerStatus.Pending, (await Told(agency, AtRisk, predicates: ["low-income"])).Status);
        Assert.Equal(["low-income"], Assert.Single(agency.Book.Open).Content.Predicates);
        await agency.Pass(TimeSpan.FromDays(6));
        Assert.Equal(AnswerStatus.Found, (await Told(agency, AtRisk)).Status);
        await agency.Pass(TimeSpan.FromDays(2));
        Assert.Equal(AnswerStatus.Pending, (await Told(agency, AtRisk)).Status);
        Assert.NotEqual(waiting.Id, Assert.Single(agency.Book.Open).Id);
    }

    [Fact]
    public async Task What_was_approved_is_withdrawn_by_whoever_approved_it()
    {
        await using var agency = Begin(one);
        await Told(agency, AtRisk);
        var id = agency.Book.Open[0].Id;
        Assert.Null(agency.Book.Decide(id, approves: true, "tanaka", "desk", out _));
        Assert.Equal(AnswerStatus.Found, (await Told(agency, AtRisk)).Status);
        Assert.Null(agency.Book.Decide(id, approves: false, "tanaka", "desk", out _));
        Assert.Equal(AnswerStatus.Pending, (await Told(agency, AtRisk)).Status);
    }

    [Fact]
    public async Task Declined_it_stays_pending_until_it_resolves_and_is_asked_of_nobody_again_meanwhile()
    {
        await using var agency = Begin(one);
        var ticket = (await Told(agency, AtRisk)).Ticket;

        Assert.Null(agency.Book.Decide(agency.Book.Open[0].Id, approves: false, "tanaka", "desk", out var decided));

        Assert.Equal(ApprovalState.Declined, decided!.Content.State);
        Assert.Equal(AnswerStatus.Pending, (await Told(agency, AtRisk, ticket)).Status);
        Assert.Equal(AnswerStatus.Pending, (await Told(agency, AtRisk)).Status);
        Assert.Empty(agency.Book.Open);
        await agency.Pass(TimeSpan.FromHours(73));
        Assert.Equal(AnswerStatus.NotFound, (await Told(agency, AtRisk, ticket)).Status);
    }

    [Fact]
    public async Task Where_two_officials_are_needed_the_second_is_another_by_another_caller()
    {
        await using var agency = Begin(two);
        await Told(agency, AtRisk);
        var id = agency.Book.Open[0].Id;

        Assert.Null(agency.Book.Decide(id, approves: true, "tanaka", "desk", out var once));
        Assert.Equal(ApprovalState.Open, once!.Content.State);
        Assert.Equal(AnswerStatus.Pending, (await Told(agency, AtRisk)).Status);
        Assert.Equal(Reason.CallerNotPermitted, agency.Book.Decide(id, approves: true, "Tanaka", "chief", out _)?.Reason);
        Assert.Equal(Reason.CallerNotPermitted, agency.Book.Decide(id, approves: true, "mori", "desk", out _)?.Reason);
        Assert.Null(agency.Book.Decide(id, approves: true, "mori", "chief", out var twice));

        Assert.Equal((ApprovalState.Approved, "tanaka mori"), (twice!.Content.State, string.Join(' ', twice.Content.Voices.Select(voice => voice.Official))));
        Assert.Equal(AnswerStatus.Found, (await Told(agency, AtRisk)).Status);
        Assert.Equal(Reason.ApprovalUnknown, agency.Book.Decide(id, approves: true, "ito", "third", out _)?.Reason);
    }

    [Fact]
    public async Task Of_two_officials_one_who_declines_is_enough()
    {
        await using var agency = Begin(two);
        await Told(agency, AtRisk);
        var id = agency.Book.Open[0].Id;
        Assert.Null(agency.Book.Decide(id, approves: true, "tanaka", "desk", out _));
        Assert.Null(agency.Book.Decide(id, approves: false, "mori", "desk", out var decided));
        Assert.Equal(ApprovalState.Declined, decided!.Content.State);
    }

    [Fact]
    public async Task Asked_again_it_is_one_question()
    {
        await using var agency = Begin(one);
        for (var i = 0; i < 3; i++)
            await Told(agency, AtRisk);
        Assert.Equal(3u, Assert.Single(agency.Book.Open).Content.TimesAsked);
    }

    [Fact]
    public async Task Of_somebody_at_risk_nothing_is_read_to_find_out_whether_they_are_meant()
    {
        var reads = 0;
        await using var agency = Begin(one, (_, _) =>
        {
            reads++;
            throw new SourceException("identities", "away");
        });
        var (risk, nobody) = (await Told(agency, AtRisk, meant: new Identity { BirthDate = "1984-05-14" }), await Told(agency, Unknown, meant: new Identity { BirthDate = "1984-05-14" }));
        Assert.Equal((Plain(nobody), 0), (Plain(risk), reads));
    }

    [Fact]
    public async Task Another_case_is_another_question_whatever_was_said_to_the_first()
    {
        await using var agency = Begin(two);
        await Told(agency, AtRisk);
        var id = agency.Book.Open[0].Id;
        Assert.Null(agency.Book.Decide(id, approves: true, "tanaka", "desk", out _));

        await Told(agency, AtRisk, caseId: "case-2");
        await Told(agency, AtRisk);

        Assert.Equal([("case-1", 1), ("case-2", 0)], agency.Book.Open.Select(waiting => (waiting.Content.CaseId, waiting.Content.Voices.Count)));
        Assert.Null(agency.Book.Decide(id, approves: true, "mori", "chief", out _));
        Assert.Equal(AnswerStatus.Found, (await Told(agency, AtRisk)).Status);
        Assert.Equal(AnswerStatus.Pending, (await Told(agency, AtRisk, caseId: "case-2")).Status);
        Assert.Null(agency.Book.Decide(agency.Book.Open[0].Id, approves: false, "mori", "chief", out _));
        await Told(agency, AtRisk, caseId: "case-3");
        Assert.Equal("case-3", Assert.Single(agency.Book.Open).Content.CaseId);
    }

    [Fact]
    public async Task More_open_questions_of_one_agency_about_one_person_than_anybody_means_are_not_listed_and_answered_alike()
    {
        await using var agency = Begin(one);
        for (var i = 0; i < 25; i++)
            Assert.Equal(AnswerStatus.Pending, (await Told(agency, AtRisk, caseId: $"case-{i}")).Status);
        Assert.Equal(20, agency.Book.Open.Count);
    }

    [Fact]
    public async Task What_is_asked_while_it_is_being_approved_stays_approved()
    {
        await using var agency = Begin(one);
        await Told(agency, AtRisk);
        Assert.Null(agency.Book.Decide(agency.Book.Open[0].Id, approves: true, "tanaka", "desk", out var decided));
        var header = new Header { Requester = AnsweringAgency.Town, Task = AnsweringAgency.Task, DataSet = guarded.Id };
        var question = new Question { Official = decided!.Content.Official, CaseId = decided.Content.CaseId };
        agency.Book.Ask(header, question, AtRisk, agency.Time.GetUtcNow().AddDays(3));
        Assert.True(agency.Book.IsApproved(header, question, AtRisk));
        Assert.Empty(agency.Book.Open);
    }

    [Fact]
    public async Task Somebody_at_risk_who_shares_a_number_is_not_even_in_doubt()
    {
        await using var agency = Begin(ApprovalRules.None);
        agency.Enrol("4713", same: AtRisk);
        Assert.Equal(await Told(agency, Unknown, dataSet: open), await Told(agency, AtRisk, dataSet: open));
        Assert.Equal(AnswerStatus.NotFound, (await Told(agency, "4713", dataSet: open)).Status);
        agency.Enrol("4714", same: Ordinary);
        Assert.Equal(AnswerStatus.Quarantined, (await Told(agency, Ordinary, dataSet: open)).Status);
    }

    [Fact]
    public async Task A_ticket_of_somebody_elses_question_or_none_at_all_begins_anew()
    {
        await using var agency = Begin(one);
        var other = (await Told(agency, AtRisk)).Ticket;
        foreach (var ticket in new[] { ByteString.CopyFrom(new byte[60]), ByteString.CopyFrom(1, 2, 3) })
            Assert.NotEqual(ticket, (await Told(agency, AtRisk, ticket)).Ticket);
        // Another person's is as good: it says no more than when it is over.
        Assert.Equal(other, (await Told(agency, Unknown, other)).Ticket);
        await agency.Pass(TimeSpan.FromHours(73));
        Assert.Equal(await Told(agency, Unknown, other), await Told(agency, AtRisk, other));
    }
}
