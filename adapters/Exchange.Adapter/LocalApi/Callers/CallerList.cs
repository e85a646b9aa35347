using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Exchange.Adapter.LocalApi.Callers;

/// <summary>The callers of one state of the file. Immutable: a change replaces the list.</summary>
public sealed class CallerList
{
    readonly FrozenDictionary<string, Caller> byName;
    readonly FrozenDictionary<string, Caller> byFingerprint;
    readonly FrozenDictionary<string, Caller> byAlternativeName;
    readonly FrozenDictionary<string, Caller> bySubject;
    readonly FrozenDictionary<(string Issuer, string Subject), Caller> byToken;
    readonly X509Certificate2? authority;

    /// <param name="authority">Signs the certificates that are recognised by a name.</param>
    public CallerList(IReadOnlyCollection<Caller> callers, X509Certificate2? authority)
    {
        this.authority = authority;
        byName = callers.ToFrozenDictionary(one => one.Name);
        byFingerprint = callers.Where(one => one.Certificate?.Sha256 is not null).ToFrozenDictionary(one => one.Certificate!.Sha256!);
        byAlternativeName = callers.Where(one => one.Certificate?.AlternativeName is not null).ToFrozenDictionary(one => one.Certificate!.AlternativeName!);
        bySubject = callers.Where(one => one.Certificate?.Subject is not null).ToFrozenDictionary(one => one.Certificate!.Subject!);
        byToken = callers.Where(one => one.Token is not null).ToFrozenDictionary(one => (one.Token!.Issuer, one.Token.Subject));
    }

    public IEnumerable<Caller> Callers => byName.Values;

    public Caller? Find(string name) => byName.GetValueOrDefault(name);

    public Caller? FindByToken(string issuer, string subject) => byToken.GetValueOrDefault((issuer, subject));

    /// <summary>Does not look at the certificate's dates when it is recognised by its fingerprint; the asker does.</summary>
    public Caller? FindByCertificate(X509Certificate2 certificate, DateTimeOffset now)
    {
        if (byFingerprint.TryGetValue(certificate.GetCertHashString(HashAlgorithmName.SHA256), out var caller))
            return caller;
        if (authority is null || (byAlternativeName.Count == 0 && bySubject.Count == 0) || !CallerCertificates.LeadsTo(certificate, authority, now))
            return null;
        foreach (var name in CallerCertificates.AlternativeNames(certificate))
            if (byAlternativeName.TryGetValue(name, out caller))
                return caller;
        return bySubject.GetValueOrDefault(certificate.Subject);
    }
}
