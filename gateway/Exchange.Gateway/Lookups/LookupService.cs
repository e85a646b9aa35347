using System.Buffers.Binary;
using System.Diagnostics;
using Exchange.Gateway.Audit;
using Exchange.Gateway.Limits;
using Exchange.Gateway.Policy;
using Exchange.Gateway.Pseudonyms;
using Exchange.Gateway.Routing;
using Exchange.Gateway.Telemetry;
using Exchange.Hosting.Calendar;
using Exchange.Hosting.Connections;
using Exchange.Hosting.Points;
using Exchange.Protocol.Lookups;
using Exchange.Protocol.Pseudonyms;
using Exchange.Protocol.Refusals;
using Exchange.V1;
using Google.Protobuf;

namespace Exchange.Gateway.Lookups;

/// <summary>
/// The hub's part of one lookup, with the numbers of docs/life-of-a-lookup.md:
/// 4 the header is read; 5 the matrix decides; 6 the quota is charged; 7 the pseudonym is translated (COLD only);
/// 8 the question travels to the node it names; 11 the audit entry becomes durable; 12 the sealed answer is released.
/// Every way out of it, refusals included, passes 11.
/// </summary>
public sealed class LookupService(
    PolicyReloader policy, Quotas quotas, Translator translator, PointThreads points, NodeTable nodes, AuditLog audit, GatewayMetrics metrics, TimeProvider time)
{
    /// <summary>How far a header's time may be from the hub's clock.</summary>
    public static readonly TimeSpan ClockTolerance = TimeSpan.FromSeconds(30);

    /// <summary>What the hub keeps of a deadline, to log and release what came in time.</summary>
    static readonly TimeSpan reserve = TimeSpan.FromMilliseconds(50);

    /// <summary>
    /// What the way to the provider and back gets of the hub's wait, at most a quarter of it: a provider that had longer
    /// than the hub waits would let a deadline say, in the clear, that a record was being read.
    /// </summary>
    static readonly TimeSpan onTheWay = TimeSpan.FromMilliseconds(50);

    static readonly TimeSpan shortest = TimeSpan.FromMilliseconds(100), longest = TimeSpan.FromSeconds(60);

    /// <param name="requester">The agency that the TLS certificate names.</param>
    /// <param name="incoming">Carries a cancel onward; null for a unary call.</param>
    public async Task<LookupOutcome> Run(string requester, SealedQuestion? question, TimeSpan timeout, Activity? activity, Incoming? incoming, CancellationToken cancelled)
    {
        var journey = new LookupJourney(requester, question, NewRequestId(time.GetUtcNow()), time);

        // 4. The header: well-formed, canonical, about this agency, of now.
        if (!HeaderCheck.TryRead(question, requester, time.GetUtcNow(), out var header, out var malformed))
            return await Refuse(journey, Reasons.Refuse(malformed)).ConfigureAwait(false);
        journey.Header = header;

        // 5. The matrix: this requester, this task, this provider, this data set, today.
        var snapshot = policy.Current;
        journey.Policy = snapshot;
        var decision = Decide(snapshot, header);
        if (!decision.IsGranted)
            return await Refuse(journey, decision.ToRefusal()).ConfigureAwait(false);
        if (!TryGetEpoch(snapshot, header, out var providerEpoch))
            return await Refuse(journey, Reasons.Refuse(Reason.EpochMismatch)).ConfigureAwait(false);
        journey.Decision = decision;
        journey.Decided();

        // 6. The quota of this requester for this data set.
        var quota = quotas.Take(requester, header.DataSet);
        if (!quota.IsAdmitted)
            return Throttle(journey, quota.ToRefusal());
        journey.Admit();

        // 7. COLD: from the requester's pseudonym to the provider's, blindly, in the requester's turn.
        var onward = question;
        if (header.Kind == LookupKind.Cold)
        {
            var (translated, untranslatable) = await points.Do(requester, () => Translate(question, header, providerEpoch)).ConfigureAwait(false);
            if (translated is null)
                return await Refuse(journey, Reasons.Refuse(untranslatable)).ConfigureAwait(false);
            onward = translated;
            journey.Translated();
        }

        // 8. To the node that holds the session, once. What was never written may take another of its connections.
        var item = new QuestionItem
        {
            Question = onward,
            Grant = new Grant
            {
                DecisionId = journey.RequestId,
                PolicyVersion = snapshot.Version,
                Fields = { decision.Fields },
                LegalBasis = decision.LegalBasis,
                ProviderEpoch = providerEpoch,
                Predicates = { decision.Predicates },
                NeedsConsent = decision.NeedsConsent,
                ConsentValidDays = (uint)decision.Row!.ConsentValidDays,
            },
            Traceparent = activity?.Id ?? "",
        };
        Reply reply;
        FrameConnection provider;
        do
        {
            if (nodes.Find(header.Provider, header.Node, header.SessionId.Span) is not { Frames: var frames })
                return await Refuse(journey, Unreachable(header)).ConfigureAwait(false);
            provider = frames;
            var wait = Clamp(timeout - time.GetElapsedTime(journey.Started)) - reserve;
            item.TimeoutMs = (uint)(wait - (wait / 4 < onTheWay ? wait / 4 : onTheWay)).TotalMilliseconds;
            var ask = provider.Ask(item, wait, requester);
            incoming?.Forward(ask);
            using var unary = cancelled.CanBeCanceled ? cancelled.UnsafeRegister(static one => ((Ask)one!).Cancel(), ask) : default;
            reply = await ask.Reply.ConfigureAwait(false);
        }
        while (reply.NeverSent && reply.Refusal?.Reason == Reason.ConnectionLost);
        if (!reply.NeverSent)
            journey.Answered();

        if (reply.Refusal is { } refusal)
            return await Refuse(journey, FromProvider(refusal)).ConfigureAwait(false);
        if (reply.Answer is not { } answer || !HasTheDeclaredSize(answer, snapshot, header))
            return await Refuse(journey, Reasons.Refuse(Reason.ProviderFailed)).ConfigureAwait(false);
        if (!StillPermitted(snapshot, journey))
            return await Refuse(journey, Reasons.Refuse(Reason.NotPermitted, "The policy changed while the lookup was under way.")).ConfigureAwait(false);

        // 11. Durable before released.
        var (receipt, unavailable) = await Record(journey, AuditOutcome.Answered, Reason.Unspecified, answer.Commitment).ConfigureAwait(false);
        if (receipt is null)
        {
            metrics.Refused(journey, Reason.AuditUnavailable);
            return LookupOutcome.Refused(unavailable!);
        }

        // 12. Released, with its place in the log, which the provider is told too.
        provider.Tell(receipt);
        metrics.Released(journey, activity);
        return LookupOutcome.Released(answer, receipt);
    }

    PolicyDecision Decide(PolicySnapshot snapshot, Header header) =>
        snapshot.Matrix.Decide(header.Requester, header.Provider, header.Task, header.DataSet, LegalDay.Today(time));

    /// <summary>The requester's epoch must be in force; the provider is asked under its current one.</summary>
    static bool TryGetEpoch(PolicySnapshot snapshot, Header header, out ulong providerEpoch)
    {
        providerEpoch = snapshot.Directory.TryGetAgency(header.Provider, out var provider) ? provider.CurrentEpoch : 0;
        return providerEpoch != 0 && snapshot.Directory.TryGetAgency(header.Requester, out var requester) && requester.IsInForce(header.RequesterEpoch);
    }

    (SealedQuestion?, Reason) Translate(SealedQuestion question, Header header, ulong providerEpoch)
    {
        Span<byte> z = stackalloc byte[Ristretto.PointLength];
        if (!translator.TryTranslate(header.Requester, header.RequesterEpoch, header.Provider, providerEpoch, question.Point.Span, z))
        {
            var hasKeys = translator.HasKey(header.Requester, header.RequesterEpoch) && translator.HasKey(header.Provider, providerEpoch);
            return (null, hasKeys ? Reason.PointInvalid : Reason.EpochMismatch);
        }
        return (new SealedQuestion { Header = question.Header, Point = ByteString.CopyFrom(z), Ciphertext = question.Ciphertext, Commitment = question.Commitment }, Reason.Unspecified);
    }

    /// <summary>A matrix changed in mid-flight: what was granted must still be, with at least the same fields and predicates, and no consent that was not asked for.</summary>
    bool StillPermitted(PolicySnapshot before, LookupJourney journey) =>
        ReferenceEquals(before, policy.Current)
        || (Decide(policy.Current, journey.Header!) is { IsGranted: true } now && journey.Decision!.Fields.All(now.Fields.Contains)
            && journey.Decision.Predicates.All(now.Predicates.Contains) && (!now.NeedsConsent || journey.Decision.NeedsConsent && now.Row!.ConsentValidDays == journey.Decision.Row!.ConsentValidDays));

    /// <summary>All answers of a data set have one size, so a size can say nothing.</summary>
    static bool HasTheDeclaredSize(SealedAnswer answer, PolicySnapshot snapshot, Header header) =>
        snapshot.Directory.TryGetDataSet(header.DataSet, out var dataSet)
        && answer.Ciphertext.Length == AnswerEnvelope.SealedSize(dataSet.DeclaredSize) && answer.Commitment.Length == MessageCommitment.Size;

    Refusal Unreachable(Header header) =>
        Reasons.Refuse(nodes.IsUp(header.Provider) ? Reason.NodeUnavailable : Reason.ProviderUnavailable);

    /// <summary>A provider's reason is passed on, its words are not: they could say something about a person.</summary>
    static Refusal FromProvider(Refusal refusal) => Reasons.Refuse(ProviderReasons.Allowed(refusal.Reason) ? refusal.Reason : Reason.ProviderFailed);

    /// <summary>Refusals for exceeding a quota, or past a rate of refusals, are logged as counts: a flood cannot fill the log.</summary>
    LookupOutcome Throttle(LookupJourney journey, Refusal refusal)
    {
        metrics.Refused(journey, refusal.Reason);
        return LookupOutcome.Refused(refusal);
    }

    async ValueTask<LookupOutcome> Refuse(LookupJourney journey, Refusal refusal)
    {
        if (!journey.IsAdmitted && !quotas.TakeRefusal(journey.Requester).IsAdmitted)
            return Throttle(journey, refusal);
        var outcome = journey.WasSent ? AuditOutcome.Failed : AuditOutcome.Refused;
        var (receipt, unavailable) = await Record(journey, outcome, refusal.Reason, ByteString.Empty).ConfigureAwait(false);
        if (receipt is null)
            refusal = unavailable!;
        refusal.RequestId = journey.RequestId;
        metrics.Refused(journey, refusal.Reason);
        return LookupOutcome.Refused(refusal);
    }

    async ValueTask<(Receipt? Receipt, Refusal? Unavailable)> Record(LookupJourney journey, AuditOutcome outcome, Reason reason, ByteString answerCommitment)
    {
        try
        {
            var receipt = await audit.Append(journey.ToEntry(outcome, reason, answerCommitment)).ConfigureAwait(false);
            journey.Recorded();
            return (receipt, null);
        }
        catch (AuditUnavailableException unavailable)
        {
            return (null, unavailable.Refusal);
        }
    }

    static TimeSpan Clamp(TimeSpan timeout) => timeout < shortest ? shortest : timeout > longest ? longest : timeout;

    /// <summary>
    /// A UUID of version 7 (RFC 9562, 5.7): it rises with time, so that the indexes of logs and journals grow at their end. It is no
    /// secret, so its random bits need no call of the system.
    /// </summary>
    static ByteString NewRequestId(DateTimeOffset now)
    {
        var id = new byte[16];
#pragma warning disable RS0030 // No secret, as said.
        Random.Shared.NextBytes(id.AsSpan(6));
#pragma warning restore RS0030
        var milliseconds = now.ToUnixTimeMilliseconds();
        BinaryPrimitives.WriteInt16BigEndian(id, (short)(milliseconds >> 32));
        BinaryPrimitives.WriteInt32BigEndian(id.AsSpan(2), (int)milliseconds);
        id[6] = (byte)(0x70 | id[6] & 0x0f);
        id[8] = (byte)(0x80 | id[8] & 0x3f);
        return UnsafeByteOperations.UnsafeWrap(id);
    }
}
