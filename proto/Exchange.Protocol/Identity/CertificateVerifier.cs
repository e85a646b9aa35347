using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Exchange.Protocol.Refusals;
using Exchange.V1;
using Google.Protobuf;

namespace Exchange.Protocol.Identity;

/// <summary>Which extended key usage a certificate must state.</summary>
public enum CertificateUse
{
    Client,
    Server,
}

/// <summary>
/// Whom a certificate speaks for, by the pinned CA and its current revocation list alone: no network, no store of the
/// platform. The CA issues every certificate itself, because its list says nothing about the serials of another.
/// Good certificates are remembered until the list changes.
/// </summary>
public sealed class CertificateVerifier : IDisposable
{
    /// <summary>DER bytes of one certificate, and certificates sent along as a chain.</summary>
    public const int MaximumCertificateBytes = 8 * 1024, MaximumChainLength = 3;

    const int MaximumRemembered = 8192;

    readonly X509Certificate2 root;
    readonly TimeProvider time;
    readonly Lock replacing = new();
    volatile Trust trust = new(null);

    /// <exception cref="CryptographicException">When the root is not a self-signed P-256 CA.</exception>
    public CertificateVerifier(X509Certificate2 root, TimeProvider time)
    {
        if (!CertificateRules.IsAuthority(root))
            throw new CryptographicException("The pinned root must be a CA with a P-256 key and an ECDSA SHA-256 signature.");
        this.root = X509CertificateLoader.LoadCertificate(root.RawDataMemory.Span);
        this.time = time;
    }

    /// <summary>What was known under one revocation list; replaced as a whole with it.</summary>
    sealed record Trust(RevocationList? List)
    {
        public ConcurrentDictionary<string, VerifiedCertificate> Clients { get; } = new();

        public ConcurrentDictionary<string, VerifiedCertificate> Servers { get; } = new();

        public ConcurrentDictionary<string, VerifiedCertificate> For(CertificateUse use) => use == CertificateUse.Client ? Clients : Servers;
    }

    /// <summary>The list in force, to hand on to others; null before the first.</summary>
    public RevocationList? RevocationList => trust.List;

    /// <summary>
    /// Puts a newer list in force. Refused, and the present one kept, when it is not a list of the pinned CA, is stale,
    /// or was issued before the one in force.
    /// </summary>
    public Refusal? Replace(ReadOnlySpan<byte> revocationList)
    {
        if (!Identity.RevocationList.TryParse(revocationList, root, out var list))
            return Reasons.Refuse(Reason.SignatureInvalid, "This is not a revocation list signed by the pinned root.");
        if (list.IsStale(time.GetUtcNow()))
            return Reasons.Refuse(Reason.RevocationListStale);
        lock (replacing)
        {
            if (trust.List is { } present)
            {
                if (list.ThisUpdate < present.ThisUpdate)
                    return Reasons.Refuse(Reason.RevocationListStale, "This revocation list was issued before the one in force.");
                if (list.Encoded.Span.SequenceEqual(present.Encoded.Span))
                    return null;
            }
            trust = new Trust(list);
        }
        return null;
    }

    /// <param name="chain">The certificate first, DER; what follows it is not needed and only held to the limits.</param>
    /// <param name="reason">CERTIFICATE_NOT_TRUSTED, CERTIFICATE_REVOKED, NAME_MISMATCH or REVOCATION_LIST_STALE.</param>
    public bool TryVerify(
        IReadOnlyList<ByteString> chain, CertificateUse use, [NotNullWhen(true)] out VerifiedCertificate? verified, out Reason reason)
    {
        verified = null;
        reason = Reason.CertificateNotTrusted;
        if (chain.Count is 0 or > MaximumChainLength || chain.Any(one => one.Length > MaximumCertificateBytes))
            return false;
        return TryVerify(chain[0].Span, use, out verified, out reason);
    }

    /// <inheritdoc cref="TryVerify(IReadOnlyList{ByteString},CertificateUse,out VerifiedCertificate?,out Reason)"/>
    public bool TryVerify(
        X509Certificate2 certificate, CertificateUse use, [NotNullWhen(true)] out VerifiedCertificate? verified, out Reason reason) =>
        TryVerify(certificate.RawDataMemory.Span, use, out verified, out reason);

    /// <inheritdoc cref="TryVerify(IReadOnlyList{ByteString},CertificateUse,out VerifiedCertificate?,out Reason)"/>
    public bool TryVerify(
        ReadOnlySpan<byte> der, CertificateUse use, [NotNullWhen(true)] out VerifiedCertificate? verified, out Reason reason)
    {
        verified = null;
        reason = Reason.CertificateNotTrusted;
        if (der.Length > MaximumCertificateBytes)
            return false;

        var current = trust;
        var now = time.GetUtcNow();
        if (current.List is not { } list || list.IsStale(now))
        {
            reason = Reason.RevocationListStale;
            return false;
        }

        var thumbprint = Thumbprint(der);
        var known = current.For(use);
        if (known.TryGetValue(thumbprint, out verified))
        {
            if (now >= verified.NotBefore && now <= verified.NotAfter)
                return true;
            verified = null;
            known.TryRemove(thumbprint, out _);
            return false;
        }

        if (!TryVerifyAfresh(der, thumbprint, use, list, now, out verified, out reason))
            return false;
        if (known.Count >= MaximumRemembered)
            known.Clear();
        known.TryAdd(thumbprint, verified);
        return true;
    }

    /// <summary>
    /// Everything but revocation, for one purpose: to fetch a revocation list when there is none or it is stale. What is
    /// fetched carries the CA's own signature; nothing else may be trusted to whoever is at the other end.
    /// </summary>
    public bool TryVerifyWithoutList(X509Certificate2 certificate, CertificateUse use, [NotNullWhen(true)] out CertificateName? name)
    {
        name = null;
        return CertificateRules.IsEndEntity(certificate, use) && LeadsToRoot(certificate, time.GetUtcNow()) && AgencyNames.TryRead(certificate, out name);
    }

    /// <summary>Whether the pinned root itself issued it, and both are in force.</summary>
    public bool IsIssued(X509Certificate2 certificate) => LeadsToRoot(certificate, time.GetUtcNow());

    /// <summary>
    /// Whether what was found good once still is, by the list now in force and the clock: asked again and again about
    /// whatever outlives the moment it was verified in, such as sessions and connections.
    /// </summary>
    public bool IsStillGood(VerifiedCertificate certificate)
    {
        var now = time.GetUtcNow();
        return trust.List is { } list && !list.IsStale(now) && !list.IsRevoked(certificate.Serial) && now >= certificate.NotBefore && now <= certificate.NotAfter;
    }

    /// <summary>Whether the list in force still is one to judge by.</summary>
    public bool HasFreshList => trust.List is { } list && !list.IsStale(time.GetUtcNow());

    /// <summary>Also holds the certificate to the name of one agency.</summary>
    public bool TryVerifyAgency(
        IReadOnlyList<ByteString> chain, string agency, [NotNullWhen(true)] out VerifiedCertificate? verified, out Reason reason)
    {
        if (!TryVerify(chain, CertificateUse.Client, out verified, out reason))
            return false;
        if (verified.Name.IsAgency(agency))
            return true;
        verified = null;
        reason = Reason.NameMismatch;
        return false;
    }

    public void Dispose() => root.Dispose();

    bool TryVerifyAfresh(
        ReadOnlySpan<byte> der, string thumbprint, CertificateUse use, RevocationList list, DateTimeOffset now,
        [NotNullWhen(true)] out VerifiedCertificate? verified, out Reason reason)
    {
        verified = null;
        reason = Reason.CertificateNotTrusted;
        try
        {
            using var certificate = X509CertificateLoader.LoadCertificate(der);
            // The thumbprint must stand for the certificate alone, not for it and bytes after it.
            if (!certificate.RawDataMemory.Span.SequenceEqual(der)
                || !CertificateRules.IsEndEntity(certificate, use) || !LeadsToRoot(certificate, now))
                return false;
            if (list.IsRevoked(certificate))
            {
                reason = Reason.CertificateRevoked;
                return false;
            }
            if (!AgencyNames.TryRead(certificate, out var name))
            {
                reason = Reason.NameMismatch;
                return false;
            }
            verified = new VerifiedCertificate(
                name, certificate.GetECDsaPublicKey()!, thumbprint, RevocationList.SerialOf(certificate),
                certificate.NotBefore.ToUniversalTime(), certificate.NotAfter.ToUniversalTime());
            return true;
        }
        catch (CryptographicException)
        {
            return false;
        }
    }

    bool LeadsToRoot(X509Certificate2 certificate, DateTimeOffset now)
    {
        using var chain = new X509Chain();
        var policy = chain.ChainPolicy;
        policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        policy.CustomTrustStore.Add(root);
        policy.RevocationMode = X509RevocationMode.NoCheck;
        policy.DisableCertificateDownloads = true;
        policy.VerificationTimeIgnored = false;
        policy.VerificationTime = now.LocalDateTime;
        var leads = chain.Build(certificate)
            && chain.ChainElements.Count == 2
            && chain.ChainElements[1].Certificate.RawDataMemory.Span.SequenceEqual(root.RawDataMemory.Span);
        foreach (var element in chain.ChainElements)
            element.Certificate.Dispose();
        return leads;
    }

    static string Thumbprint(ReadOnlySpan<byte> der)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(der, hash);
        return Convert.ToHexString(hash);
    }
}
