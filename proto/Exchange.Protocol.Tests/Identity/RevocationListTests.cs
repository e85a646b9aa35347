using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Exchange.Hosting.Certificates;
using Exchange.Protocol.Identity;
using Exchange.V1;
using Microsoft.Extensions.Time.Testing;

namespace Exchange.Protocol.Tests.Identity;

public sealed class RevocationListTests : IDisposable
{
    readonly FakeTimeProvider time = new(new DateTimeOffset(2026, 4, 1, 9, 0, 0, TimeSpan.Zero));
    readonly ThrowawayAuthority authority;

    public RevocationListTests() => authority = ThrowawayAuthority.Create(time);

    public void Dispose() => authority.Dispose();

    [Fact]
    public void A_list_names_exactly_the_revoked()
    {
        var (good, bad) = (authority.IssueAgency("jp.a"), authority.IssueAgency("jp.b"));
        authority.Revoke(bad);
        Assert.True(RevocationList.TryParse(authority.SignRevocationList(), authority.Root, out var list));
        Assert.True(list.IsRevoked(bad));
        Assert.False(list.IsRevoked(good));
        Assert.Equal(1, list.Count);
        Assert.Equal(time.GetUtcNow(), list.ThisUpdate);
    }

    [Fact]
    public void A_list_of_another_authority_with_the_same_name_is_refused()
    {
        using var impostor = ThrowawayAuthority.Create(time);
        Assert.False(RevocationList.TryParse(impostor.SignRevocationList(), authority.Root, out _));
        using var verifier = new CertificateVerifier(authority.Root, time);
        Assert.Equal(Reason.SignatureInvalid, verifier.Replace(impostor.SignRevocationList())?.Reason);
    }

    [Fact]
    public void No_bit_of_a_list_can_be_flipped()
    {
        authority.Revoke(authority.IssueAgency("jp.b"));
        var good = authority.SignRevocationList();
        for (var bit = 0; bit < good.Length * 8; bit++)
        {
            var bent = (byte[])good.Clone();
            bent[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.False(RevocationList.TryParse(bent, authority.Root, out _), $"bit {bit}");
        }
    }

    [Fact]
    public void Truncated_lengthened_and_foreign_bytes_are_refused()
    {
        var good = authority.SignRevocationList();
        for (var length = 0; length < good.Length; length++)
            Assert.False(RevocationList.TryParse(good.AsSpan(0, length), authority.Root, out _));
        Assert.False(RevocationList.TryParse([.. good, 0], authority.Root, out _));
        Assert.False(RevocationList.TryParse(authority.Root.RawDataMemory.Span, authority.Root, out _));
        Assert.False(RevocationList.TryParse(new byte[RevocationList.MaximumBytes + 1], authority.Root, out _));
    }

    [Fact]
    public void A_list_from_the_future_or_past_its_own_end_is_stale()
    {
        Assert.True(RevocationList.TryParse(authority.SignRevocationList(TimeSpan.FromHours(1)), authority.Root, out var list));
        var now = time.GetUtcNow();
        Assert.False(list.IsStale(now));
        Assert.False(list.IsStale(now.AddMinutes(59)));
        Assert.True(list.IsStale(now.AddHours(1)));
        Assert.True(list.IsStale(now.AddMinutes(-6)));
    }

    [Fact]
    public void A_delta_or_partial_list_is_refused_although_properly_signed()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=pinned", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using var root = request.CreateSelfSigned(time.GetUtcNow(), time.GetUtcNow().AddDays(1));
        Assert.True(RevocationList.TryParse(Signed(root, key, null), root, out _));
        Assert.False(RevocationList.TryParse(Signed(root, key, "2.5.29.27"), root, out _)); // deltaCRLIndicator
        Assert.False(RevocationList.TryParse(Signed(root, key, "2.5.29.28"), root, out _)); // issuingDistributionPoint
    }

    byte[] Signed(X509Certificate2 root, ECDsa key, string? criticalExtension)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteInteger(1);
            using (writer.PushSequence())
                writer.WriteObjectIdentifier("1.2.840.10045.4.3.2");
            writer.WriteEncodedValue(root.SubjectName.RawData);
            writer.WriteUtcTime(time.GetUtcNow());
            if (criticalExtension is not null)
                using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 0)))
                using (writer.PushSequence())
                using (writer.PushSequence())
                {
                    writer.WriteObjectIdentifier(criticalExtension);
                    writer.WriteBoolean(true);
                    writer.WriteOctetString([0x02, 0x01, 0x01]);
                }
        }
        var signed = writer.Encode();
        writer.Reset();
        using (writer.PushSequence())
        {
            writer.WriteEncodedValue(signed);
            using (writer.PushSequence())
                writer.WriteObjectIdentifier("1.2.840.10045.4.3.2");
            writer.WriteBitString(key.SignData(signed, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence));
        }
        return writer.Encode();
    }
}
