using Exchange.Adapter.Asking;
using Exchange.Journeys.Tests.Running;
using Exchange.Protocol.Refusals;
using Exchange.V1;
using Google.Protobuf;

namespace Exchange.Journeys.Tests;

public sealed class RefusalsTests(RunningExchange exchange)
{
    const string Chiyoda = RunningExchange.Chiyoda, Osaka = RunningExchange.Osaka, Tax = RunningExchange.Tax;

    [Fact]
    public async Task A_person_who_was_never_enrolled_is_refused_before_anything_leaves()
    {
        var refusal = Refused(await exchange.Ask(Chiyoda, "R-nobody"), Reason.PersonUnknown);

        Assert.True(refusal.RequestId.IsEmpty);
    }

    [Fact]
    public async Task Two_people_with_one_number_are_quarantined_and_neither_is_asked_about()
    {
        Refused(await exchange.Ask(Osaka, Newcomers.Twin), Reason.PersonQuarantined);
        Refused(await exchange.Ask(Osaka, Newcomers.OtherTwin), Reason.PersonQuarantined);
    }

    [Fact]
    public async Task Somebody_quarantined_at_the_provider_of_a_protected_data_set_is_answered_like_somebody_unknown()
    {
        var outcome = await exchange.Ask(Chiyoda, Newcomers.Doubled(exchange.Folder).TownKey, Osaka, dataSet: RunningExchange.ResidentTax);

        Assert.Null(outcome.Refusal);
        Assert.Equal(AnswerStatus.NotFound, outcome.Status);
    }

    [Fact]
    public async Task An_agency_that_is_not_in_the_directory_is_unknown_and_the_hub_logs_who_tried_without_the_name_that_is_none()
    {
        Refused(await Ask(provider: "jp.nowhere"), Reason.ProviderUnknown);

        Assert.Contains(await exchange.AuditLog(), one =>
            one.Entry.Session is { Outcome: AuditOutcome.Refused, Reason: Reason.ProviderUnknown, Provider: "" } session && session.Requester == Chiyoda);
    }

    [Fact]
    public async Task By_hand_too_an_agency_that_is_not_in_the_directory_is_unknown()
    {
        using var chiyoda = new AgencyByHand(exchange, Chiyoda);

        var refusal = await chiyoda.Refused(ByHand.Warm(Chiyoda, "jp.nowhere", "node", 1, RunningExchange.Income));

        Assert.Equal((AuditOutcome.Refused, Reason.ProviderUnknown), Ended(await exchange.Logged(refusal.RequestId)));
        refusal = await chiyoda.Refused(ByHand.Warm(Chiyoda, Tax, "node", 1, "tax.incme.v1"));
        Assert.Equal((AuditOutcome.Refused, Reason.DataSetUnknown), Ended(await exchange.Logged(refusal.RequestId)));
    }

    [Fact]
    public async Task A_kind_of_which_there_are_several_is_no_provider_and_the_message_says_so() =>
        Assert.Contains("municipality", Refused(await Ask(provider: "municipality", dataSet: RunningExchange.ResidentTax), Reason.ProviderUnknown).Message, StringComparison.Ordinal);

    [Fact]
    public async Task A_data_set_that_nobody_provides_is_unknown_and_the_nearest_is_named() =>
        Assert.Contains("tax.income.v1", Refused(await Ask(dataSet: "tax.incme.v1"), Reason.DataSetUnknown).Message, StringComparison.Ordinal);

    [Fact]
    public async Task A_task_that_no_row_names_is_unknown_and_the_hub_logs_that_without_the_word()
    {
        var refusal = Refused(await Ask(task: "curiosity"), Reason.TaskUnknown);

        var entry = await exchange.Logged(refusal.RequestId);
        Assert.Equal((Chiyoda, Tax, ""), (entry.Requester, entry.Provider, entry.Task));
        Assert.Equal((AuditOutcome.Refused, Reason.TaskUnknown), (entry.Outcome, entry.Reason));
    }

    [Fact]
    public async Task What_no_row_grants_is_not_permitted_and_the_hub_logs_it_with_the_policy_in_force()
    {
        var outcome = await Ask(task: "child-allowance");
        var refusal = Refused(outcome, Reason.NotPermitted);

        Assert.Equal(refusal.RequestId, Assert.Single(outcome.Receipts).RequestId);
        Assert.Null(outcome.Receipt);
        var entry = await exchange.Logged(refusal.RequestId);
        Assert.Equal((AuditOutcome.Refused, Reason.NotPermitted), (entry.Outcome, entry.Reason));
        Assert.NotEmpty(entry.PolicyVersion);
        Assert.Empty(entry.Fields);
    }

    [Fact]
    public async Task Asking_an_agency_to_which_no_row_leads_is_not_permitted_already_as_a_session_and_the_hub_logs_it()
    {
        var resident = exchange.ChiyodaResident();

        Refused(await exchange.Ask(Tax, resident.TaxKey, Tax), Reason.NotPermitted);

        Assert.Contains(await exchange.AuditLog(), one =>
            one.Entry.Session is { Outcome: AuditOutcome.Refused, Reason: Reason.NotPermitted } session && (session.Requester, session.Provider) == (Tax, Tax));
    }

    [Fact]
    public async Task A_question_of_another_type_is_refused_by_the_provider_and_logged_as_failed()
    {
        var refusal = Refused(await Ask(question: ByteString.CopyFrom(0xff, 0xff, 0xff)), Reason.QuestionInvalid);

        var entry = await exchange.Logged(refusal.RequestId);
        Assert.Equal((AuditOutcome.Failed, Reason.QuestionInvalid), (entry.Outcome, entry.Reason));
    }

    [Fact]
    public async Task A_key_epoch_that_is_not_in_force_is_named_and_never_answered_as_not_found()
    {
        using var chiyoda = new AgencyByHand(exchange, Chiyoda);
        using var session = await chiyoda.Open(Tax);

        var refusal = await chiyoda.Refused(chiyoda.Cold(session, exchange.ChiyodaResident().TownKey, epoch: 2).Message);

        Assert.Equal(Reason.EpochMismatch, refusal.Reason);
        Assert.Equal((AuditOutcome.Refused, Reason.EpochMismatch), Ended(await exchange.Logged(refusal.RequestId)));
    }

    [Fact]
    public async Task Every_refusal_of_a_question_stands_in_the_askers_journal_with_its_reason()
    {
        var outcome = await Ask(task: "child-allowance");
        var refusal = Refused(outcome, Reason.NotPermitted);

        Assert.Equal(refusal.RequestId, Assert.Single(outcome.Receipts).RequestId);
        Assert.Null(outcome.Receipt);
        var entry = Assert.Single(exchange.Journal(Chiyoda).Asked.Find(refusal.RequestId));
        Assert.Equal((Reason.NotPermitted, AnswerStatus.Unspecified), (entry.Reason, entry.Status));
    }

    Task<AskOutcome> Ask(string provider = Tax, string task = RunningExchange.Benefits, string dataSet = RunningExchange.Income, ByteString? question = null) =>
        exchange.Ask(Chiyoda, exchange.ChiyodaResident().TownKey, provider, task, dataSet, question);

    static (AuditOutcome, Reason) Ended(LookupEvent entry) => (entry.Outcome, entry.Reason);

    static Refusal Refused(AskOutcome outcome, Reason reason)
    {
        Assert.NotNull(outcome.Refusal);
        Assert.Equal(reason, outcome.Refusal.Reason);
        Assert.True(outcome.Record.IsEmpty);
        Assert.NotEmpty(outcome.Refusal.Message);
        Assert.Equal(Reasons.Of(reason).Remedy, outcome.Refusal.Remedy);
        return outcome.Refusal;
    }
}
