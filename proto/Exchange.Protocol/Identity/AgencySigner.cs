using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Google.Protobuf;

namespace Exchange.Protocol.Identity;

/// <summary>Signs in the name of a certificate: ECDSA P-256, SHA-256, IEEE P1363.</summary>
public sealed class AgencySigner : IDisposable
{
    readonly Lock gate = new();
    readonly ECDsa key;

    /// <param name="certificate">With its private key; stays the caller's to dispose.</param>
    /// <exception cref="CryptographicException">When it has no private P-256 key or no name of the exchange.</exception>
    public AgencySigner(X509Certificate2 certificate)
    {
        if (!AgencyNames.TryRead(certificate, out var name))
            throw new CryptographicException("The certificate has no single SAN URI of the form urn:xhub:agency:<id>, urn:xhub:hub:<name> or urn:xhub:authority.");
        key = certificate.GetECDsaPrivateKey() ?? throw new CryptographicException("The certificate comes without a private elliptic-curve key.");
        if (key.KeySize != 256)
            throw new CryptographicException("The key must be on P-256.");
        Name = name;
        Chain = [ByteString.CopyFrom(certificate.RawDataMemory.Span)];
    }

    public CertificateName Name { get; }

    /// <summary>What is sent beside a signature: the certificate, DER.</summary>
    public IReadOnlyList<ByteString> Chain { get; }

    /// <returns>64 bytes.</returns>
    public byte[] Sign(ReadOnlySpan<byte> data)
    {
        lock (gate)
            return key.SignData(data, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
    }

    public void Dispose() => key.Dispose();
}
