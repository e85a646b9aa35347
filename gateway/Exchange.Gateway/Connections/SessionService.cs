using Exchange.Gateway.Audit;
using Exchange.Gateway.Limits;
using Exchange.Gateway.Lookups;
using Exchange.Gateway.Policy;
using Exchange.Gateway.Routing;
using Exchange.Hosting.Calendar;
using Exchange.Hosting.Connections;
using Exchange.Hosting.Errors;
using Exchange.Protocol.Refusals;
using Exchange.Protocol.Sessions;
using Exchange.V1;
using Google.Protobuf;

namespace Exchange.Gateway.Connections;

/// <summary>Brings a session offer to the node it names. The hub sees who offers to whom, and none of the keys.</summary>
public sealed class SessionService(PolicyReloader policy, Openings openings, Quotas quotas, NodeTable nodes, AuditLog audit, TimeProvider time)
{
    public async Task<Reply> Open(string requester, SessionOffer? offer, TimeSpan timeout, string traceparent, Incoming? incoming, CancellationToken cancelled)
    {
        if (quotas.TakeSession(requester) is { IsAdmitted: false } quota)
            return Reply.Of(quota.ToRefusal());
        if (offer is null || offer.SessionId.Length != SessionRules.SessionIdSize || !SessionRules.IsNode(offer.Node))
            return await Record(requester, offer, Reply.Of(Reasons.Refuse(Reason.OfferInvalid))).ConfigureAwait(false);
        if (offer.Requester != requester)
            return await Record(requester, offer, Reply.Of(Reasons.Refuse(Reason.NameMismatch))).ConfigureAwait(false);
        if (!policy.Current.Matrix.MayOpenSession(requester, offer.Provider, LegalDay.Today(time)))
            return await Record(requester, offer, Reply.Of(Reasons.Refuse(Reason.NotPermitted))).ConfigureAwait(false);
        if (openings.RefusalOf(offer.Provider) is { } closed)
            return await Record(requester, offer, Reply.Of(closed)).ConfigureAwait(false);

        var item = new OfferItem { Offer = offer, TimeoutMs = (uint)timeout.TotalMilliseconds, Traceparent = traceparent };
        Reply reply;
        do
        {
            if (nodes.Find(offer.Provider, offer.Node, offer.SessionId.Span) is not { } connection)
            {
                var reason = nodes.IsUp(offer.Provider) ? Reason.BundleStale : Reason.ProviderUnavailable;
                return await Record(requester, offer, Reply.Of(Reasons.Refuse(reason))).ConfigureAwait(false);
            }
            var ask = connection.Frames.Ask(item, timeout, requester);
            incoming?.Forward(ask);
            using var unary = cancelled.CanBeCanceled ? cancelled.UnsafeRegister(static one => ((Ask)one!).Cancel(), ask) : default;
            reply = await ask.Reply.ConfigureAwait(false);
        }
        while (reply.NeverSent && reply.Refusal?.Reason == Reason.ConnectionLost);

        if (reply.Refusal is { } refusal)
            reply = Reply.Of(ProviderReasons.Take(refusal));
        else if (reply.Confirmation is null)
            reply = Reply.Of(Reasons.Refuse(Reason.ProviderFailed));
        return await Record(requester, offer, reply).ConfigureAwait(false);
    }

    /// <summary>Writes down that there was nobody to offer a session to; past the rate of refusals it is counted.</summary>
    /// <exception cref="Grpc.Core.RpcException">AUDIT_UNAVAILABLE.</exception>
    public async Task NotBegun(SessionEvent attempt)
    {
        if (!quotas.TakeRefusal(attempt.Requester).IsAdmitted)
            return;
        try
        {
            await audit.Append(new AuditEntry { TimeUnixMs = time.GetUtcNow().ToUnixTimeMilliseconds(), Session = attempt }).ConfigureAwait(false);
        }
        catch (AuditUnavailableException unavailable)
        {
            throw unavailable.Refusal.ToRpcException();
        }
    }

    /// <param name="requester">The agency that the TLS certificate names, whatever the offer says.</param>
    async ValueTask<Reply> Record(string requester, SessionOffer? offer, Reply reply)
    {
        var entry = new AuditEntry
        {
            TimeUnixMs = time.GetUtcNow().ToUnixTimeMilliseconds(),
            Session = new SessionEvent
            {
                Requester = requester,
                Provider = Known(offer?.Provider ?? ""),
                Node = offer is not null && SessionRules.IsNode(offer.Node) ? offer.Node : "",
                SessionId = offer?.SessionId is { Length: SessionRules.SessionIdSize } id ? id : ByteString.Empty,
                Outcome = reply.Refusal is null ? AuditOutcome.Answered : AuditOutcome.Refused,
                Reason = reply.Refusal?.Reason ?? Reason.Unspecified,
            },
        };
        try
        {
            await audit.Append(entry).ConfigureAwait(false);
            return reply;
        }
        catch (AuditUnavailableException unavailable)
        {
            return Reply.Of(unavailable.Refusal);
        }
    }

    /// <summary>What was sent as a provider is written down only when it is one.</summary>
    string Known(string provider) => policy.Current.Directory.TryGetAgency(provider, out _) ? provider : "";
}
