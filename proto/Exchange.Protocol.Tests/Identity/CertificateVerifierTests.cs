using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Exchange.Hosting.Certificates;
using Exchange.Protocol.Identity;
using Exchange.V1;
using Google.Protobuf;
using Microsoft.Extensions.Time.Testing;

namespace Exchange.Protocol.Tests.Identity;

public sealed class CertificateVerifierTests : IDisposable
{
    readonly FakeTimeProvider time = new(new DateTimeOffset(2026, 4, 1, 9, 0, 0, TimeSpan.Zero));
    readonly ThrowawayAuthority authority;
    readonly CertificateVerifier verifier;

    public CertificateVerifierTests()
    {
        authority = ThrowawayAuthority.Create(time);
        verifier = new CertificateVerifier(authority.Root, time);
        Assert.Null(verifier.Replace(authority.SignRevocationList()));
    }

    public void Dispose()
    {
        verifier.Dispose();
        authority.Dispose();
    }

    [Fact]
    public void A_certificate_of_another_root_is_not_trusted()
    {
        using var other = ThrowawayAuthority.Create(time, "Throwaway CA");
        Assert.Equal(Reason.CertificateNotTrusted, Refused(other.IssueAgency("jp.tax")));
    }

    [Fact]
    public void An_expired_or_not_yet_valid_certificate_is_not_trusted()
    {
        var certificate = authority.Issue(CertificateName.Agency("jp.tax"), TimeSpan.FromHours(1));
        Assert.Equal(Reason.Unspecified, Refused(certificate));
        time.Advance(TimeSpan.FromHours(2));
        Assert.Equal(Reason.CertificateNotTrusted, Refused(certificate));

        var future = new FakeTimeProvider(time.GetUtcNow() - TimeSpan.FromDays(1));
        using var earlier = new CertificateVerifier(authority.Root, future);
        using var fresh = authority.IssueAgency("jp.tax");
        Assert.NotNull(earlier.Replace(authority.SignRevocationList()));
        Assert.False(earlier.TryVerify(fresh, CertificateUse.Client, out _, out _));
    }

    [Fact]
    public void A_remembered_certificate_is_refused_once_it_has_expired()
    {
        var certificate = authority.Issue(CertificateName.Agency("jp.tax"), TimeSpan.FromHours(1));
        Assert.True(verifier.TryVerify(certificate, CertificateUse.Client, out var first, out _));
        Assert.True(verifier.TryVerify(certificate, CertificateUse.Client, out var second, out _));
        Assert.Same(first, second);
        time.Advance(TimeSpan.FromHours(1) + TimeSpan.FromSeconds(1));
        Assert.Equal(Reason.CertificateNotTrusted, Refused(certificate));
    }

    [Fact]
    public void A_remembered_certificate_is_refused_once_a_list_revokes_it()
    {
        var certificate = authority.IssueAgency("jp.tax");
        var other = authority.IssueAgency("jp.tax");
        Assert.Equal(Reason.Unspecified, Refused(certificate));
        authority.Revoke(certificate);
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Null(verifier.Replace(authority.SignRevocationList()));
        Assert.Equal(Reason.CertificateRevoked, Refused(certificate));
        Assert.Equal(Reason.Unspecified, Refused(other));
    }

    [Fact]
    public void What_was_verified_is_good_until_it_is_revoked_expires_or_the_list_is_stale()
    {
        VerifiedCertificate Verified(TimeSpan lifetime)
        {
            Assert.True(verifier.TryVerify(authority.Issue(CertificateName.Agency("jp.tax"), lifetime), CertificateUse.Client, out var verified, out _));
            return verified;
        }
        var revoked = authority.IssueAgency("jp.tax");
        Assert.True(verifier.TryVerify(revoked, CertificateUse.Client, out var first, out _));
        var (brief, lasting) = (Verified(TimeSpan.FromHours(1)), Verified(TimeSpan.FromDays(30)));
        Assert.True(verifier.IsStillGood(first) && verifier.IsStillGood(brief) && verifier.IsStillGood(lasting));

        authority.Revoke(revoked);
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Null(verifier.Replace(authority.SignRevocationList(TimeSpan.FromDays(3))));
        Assert.Equal((false, true, true), (verifier.IsStillGood(first), verifier.IsStillGood(brief), verifier.IsStillGood(lasting)));

        time.Advance(TimeSpan.FromHours(1));
        Assert.Equal((false, true), (verifier.IsStillGood(brief), verifier.IsStillGood(lasting)));

        time.Advance(TimeSpan.FromHours(23) + TimeSpan.FromSeconds(1));
        Assert.False(verifier.IsStillGood(lasting));
    }

    [Fact]
    public void An_older_list_never_replaces_a_newer_one()
    {
        var certificate = authority.IssueAgency("jp.tax");
        var before = authority.SignRevocationList();
        authority.Revoke(certificate);
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Null(verifier.Replace(authority.SignRevocationList()));
        Assert.Equal(Reason.RevocationListStale, verifier.Replace(before)?.Reason);
        Assert.Equal(Reason.CertificateRevoked, Refused(certificate));
    }

    [Fact]
    public void Without_a_list_of_the_last_24_hours_nobody_is_trusted()
    {
        var certificate = authority.IssueAgency("jp.tax");
        using var without = new CertificateVerifier(authority.Root, time);
        Assert.False(without.TryVerify(certificate, CertificateUse.Client, out _, out var reason));
        Assert.Equal(Reason.RevocationListStale, reason);

        Assert.Null(without.Replace(authority.SignRevocationList(TimeSpan.FromDays(30))));
        time.Advance(TimeSpan.FromHours(24));
        Assert.True(without.TryVerify(certificate, CertificateUse.Client, out _, out _));
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.False(without.TryVerify(certificate, CertificateUse.Client, out _, out reason));
        Assert.Equal(Reason.RevocationListStale, reason);
    }

    [Fact]
    public void A_certificate_must_state_the_use_it_is_put_to()
    {
        Assert.Equal(Reason.CertificateNotTrusted, Refused(Issue(usages: ["1.3.6.1.5.5.7.3.1"])));
        Assert.Equal(Reason.CertificateNotTrusted, Refused(Issue(usages: ["1.3.6.1.5.5.7.3.2"]), CertificateUse.Server));
        Assert.Equal(Reason.CertificateNotTrusted, Refused(Issue(usages: ["2.5.29.37.0"])));
        Assert.Equal(Reason.CertificateNotTrusted, Refused(Issue(usages: [])));
        Assert.Equal(Reason.Unspecified, Refused(Issue(usages: ["1.3.6.1.5.5.7.3.2"])));
    }

    [Fact]
    public void A_use_found_good_is_not_remembered_for_the_other_use()
    {
        var client = Issue(usages: ["1.3.6.1.5.5.7.3.2"]);
        Assert.Equal(Reason.Unspecified, Refused(client));
        Assert.Equal(Reason.CertificateNotTrusted, Refused(client, CertificateUse.Server));
    }

    [Fact]
    public void A_ca_is_not_accepted_as_end_entity_and_issues_for_nobody()
    {
        var (ca, caKey) = IssueAuthority("urn:xhub:agency:jp.tax");
        Assert.Equal(Reason.CertificateNotTrusted, Refused(ca));
        Assert.Equal(Reason.CertificateNotTrusted, Refused(authority.Root));

        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var leaf = Request(key, ["1.3.6.1.5.5.7.3.2"], "urn:xhub:agency:jp.tax")
            .Create(ca.CopyWithPrivateKey(caKey), time.GetUtcNow(), time.GetUtcNow().AddDays(1), [0x11]);
        Assert.False(verifier.TryVerify([Der(leaf), Der(ca)], CertificateUse.Client, out _, out var reason));
        Assert.Equal(Reason.CertificateNotTrusted, reason);
    }

    [Fact]
    public void Only_p256_is_accepted()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        using var certificate = authority.Sign(Request(key, ["1.3.6.1.5.5.7.3.2"], "urn:xhub:agency:jp.tax"), key);
        Assert.Equal(Reason.CertificateNotTrusted, Refused(certificate));
    }

    [Fact]
    public void A_certificate_without_a_name_of_ours_is_a_mismatch()
    {
        Assert.Equal(Reason.NameMismatch, Refused(Issue(["1.3.6.1.5.5.7.3.2"], "urn:xhub:agency:*")));
        Assert.Equal(Reason.NameMismatch, Refused(Issue(["1.3.6.1.5.5.7.3.2"], "https://tax.example")));
    }

    [Fact]
    public void Neither_another_agency_nor_hub_nor_authority_speaks_for_an_agency()
    {
        foreach (var wrong in new[] { authority.IssueAgency("jp.pension"), authority.IssueHub("jp.tax"), authority.IssueKeyAuthority() })
        {
            Assert.False(verifier.TryVerifyAgency([Der(wrong)], "jp.tax", out _, out var reason));
            Assert.Equal(Reason.NameMismatch, reason);
        }
        Assert.True(verifier.TryVerifyAgency([Der(authority.IssueAgency("jp.tax"))], "jp.tax", out var verified, out _));
        Assert.Equal(CertificateName.Agency("jp.tax"), verified.Name);
    }

    [Fact]
    public void Oversized_empty_long_and_garbled_chains_are_refused()
    {
        var good = Der(authority.IssueAgency("jp.tax"));
        foreach (ByteString[] chain in new ByteString[][]
        {
            [], [good, good, good, good], [ByteString.CopyFrom(new byte[1 << 20])], [good, ByteString.CopyFrom(new byte[1 << 20])],
            [ByteString.Empty], [ByteString.CopyFrom([.. good, 0])], [ByteString.CopyFrom([.. good.Span[..^1]])],
        })
        {
            Assert.False(verifier.TryVerify(chain, CertificateUse.Client, out _, out var reason));
            Assert.Equal(Reason.CertificateNotTrusted, reason);
        }
    }

    [Fact]
    public void No_bit_of_a_certificate_can_be_flipped()
    {
        var good = authority.IssueAgency("jp.tax").RawData;
        for (var bit = 0; bit < good.Length * 8; bit += 7)
        {
            var bent = (byte[])good.Clone();
            bent[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.False(verifier.TryVerify(bent, CertificateUse.Client, out _, out _), $"bit {bit}");
        }
    }

    [Fact]
    public void A_leaf_cannot_be_pinned_as_root() =>
        Assert.Throws<CryptographicException>(() => new CertificateVerifier(authority.IssueAgency("jp.tax"), time));

    [Fact]
    public void A_signature_verifies_for_its_signer_alone()
    {
        using var signer = new AgencySigner(authority.IssueAgency("jp.tax"));
        var signature = signer.Sign("data"u8);
        Assert.Equal(64, signature.Length);
        Assert.True(verifier.TryVerify(signer.Chain, CertificateUse.Client, out var verified, out _));
        Assert.True(verified.HasSigned("data"u8, signature));
        Assert.False(verified.HasSigned("date"u8, signature));
        Assert.False(verified.HasSigned("data"u8, signature.AsSpan(1)));
        Assert.True(verifier.TryVerify(authority.IssueAgency("jp.tax"), CertificateUse.Client, out var other, out _));
        Assert.False(other.HasSigned("data"u8, signature));
    }

    Reason Refused(X509Certificate2 certificate, CertificateUse use = CertificateUse.Client) =>
        verifier.TryVerify(certificate, use, out _, out var reason) ? Reason.Unspecified : reason;

    X509Certificate2 Issue(string[] usages, string uri = "urn:xhub:agency:jp.tax")
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return authority.Sign(Request(key, usages, uri), key);
    }

    (X509Certificate2 Certificate, ECDsa Key) IssueAuthority(string uri)
    {
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = Request(key, ["1.3.6.1.5.5.7.3.2"], uri);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.DigitalSignature, true));
        return (X509CertificateLoader.LoadCertificate(authority.Sign(request, key).RawDataMemory.Span), key);
    }

    static CertificateRequest Request(ECDsa key, string[] usages, string uri)
    {
        var request = new CertificateRequest("CN=test", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddUri(new Uri(uri));
        request.CertificateExtensions.Add(names.Build());
        if (usages.Length > 0)
        {
            var oids = new OidCollection();
            foreach (var usage in usages)
                oids.Add(new Oid(usage));
            request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension(oids, false));
        }
        return request;
    }

    static ByteString Der(X509Certificate2 certificate) => ByteString.CopyFrom(certificate.RawDataMemory.Span);
}
