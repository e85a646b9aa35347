using System.Diagnostics.CodeAnalysis;
using Exchange.Gateway.Audit;
using Exchange.Gateway.Limits;
using Exchange.Gateway.Policy;
using Exchange.Gateway.Pseudonyms;
using Exchange.Gateway.Telemetry;
using Exchange.Hosting.Calendar;
using Exchange.Hosting.Points;
using Exchange.Protocol.Lookups;
using Exchange.Protocol.Pseudonyms;
using Exchange.Protocol.Refusals;
using Exchange.V1;
using Google.Protobuf;

namespace Exchange.Gateway.Lookups;

/// <summary>
/// What the hub does to every lookup, whether it is answered at once or waits, with the numbers of docs/life-of-a-lookup.md:
/// 5 the matrix decides; 6 the quota is charged; 7 the pseudonym is translated; 11 the audit entry becomes durable.
/// </summary>
public sealed class LookupSteps(
    PolicyReloader policy, Quotas quotas, Translator translator, PointThreads points, AuditLog audit, GatewayMetrics metrics, TimeProvider time)
{
    /// <summary>5. This requester, this task, this provider, this data set, today.</summary>
    /// <returns>Null when it is granted, and the journey has the grant.</returns>
    public Refusal? Decide(LookupJourney journey, Header header)
    {
        var snapshot = policy.Current;
        journey.Policy = snapshot;
        var decision = Decide(snapshot, header);
        if (!decision.IsGranted)
            return decision.ToRefusal();
        if (!TryGetEpoch(snapshot, header, out var providerEpoch))
            return Reasons.Refuse(Reason.EpochMismatch);
        journey.Grant = new Grant
        {
            DecisionId = journey.RequestId,
            PolicyVersion = snapshot.Version,
            Fields = { decision.Fields },
            LegalBasis = decision.LegalBasis,
            ProviderEpoch = providerEpoch,
            Predicates = { decision.Predicates },
            NeedsConsent = decision.NeedsConsent,
            ConsentValidDays = (uint)decision.Row!.ConsentValidDays,
        };
        journey.Decided();
        return null;
    }

    /// <summary>6. The quota of this requester for this data set.</summary>
    /// <returns>Null when it is within it.</returns>
    public Refusal? Charge(LookupJourney journey, Header header)
    {
        var quota = quotas.Take(journey.Requester, header.DataSet);
        if (!quota.IsAdmitted)
            return quota.ToRefusal();
        journey.Admit();
        return null;
    }

    /// <summary>7. From the requester's pseudonym to the provider's, blindly, in the requester's turn.</summary>
    /// <returns>The question with Z in place of X, or why not: POINT_INVALID, EPOCH_MISMATCH.</returns>
    public async ValueTask<(SealedQuestion? Onward, Refusal? Refusal)> Translate(LookupJourney journey, Header header, SealedQuestion question)
    {
        var (translated, untranslatable) = await points.Do(journey.Requester, () => Translate(question, header, journey.Grant!.ProviderEpoch)).ConfigureAwait(false);
        if (translated is null)
            return (null, Reasons.Refuse(untranslatable));
        journey.Translated();
        return (translated, null);
    }

    /// <summary>All answers of a data set have one size, so a size can say nothing.</summary>
    public static bool HasTheDeclaredSize([NotNullWhen(true)] SealedAnswer? answer, LookupJourney journey, Header header) =>
        answer is not null && journey.Policy!.Directory.TryGetDataSet(header.DataSet, out var dataSet)
        && answer.Ciphertext.Length == AnswerEnvelope.SealedSize(dataSet.DeclaredSize) && answer.Commitment.Length == MessageCommitment.Size;

    /// <summary>Null while it still is: what was granted must be so yet, with at least the same fields and predicates, and no consent that was not asked for.</summary>
    public Refusal? NoLongerPermitted(Grant grant, Header header)
    {
        var snapshot = policy.Current;
        var isSo = snapshot.Version == grant.PolicyVersion
            || (Decide(snapshot, header) is { IsGranted: true } now && grant.Fields.All(now.Fields.Contains) && grant.Predicates.All(now.Predicates.Contains)
                && (!now.NeedsConsent || (grant.NeedsConsent && now.Row!.ConsentValidDays == grant.ConsentValidDays)));
        return isSo ? null : Reasons.Refuse(Reason.NotPermitted, "The policy changed while the lookup was under way.");
    }

    /// <summary>Refusals for exceeding a quota, or past a rate of refusals, are logged as counts: a flood cannot fill the log.</summary>
    public LookupOutcome Throttle(LookupJourney journey, Refusal refusal)
    {
        metrics.Refused(journey, refusal.Reason);
        return LookupOutcome.Refused(refusal);
    }

    public async ValueTask<LookupOutcome> Refuse(LookupJourney journey, Refusal refusal)
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

    /// <summary>11. Durable before released.</summary>
    public async ValueTask<(Receipt? Receipt, Refusal? Unavailable)> Record(LookupJourney journey, AuditOutcome outcome, Reason reason, ByteString answerCommitment)
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
}
