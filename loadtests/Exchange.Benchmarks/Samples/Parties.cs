using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Exchange.Hosting.Certificates;
using Exchange.Protocol.Identity;
using Exchange.Protocol.Sessions;

namespace Exchange.Benchmarks.Samples;

/// <summary>A town and the tax agency with a confirmed session between them, made as their adapters make it.</summary>
sealed class Parties : IDisposable
{
    public const string Town = "jp.mun.131016", Tax = "jp.tax";

    readonly List<IDisposable> held = [];

    public Parties()
    {
        var time = TimeProvider.System;
        var authority = Hold(ThrowawayAuthority.Create(time));
        var certificates = Hold(new CertificateVerifier(authority.Root, time));
        if (certificates.Replace(authority.SignRevocationList()) is { } stale)
            throw new CryptographicException($"the revocation list was not taken: {stale}");
        var keys = Hold(new NodeKeys(Signer(authority.IssueAgency(Tax)), time));
        Provider = Hold(new ProviderSessions(keys, certificates, time));
        if (!new Bundles(certificates, time).TryVerify(keys.Bundle, Tax, out var bundle, out var reason)
            || !OfferedSession.TryMake(bundle, Signer(authority.IssueAgency(Town)), 1, time, out var offered, out reason)
            || !Provider.TryAccept(offered.Offer, out var confirmation, out reason)
            || !offered.TryConfirm(confirmation, out var session, out reason))
            throw new CryptographicException($"no session was agreed: {reason}");
        Session = Hold(session);
    }

    /// <summary>The town's side.</summary>
    public RequesterSession Session { get; }

    /// <summary>The tax agency's side.</summary>
    public ProviderSessions Provider { get; }

    public void Dispose()
    {
        for (var i = held.Count - 1; i >= 0; i--)
            held[i].Dispose();
    }

    AgencySigner Signer(X509Certificate2 certificate) => Hold(new AgencySigner(Hold(certificate)));

    T Hold<T>(T one) where T : IDisposable
    {
        held.Add(one);
        return one;
    }
}
