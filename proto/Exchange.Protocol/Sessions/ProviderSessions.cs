using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Exchange.Protocol.Identity;
using Exchange.V1;
using Google.Protobuf;

namespace Exchange.Protocol.Sessions;

/// <summary>
/// All sessions this node answers in. An offer is taken once, only fresh, only under the live key, and only from the
/// agency whose certificate signed it. For any number of threads.
/// </summary>
public sealed class ProviderSessions : IDisposable
{
    const int MaximumRequesters = 8192, EncSizeLimit = 2048;

    static readonly TimeSpan sweepEvery = TimeSpan.FromMinutes(1);

    readonly NodeKeys keys;
    readonly CertificateVerifier certificates;
    readonly TimeProvider time;
    readonly IReadOnlySet<string> suites;
    readonly ConcurrentDictionary<string, SessionTable> tables = new();
    readonly Lock adding = new();
    DateTimeOffset sweptAt;

    public ProviderSessions(NodeKeys keys, CertificateVerifier certificates, TimeProvider time, IReadOnlySet<string>? suites = null)
    {
        this.keys = keys;
        this.certificates = certificates;
        this.time = time;
        this.suites = suites ?? SessionRules.DefaultSuites;
        sweptAt = time.GetUtcNow();
    }

    public string Agency => keys.Agency;

    public string Node => keys.Node;

    /// <summary>Open sessions of all requesters.</summary>
    public int Count => tables.Values.Sum(one => one.Count);

    internal DateTimeOffset Now => time.GetUtcNow();

    /// <param name="reason">
    /// OFFER_INVALID, SUITE_NOT_ALLOWED, TIME_OUT_OF_RANGE, BUNDLE_STALE, OFFER_REPLAYED, SESSION_LIMIT, SIGNATURE_INVALID, or a
    /// reason of <see cref="CertificateVerifier"/>.
    /// </param>
    public bool TryAccept(SessionOffer offer, [NotNullWhen(true)] out SessionConfirmation? confirmation, out Reason reason)
    {
        confirmation = null;
        var now = time.GetUtcNow();
        reason = Refuse(offer, now);
        if (reason != Reason.Unspecified)
            return false;

        var hdrS = Transcript.Of(offer);
        if (!certificates.TryVerifyAgency(offer.Chain, offer.Requester, out var certificate, out reason))
            return false;
        reason = Reason.SignatureInvalid;
        if (!certificate.HasSigned(Transcript.Signed(hdrS, offer.Enc.Span), offer.Signature.Span))
            return false;
        if (!keys.TryAgree(offer, hdrS, out var agreed, out reason))
            return false;

        var session = new ProviderSession(offer, agreed, certificate);
        confirmation = session.Confirm(offer, hdrS);
        reason = Add(session, now);
        if (reason == Reason.Unspecified)
            return true;
        session.Dispose();
        confirmation = null;
        return false;
    }

    /// <summary>
    /// Ends the sessions of requesters whose certificate is revoked or past its end; all of them while there is no fresh
    /// revocation list. An offer accepted while the list changes is found by the next call.
    /// </summary>
    public void EndUntrusted()
    {
        foreach (var table in tables.Values)
            table.EndUntrusted(certificates);
    }

    /// <summary>UNKNOWN_SESSION or SESSION_ENDED when there is none to answer in; both are advisory, nobody has signed them.</summary>
    internal bool TryFind(string requester, ByteString sessionId, DateTimeOffset now, [NotNullWhen(true)] out ProviderSession? session, out Reason reason)
    {
        reason = Reason.UnknownSession;
        session = sessionId.Length == SessionRules.SessionIdSize && tables.TryGetValue(requester, out var table)
            ? table.Find(ProviderSession.KeyOf(sessionId.Span))
            : null;
        if (session is null)
            return false;
        reason = now >= session.NotAfter ? Reason.SessionEnded : Reason.Unspecified;
        return reason == Reason.Unspecified;
    }

    public void Dispose()
    {
        foreach (var table in tables.Values)
            table.Sweep(DateTimeOffset.MaxValue);
        tables.Clear();
    }

    Reason Refuse(SessionOffer offer, DateTimeOffset now)
    {
        if (offer.Provider != Agency || offer.Node != Node || offer.Enc.Length is 0 or > EncSizeLimit
            || offer.SessionId.Length != SessionRules.SessionIdSize || offer.KeyId.Length != SessionRules.KeyIdSize || !AgencyNames.IsId(offer.Requester))
            return Reason.OfferInvalid;
        if (!suites.Contains(offer.Suite))
            return Reason.SuiteNotAllowed;
        if (!SessionRules.IsNear(offer.TimeUnixMs, now))
            return Reason.TimeOutOfRange;
        if (offer.NotAfterUnixMs <= now.ToUnixTimeMilliseconds()
            || offer.NotAfterUnixMs > offer.TimeUnixMs + (long)SessionRules.MaximumLifetime.TotalMilliseconds)
            return Reason.OfferInvalid;
        if (!keys.IsLive(offer.KeyId))
            return Reason.BundleStale;
        return tables.TryGetValue(offer.Requester, out var table) && table.Knows(ProviderSession.KeyOf(offer.SessionId.Span))
            ? Reason.OfferReplayed
            : Reason.Unspecified;
    }

    Reason Add(ProviderSession session, DateTimeOffset now)
    {
        lock (adding)
        {
            if (now - sweptAt >= sweepEvery)
                Sweep_NeedsLock(now);
            if (!tables.TryGetValue(session.Requester, out var table))
            {
                if (tables.Count >= MaximumRequesters)
                    return Reason.SessionLimit;
                tables[session.Requester] = table = new SessionTable();
            }
            return table.Add(session, now);
        }
    }

    void Sweep_NeedsLock(DateTimeOffset now)
    {
        sweptAt = now;
        foreach (var (requester, table) in tables)
        {
            table.Sweep(now);
            if (table.IsEmpty)
                tables.TryRemove(requester, out _);
        }
    }
}
