using System.Collections.Concurrent;
using Exchange.Adapter.Connection;
using Exchange.Protocol.Identity;
using Exchange.Protocol.Refusals;
using Exchange.Protocol.Sessions;
using Exchange.V1;

namespace Exchange.Adapter.Asking;

/// <summary>A confirmed session with one node of a provider, and the connection it travels on.</summary>
public sealed class OpenSession(RequesterSession session, HubConnection connection)
{
    public RequesterSession Session { get; } = session;

    /// <summary>The same one while it lives, so that sequences arrive roughly in order.</summary>
    public HubConnection Connection { get; } = connection;
}

/// <summary>
/// The sessions of this process, a few per provider: opened by whoever needs one first, shared by all, replaced when
/// they end. Keys live here and nowhere else.
/// </summary>
public sealed class OpenSessions(AdapterOptions options, HubConnections hub, HubDirectory directory, Bundles bundles, AgencySigner signer, TimeProvider time) : IDisposable
{
    /// <summary>Sessions side by side with one provider, so that work spreads over connections and nodes.</summary>
    const int PerProvider = 2;

    static readonly TimeSpan offerTimeout = TimeSpan.FromSeconds(5);

    /// <summary>A session this near its end is not begun with.</summary>
    static readonly TimeSpan margin = TimeSpan.FromMinutes(1);

    sealed class Place : IDisposable
    {
        public readonly SemaphoreSlim Opening = new(1, 1);
        public volatile OpenSession? Open;

        public void Dispose()
        {
            Open?.Session.Dispose();
            Opening.Dispose();
        }
    }

    readonly ConcurrentDictionary<string, Place[]> providers = new(StringComparer.Ordinal);
    uint turn;

    /// <summary>An open session with the provider; opens one when there is none.</summary>
    /// <param name="patience">For waiting until others have opened one, too: they may fail one after another.</param>
    public async ValueTask<(OpenSession? Session, Refusal? Refusal)> Get(string provider, string traceparent, TimeSpan patience, CancellationToken cancelled)
    {
        var places = providers.GetOrAdd(provider, static _ => [.. Enumerable.Range(0, PerProvider).Select(_ => new Place())]);
        var place = places[Interlocked.Increment(ref turn) % PerProvider];
        if (IsUsable(place.Open))
            return (place.Open, null);
        var began = time.GetTimestamp();
        if (!await place.Opening.WaitAsync(patience > TimeSpan.Zero ? patience : TimeSpan.Zero, cancelled).ConfigureAwait(false))
            return (null, Reasons.Refuse(Reason.DeadlineExceeded));
        try
        {
            if (IsUsable(place.Open))
                return (place.Open, null);
            var (session, refusal) = await Open(provider, traceparent, began, patience, cancelled).ConfigureAwait(false);
            if (session is null)
                return (null, refusal);
            // The one before may still have answers on their way; it is let go, not disposed.
            place.Open = session;
            return (session, null);
        }
        finally
        {
            place.Opening.Release();
        }
    }

    /// <summary>The provider does not know it, or it has ended: the next question opens another.</summary>
    public void Drop(OpenSession session)
    {
        if (!providers.TryGetValue(session.Session.Provider, out var places))
            return;
        foreach (var place in places)
            if (ReferenceEquals(place.Open, session))
                place.Open = null;
    }

    public void Dispose()
    {
        foreach (var place in providers.Values.SelectMany(places => places))
            place.Dispose();
    }

    bool IsUsable(OpenSession? open) =>
        open is not null && open.Connection.TakesQuestions && !open.Session.HasEnded && time.GetUtcNow() < open.Session.NotAfter - margin;

    async Task<(OpenSession?, Refusal?)> Open(string provider, string traceparent, long began, TimeSpan patience, CancellationToken cancelled)
    {
        for (var attempt = 1; ; attempt++)
        {
            if (hub.Pick() is not { } connection)
                return (null, Reasons.Refuse(Reason.HubUnavailable));
            var (bundle, refusal) = await directory.Bundle(provider, cancelled).ConfigureAwait(false);
            if (bundle is null)
                return (null, refusal);
            if (!bundles.TryVerify(bundle, provider, out var verified, out var reason)
                || !OfferedSession.TryMake(verified, signer, options.Epoch, time, out var offered, out reason))
                return (null, Reasons.Refuse(reason));

            using var ending = offered;
            var item = new OfferItem { Offer = offered.Offer, TimeoutMs = (uint)offerTimeout.TotalMilliseconds, Traceparent = traceparent };
            var reply = await connection.Frames.Ask(item, offerTimeout).Reply.ConfigureAwait(false);
            if (reply.Confirmation is { } confirmation && offered.TryConfirm(confirmation, out var session, out _))
                return (new OpenSession(session, connection), null);
            // The node renewed its key, or went away, between its bundle and the offer.
            var mayHelp = reply.Refusal?.Reason is Reason.BundleStale or Reason.NodeUnavailable or Reason.ConnectionLost or Reason.OfferReplayed;
            if (!mayHelp || attempt == 3 || time.GetElapsedTime(began) > patience)
                return (null, reply.Refusal ?? Reasons.Refuse(Reason.ProviderFailed));
        }
    }
}
