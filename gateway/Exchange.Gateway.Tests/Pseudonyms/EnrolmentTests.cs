using Exchange.Gateway.Audit;
using Exchange.Gateway.Limits;
using Exchange.Gateway.Pseudonyms;
using Exchange.Hosting.Storage;
using Exchange.Protocol.Pseudonyms;
using Exchange.V1;
using Google.Protobuf;
using Microsoft.Extensions.Time.Testing;
using static Exchange.Gateway.Tests.Policy.Sample;
using static Exchange.Gateway.Tests.Pseudonyms.HubWithAuthority;

namespace Exchange.Gateway.Tests.Pseudonyms;

public sealed class EnrolmentTests
{
    readonly List<EnrolmentEvent> log = [];

    [Fact]
    public async Task A_batch_comes_back_with_both_proofs_and_its_count_in_the_log()
    {
        await using var hub = await Start(A);
        Assert.Null(await hub.Fetched.Refresh(default));
        using var enrolment = Enrolment(hub);
        var batch = hub.Batch(A, 50);
        var answer = await enrolment.Enrol(A, batch, default);
        Assert.Null(answer.Refusal);
        Assert.True(EqualityProof.Verify(answer.AuthorityProof, hub.Fetched.Commitments!.Agencies.Single().Point.Span, batch.Points.Memory, answer.AuthorityPoints.Memory));
        Assert.True(EqualityProof.Verify(answer.HubProof, hub.H.PublicPoint(), answer.AuthorityPoints.Memory, answer.HubPoints.Memory));
        var entry = Assert.Single(log);
        Assert.Equal((A, 1ul, 50u, AuditOutcome.Answered), (entry.Agency, entry.Epoch, entry.People, entry.Outcome));
        Assert.Equal(batch.BatchId, entry.BatchId);
    }

    [Fact]
    public async Task Nothing_is_released_before_the_log_has_it_nor_when_it_cannot()
    {
        await using var hub = await Start(A);
        var durable = new TaskCompletionSource();
        using var waiting = Enrolment(hub, (_, _) => new ValueTask(durable.Task));
        var answer = waiting.Enrol(A, hub.Batch(A, 3), default);
        using var failing = Enrolment(hub, (_, _) => throw new AuditUnavailableException(new StoreException(StoreFault.Refused, "full")));
        var refused = await failing.Enrol(A, hub.Batch(A, 3), default);
        Assert.Equal(Reason.AuditUnavailable, refused.Refusal.Reason);
        Assert.Empty(refused.HubPoints);
        Assert.Empty(refused.AuthorityPoints);
        Assert.False(answer.IsCompleted);
        durable.SetResult();
        Assert.Null((await answer).Refusal);
    }

    [Fact]
    public async Task Without_the_authority_a_batch_is_refused_with_a_time_to_retry()
    {
        await using var hub = await Start(A);
        await hub.StopAuthority();
        using var enrolment = Enrolment(hub);
        var answer = await enrolment.Enrol(A, hub.Batch(A, 3), default);
        Assert.Equal(Reason.AuthorityUnavailable, answer.Refusal.Reason);
        Assert.True(answer.Refusal.RetryAfterMs > 0);
        Assert.Equal((AuditOutcome.Failed, Reason.AuthorityUnavailable), (log.Single().Outcome, log.Single().Reason));
        await hub.StartAuthority();
        EnrolledBatch again;
        do
            again = await enrolment.Enrol(A, hub.Batch(A, 3), default);
        while (again.Refusal?.Reason == Reason.AuthorityUnavailable); // the channel backs off before it dials again
        Assert.Null(again.Refusal);
    }

    [Fact]
    public async Task The_hub_enrols_nobody_in_another_agencys_name()
    {
        await using var hub = await Start(A, B);
        using var enrolment = Enrolment(hub);
        Assert.Equal(Reason.NameMismatch, (await enrolment.Enrol(B, hub.Batch(A, 3), default)).Refusal.Reason);
        // Nor could a hub that changed the name: the authority asks for the agency's own signature.
        var renamed = hub.Batch(A, 3);
        renamed.Agency = B;
        Assert.Equal(Reason.NameMismatch, (await enrolment.Enrol(B, renamed, default)).Refusal.Reason);
        Assert.Equal([AuditOutcome.Refused, AuditOutcome.Refused], log.Select(entry => entry.Outcome));
        Assert.Equal(B, log[1].Agency);
    }

    [Fact]
    public async Task The_authoritys_refusals_and_the_hubs_own_reach_the_agency_and_the_log()
    {
        await using var hub = await Start(A);
        using var enrolment = Enrolment(hub);
        var batch = hub.Batch(A, 3);
        Assert.Null((await enrolment.Enrol(A, batch, default)).Refusal);
        Assert.Equal(Reason.BatchReplayed, (await enrolment.Enrol(A, batch, default)).Refusal.Reason);
        Assert.Equal(Reason.BatchInvalid, (await enrolment.Enrol(A, hub.Batch(A, 0), default)).Refusal.Reason);
        var odd = hub.Batch(A, 2);
        odd.BatchId = ByteString.CopyFrom(new byte[4000]);
        Assert.Equal(Reason.BatchInvalid, (await enrolment.Enrol(A, odd, default)).Refusal.Reason);
        Assert.Equal(0, log[^1].BatchId.Length);
        Assert.Equal([Reason.Unspecified, Reason.BatchReplayed, Reason.BatchInvalid, Reason.BatchInvalid], log.Select(entry => entry.Reason));
    }

    [Fact]
    public async Task Of_a_flood_of_refused_batches_the_log_holds_a_burst_and_the_rest_is_counted_each_once()
    {
        await using var hub = await Start(A);
        var time = new FakeTimeProvider();
        var quotas = new Quotas(QuotaRules.Default(Agencies()), time);
        using var enrolment = new Enrolment(hub.Client, hub.H, new EnrolmentHooks(
            _ => A, (agency, people) => quotas.TakeEnrolment(agency, people) is { IsAdmitted: false } refused ? refused.ToRefusal() : null,
            agency => quotas.TakeRefusal(agency).IsAdmitted, Record));
        var empty = hub.Batch(A, 0);
        var foreign = hub.Batch(B, 1);
        for (var i = 0; i < 300; i++)
        {
            Assert.Equal(Reason.BatchInvalid, (await enrolment.Enrol(A, empty, default)).Refusal.Reason);
            Assert.Equal(Reason.NameMismatch, (await enrolment.Enrol(A, foreign, default)).Refusal.Reason);
        }
        Assert.Equal(QuotaRules.Refusals.Burst, log.Count);
        while (quotas.TakeEnrolment(A, 4096).IsAdmitted)
        {
        }
        for (var i = 0; i < 7; i++)
            Assert.Equal(Reason.QuotaExceeded, (await enrolment.Enrol(A, hub.Batch(A, 1), default)).Refusal.Reason);

        Assert.Equal(QuotaRules.Refusals.Burst, log.Count);
        Assert.Equal(
            [("", 8ul), ("(refusals)", 600ul - (ulong)QuotaRules.Refusals.Burst)],
            quotas.DrainThrottled().Select(one => (one.DataSet, one.Count)).Order());
    }

    [Fact]
    public async Task A_cancelled_batch_is_in_the_log_too()
    {
        await using var hub = await Start(A);
        using var enrolment = Enrolment(hub);
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        Assert.Equal(Reason.Cancelled, (await enrolment.Enrol(A, hub.Batch(A, 3), cancelled.Token)).Refusal.Reason);
        Assert.Equal((AuditOutcome.Failed, Reason.Cancelled), (log.Single().Outcome, log.Single().Reason));
    }

    Enrolment Enrolment(HubWithAuthority hub, Func<EnrolmentEvent, CancellationToken, ValueTask>? audit = null) =>
        new(hub.Client, hub.H, new EnrolmentHooks(_ => A, (_, _) => null, _ => true, audit ?? Record));

    ValueTask Record(EnrolmentEvent entry, CancellationToken cancellation)
    {
        log.Add(entry);
        return ValueTask.CompletedTask;
    }
}
