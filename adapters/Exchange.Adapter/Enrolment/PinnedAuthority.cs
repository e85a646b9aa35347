using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Exchange.Protocol.Identity;
using Exchange.Protocol.Pseudonyms;
using Exchange.Protocol.Refusals;
using Exchange.V1;

namespace Exchange.Adapter.Enrolment;

/// <summary>What this agency was told by hand of the key authority and the hub: the one's key and the other's h*G. Neither can be replaced by the hub.</summary>
public sealed class PinnedAuthority : IDisposable
{
    readonly ECDsa key;
    readonly byte[] hubPoint;

    /// <exception cref="ArgumentException">The certificate is not the key authority's, or the point is none.</exception>
    public PinnedAuthority(X509Certificate2 certificate, ReadOnlySpan<byte> hubPoint)
    {
        if (!AgencyNames.TryRead(certificate, out var name) || name.Kind != NameKind.Authority)
            throw new ArgumentException($"the certificate must name the key authority: SAN URI {CertificateName.Authority}", nameof(certificate));
        if (!Ristretto.IsPoint(hubPoint))
            throw new ArgumentException("the hub's point is not a point", nameof(hubPoint));
        key = certificate.GetECDsaPublicKey() ?? throw new ArgumentException("the certificate has no elliptic-curve key", nameof(certificate));
        this.hubPoint = hubPoint.ToArray();
    }

    /// <exception cref="ArgumentException">The certificate is not the key authority's, or the point is none.</exception>
    public static PinnedAuthority Read(AdapterOptions options) =>
        new(X509CertificateLoader.LoadCertificateFromFile(options.AuthorityCertificate), Convert.FromHexString(options.HubPoint));

    public ReadOnlySpan<byte> HubPoint => hubPoint;

    /// <summary>Null when the commitments are signed by the authority, name the pinned h*G and are no older than the newest seen.</summary>
    public Refusal? Check(Commitments commitments, ulong newestSeen)
    {
        if (!key.VerifyData(EnrolmentSigning.Bytes(commitments), commitments.Signature.Span, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation))
            return Reasons.Refuse(Reason.CommitmentsInvalid, "The commitments are not signed by the pinned key authority.");
        if (!commitments.HubPoint.Span.SequenceEqual(hubPoint))
            return Reasons.Refuse(Reason.CommitmentsInvalid, "The commitments name another hub point than the pinned one.");
        if (commitments.Version < newestSeen)
            return Reasons.Refuse(Reason.CommitmentsInvalid, $"The commitments are of version {commitments.Version}; version {newestSeen} was seen before.");
        return null;
    }

    public void Dispose() => key.Dispose();
}
