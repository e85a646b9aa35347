using System.Diagnostics;
using Exchange.Gateway.Routing;
using Exchange.Gateway.Telemetry;
using Exchange.Hosting.Connections;
using Exchange.Protocol.Refusals;
using Exchange.V1;

namespace Exchange.Gateway.Lookups;

/// <summary>
/// The hub's part of one lookup, with the numbers of docs/life-of-a-lookup.md:
/// 4 the header is read; 5 the matrix decides, and whether the provider is open; 6 the quota is charged; 7 the pseudonym is translated (COLD only);
/// 8 the question travels to the node it names; 11 the audit entry becomes durable; 12 the sealed answer is released.
/// Every way out of it, refusals included, passes 11.
/// </summary>
public sealed class LookupService(LookupSteps steps, Openings openings, NodeTable nodes, GatewayMetrics metrics, TimeProvider time)
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
        var journey = new LookupJourney(requester, question, RequestIds.New(time.GetUtcNow()), time);

        // 4. The header: well-formed, canonical, about this agency, of now.
        if (!HeaderCheck.TryRead(question, requester, time.GetUtcNow(), out var header, out var malformed))
            return await steps.Refuse(journey, Reasons.Refuse(malformed)).ConfigureAwait(false);
        journey.Header = header;

        // 5. The matrix, and whether the provider is open; 6. the quota.
        if (steps.Decide(journey, header) is { } notPermitted)
            return await steps.Refuse(journey, notPermitted).ConfigureAwait(false);
        if (openings.RefusalOf(header.Provider) is { } closed)
            return await steps.Refuse(journey, closed).ConfigureAwait(false);
        if (steps.Charge(journey, header) is { } exceeded)
            return steps.Throttle(journey, exceeded);

        // 7. COLD only.
        var onward = question;
        if (header.Kind == LookupKind.Cold)
        {
            (onward, var untranslatable) = await steps.Translate(journey, header, question).ConfigureAwait(false);
            if (onward is null)
                return await steps.Refuse(journey, untranslatable!).ConfigureAwait(false);
        }

        // 8. To the node that holds the session, once. What was never written may take another of its connections.
        var item = new QuestionItem { Question = onward, Grant = journey.Grant, Traceparent = activity?.Id ?? "" };
        Reply reply;
        FrameConnection provider;
        do
        {
            if (nodes.Find(header.Provider, header.Node, header.SessionId.Span) is not { Frames: var frames })
                return await steps.Refuse(journey, Unreachable(header)).ConfigureAwait(false);
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
            return await steps.Refuse(journey, ProviderReasons.Take(refusal)).ConfigureAwait(false);
        if (reply.Answer is not { } answer || !LookupSteps.HasTheDeclaredSize(answer, journey, header))
            return await steps.Refuse(journey, Reasons.Refuse(Reason.ProviderFailed)).ConfigureAwait(false);
        if (steps.NoLongerPermitted(journey.Grant!, header) is { } changed)
            return await steps.Refuse(journey, changed).ConfigureAwait(false);

        // 11. Durable before released.
        var (receipt, unavailable) = await steps.Record(journey, AuditOutcome.Answered, Reason.Unspecified, answer.Commitment).ConfigureAwait(false);
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

    Refusal Unreachable(Header header) =>
        Reasons.Refuse(nodes.IsUp(header.Provider) ? Reason.NodeUnavailable : Reason.ProviderUnavailable);

    static TimeSpan Clamp(TimeSpan timeout) => timeout < shortest ? shortest : timeout > longest ? longest : timeout;
}
