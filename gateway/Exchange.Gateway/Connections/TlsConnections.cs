using System.Collections.Concurrent;
using Exchange.Gateway.Limits;
using Exchange.Gateway.Telemetry;
using Exchange.Protocol.Identity;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;

namespace Exchange.Gateway.Connections;

/// <summary>
/// The TLS connections of agencies to this hub, counted by the name in the certificate as soon as the handshake is over: whatever one agency
/// does, there is room for the others.
/// </summary>
public sealed class TlsConnections(CertificateVerifier certificates, ILogger<TlsConnections> log, TimeProvider time)
{
    /// <summary>Of one agency at once: as many as it may hold open, and a few for those who ask one thing at a time, enrol, or fetch a list.</summary>
    public const int MaximumPerAgency = ConnectionService.MaximumPerAgency + 8;

    /// <summary>What a connection whose certificate is no longer good has left, so that whoever is cut hears the reason.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(2);

    readonly Places places = new(MaximumPerAgency);
    readonly ConcurrentDictionary<ConnectionContext, Held> open = new();

    sealed record Held(VerifiedCertificate Certificate)
    {
        /// <summary>When it was first seen to be good no longer; null while it is.</summary>
        public long? EndsSince { get; set; }
    }

    public int Count => open.Count;

    /// <summary>Carries a connection after its handshake; one too many is closed at once.</summary>
    public async Task Serve(ConnectionContext connection, ConnectionDelegate next)
    {
        // Revoked since the handshake, or nobody's: there is nothing to say to it.
        if (connection.Features.Get<ITlsConnectionFeature>()?.ClientCertificate is not { } shown
            || !certificates.TryVerify(shown, CertificateUse.Client, out var verified, out _))
            return;
        var agency = verified.Name.Kind == NameKind.Agency ? verified.Name.Id : verified.Name.ToString();
        using var place = places.Take(agency);
        if (place is null)
        {
            log.TooManyConnections(agency, MaximumPerAgency);
            return;
        }
        open[connection] = new Held(verified);
        try
        {
            await next(connection).ConfigureAwait(false);
        }
        finally
        {
            open.TryRemove(connection, out _);
        }
    }

    /// <summary>Ends each connection whose certificate was seen, at least <see cref="Grace"/> ago, to be revoked or expired, or that rests on a list grown stale.</summary>
    public void EndUntrusted()
    {
        var now = time.GetTimestamp();
        foreach (var (connection, held) in open)
        {
            if (certificates.IsStillGood(held.Certificate))
                held.EndsSince = null;
            else if (held.EndsSince is not { } since)
                held.EndsSince = now;
            else if (time.GetElapsedTime(since, now) >= Grace)
            {
                log.TlsConnectionEnded(held.Certificate.Name.Id);
                connection.Abort(new ConnectionAbortedException("The certificate is no longer good."));
            }
        }
    }
}
