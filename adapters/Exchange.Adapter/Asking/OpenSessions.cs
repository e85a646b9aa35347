using System.Collections.Concurrent;
using System.Diagnostics;
using Exchange.Adapter.Connection;
using Exchange.Hosting.Telemetry;
using Exchange.Protocol.Identity;
using Exchange.Protocol.Refusals;
using Exchange.Protocol.Sessions;
using Exchange.V1;

namespace Exchange.Adapter.Asking;

/// <summary>
/// The sessions of this process, a few per provider: opened by whoever needs one first, shared by all, replaced when
/// they end. Keys live here and nowhere else.
/// </summary>
public sealed class OpenSessions(
    AdapterOptions options, HubConnections hub, HubDirectory directory, Bundles bundles, CertificateVerifier certificates, AgencySigner signer, TimeProvider time) : IDisposable
{
    /// <summary>Sessions side by side with one provider, so that work spreads over connections and nodes.</summary>
    const int PerProvider = 2;

    static readonly TimeSpan offerTimeout = TimeSpan.FromSeconds(5);

    /// <summary>A session this near its end is not begun with.</summary>
    static readonly TimeSpan margin = TimeSpan.FromMinutes(1);

    sealed class Place : IDisposable
    {
        OpenSession? open;

        public SemaphoreSlim Opening { get; } = new(1, 1);

        public OpenSession? Open => Volatile.Read(ref open);

        /// <summary>Lets go of the one before, which may still have answers on their way.</summary>
        public void Put(OpenSession? session) => Interlocked.Exchange(ref open, session)?.Dispose();

        public void Drop(OpenSession session)
        {
            if (Interlocked.CompareExchange(ref open, null, session) == session)
                session.Dispose();
        }

        public void Dispose()
        {
            Put(null);
            Opening.Dispose();
        }
    }

    sealed class Places : IDisposable
    {
        public Place[] All { get; } = [.. Enumerable.Range(0, PerProvider).Select(_ => new Place())];

        /// <summary>Who waits for a session or opens one. Guarded by changing.</summary>
        public int Waiting { get; set; }

        public void Dispose()
        {
            foreach (var place in All)
                place.Dispose();
        }
    }

    // Whatever a caller wrote as a provider comes here: places are kept while somebody waits in them, and for agencies that answered.
    readonly ConcurrentDictionary<string, Places> providers = new(StringComparer.Ordinal);
    readonly Lock changing = new();
    uint turn;

    /// <summary>Providers with which there is or was a session, or somebody is waiting for one.</summary>
    public int Providers => providers.Count;

    /// <summary>Sessions that questions can be asked in.</summary>
    public int Open => providers.Values.Sum(places => places.All.Count(place => place.Open is not null));

    /// <summary>An open session with the provider; opens one when there is none. To be disposed of when the question has ended.</summary>
    /// <param name="asking">The span of whoever needs it.</param>
    /// <param name="patience">For waiting until others have opened one, too: they may fail one after another.</param>
    public async ValueTask<(OpenSession? Session, Refusal? Refusal)> Get(string provider, Activity? asking, TimeSpan patience, CancellationToken cancelled)
    {
        var place = Interlocked.Increment(ref turn) % PerProvider;
        if (providers.TryGetValue(provider, out var places) && Usable(places.All[place]) is { } open)
            return (open, null);
        places = Enter(provider);
        try
        {
            return await Get(places.All[place], provider, asking, patience, cancelled).ConfigureAwait(false);
        }
        finally
        {
            Leave(provider, places);
        }
    }

    /// <summary>The provider does not know it, or it has ended: the next question opens another.</summary>
    public void Drop(OpenSession session)
    {
        if (!providers.TryGetValue(session.Session.Provider, out var places))
            return;
        foreach (var place in places.All)
            place.Drop(session);
    }

    /// <summary>Drops the sessions with providers whose certificate is revoked or past its end; all of them while there is no fresh revocation list.</summary>
    public void DropUntrusted()
    {
        foreach (var place in providers.Values.SelectMany(places => places.All))
            if (place.Open is { } open && !certificates.IsStillGood(open.Provider))
                place.Drop(open);
    }

    public void Dispose()
    {
        foreach (var places in providers.Values)
            places.Dispose();
    }

    async ValueTask<(OpenSession? Session, Refusal? Refusal)> Get(Place place, string provider, Activity? asking, TimeSpan patience, CancellationToken cancelled)
    {
        var began = time.GetTimestamp();
        if (!await place.Opening.WaitAsync(patience > TimeSpan.Zero ? patience : TimeSpan.Zero, cancelled).ConfigureAwait(false))
            return (null, Reasons.Refuse(Reason.DeadlineExceeded));
        try
        {
            if (Usable(place) is { } opened)
                return (opened, null);
            var (session, refusal) = await Offer(provider, asking, began, patience, cancelled).ConfigureAwait(false);
            if (session is null)
                return (null, refusal);
            session.TryHold();
            place.Put(session);
            return (session, null);
        }
        finally
        {
            place.Opening.Release();
        }
    }

    Places Enter(string provider)
    {
        lock (changing)
        {
            var places = providers.GetOrAdd(provider, static _ => new Places());
            places.Waiting++;
            return places;
        }
    }

    void Leave(string provider, Places places)
    {
        lock (changing)
        {
            if (--places.Waiting > 0 || places.All.Any(place => place.Open is not null))
                return;
            providers.TryRemove(provider, out _);
            places.Dispose();
        }
    }

    /// <summary>The place's session, held for one question more; null when another has to be opened.</summary>
    OpenSession? Usable(Place place)
    {
        if (place.Open is not { } open || !open.Connection.TakesQuestions || open.Session.HasEnded || time.GetUtcNow() >= open.Session.NotAfter - margin)
            return null;
        return open.TryHold() ? open : null;
    }

    async Task<(OpenSession?, Refusal?)> Offer(string provider, Activity? asking, long began, TimeSpan patience, CancellationToken cancelled)
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
            var left = patience - time.GetElapsedTime(began);
            if (left <= TimeSpan.Zero)
                return (null, Reasons.Refuse(Reason.DeadlineExceeded));
            var wait = left < offerTimeout ? left : offerTimeout;
            var item = new OfferItem { Offer = offered.Offer, TimeoutMs = (uint)Math.Max(1, wait.TotalMilliseconds), Traceparent = TraceContext.Depart(asking) };
            var ask = connection.Frames.Ask(item, wait);
            using var giveUp = cancelled.UnsafeRegister(static one => ((Hosting.Connections.Ask)one!).Cancel(), ask);
            var reply = await ask.Reply.ConfigureAwait(false);
            if (reply.Confirmation is { } confirmation && offered.TryConfirm(confirmation, out var session, out _))
                return (new OpenSession(session, connection, verified.Certificate), null);
            // The node renewed its key, or went away, between its bundle and the offer.
            var mayHelp = reply.Refusal?.Reason is Reason.BundleStale or Reason.NodeUnavailable or Reason.ConnectionLost or Reason.OfferReplayed;
            if (!mayHelp || attempt == 3 || time.GetElapsedTime(began) > patience)
                return (null, reply.Refusal ?? Reasons.Refuse(Reason.ProviderFailed));
        }
    }
}
