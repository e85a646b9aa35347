using Exchange.Protocol.Identity;
using Exchange.Protocol.Sessions;
using Exchange.V1;
using Google.Protobuf;

namespace Exchange.Protocol.Tests.Sessions;

public sealed class BundlesTests : IDisposable
{
    readonly Agencies agencies = new();

    public void Dispose() => agencies.Dispose();

    [Fact]
    public void A_bundle_of_the_agency_wanted_is_accepted_again_and_again()
    {
        for (var i = 0; i < 3; i++)
            Assert.Equal(agencies.NodeKeys.Bundle.PublicKey, agencies.Verified().PublicKey);
    }

    [Fact]
    public void A_bundle_signed_by_another_agency_hub_or_authority_under_the_same_root_is_refused()
    {
        foreach (var name in new[] { CertificateName.Agency("jp.pension"), CertificateName.Hub("hub-1"), CertificateName.Hub("jp.tax"), CertificateName.Authority })
        {
            var forged = Bundles.Sign(agencies.Signer(name), agencies.NodeKeys.Bundle.Clone());
            Assert.Equal(Reason.NameMismatch, Refused(forged));
        }
    }

    [Fact]
    public void A_bundle_with_the_agencys_chain_but_anothers_signature_is_refused()
    {
        var forged = Bundles.Sign(agencies.Signer(CertificateName.Hub("hub-1")), agencies.NodeKeys.Bundle.Clone());
        forged.Chain.Clear();
        forged.Chain.Add(agencies.TaxSigner.Chain);
        Assert.Equal(Reason.SignatureInvalid, Refused(forged));
    }

    [Fact]
    public void A_good_bundle_of_another_agency_is_not_the_one_wanted()
    {
        using var keys = new NodeKeys(agencies.Signer(CertificateName.Agency("jp.pension")), agencies.Time);
        Assert.Equal(Reason.NameMismatch, Refused(keys.Bundle));
    }

    [Fact]
    public void A_bundle_of_a_revoked_agency_is_refused()
    {
        var bundle = agencies.NodeKeys.Bundle;
        using var certificate = System.Security.Cryptography.X509Certificates.X509CertificateLoader.LoadCertificate(bundle.Chain[0].Span);
        agencies.Authority.Revoke(certificate);
        agencies.Time.Advance(TimeSpan.FromSeconds(1));
        agencies.Refresh();
        Assert.Equal(Reason.CertificateRevoked, Refused(bundle));
    }

    [Fact]
    public void No_bit_of_a_bundle_can_be_flipped()
    {
        var bundle = agencies.NodeKeys.Bundle;
        var bare = bundle.Clone();
        bare.Chain.Clear();
        // Everything but the chain, whose bits the certificate tests flip.
        foreach (var bent in Agencies.EachBitFlipped(bare.ToByteArray()))
        {
            if (Parse(bent) is not { } parsed || parsed.Equals(bare))
                continue;
            parsed.Chain.Clear();
            parsed.Chain.Add(bundle.Chain);
            Assert.NotEqual(Reason.Unspecified, Refused(parsed));
        }
        Assert.Equal(Reason.Unspecified, Refused(bundle));
    }

    [Fact]
    public void A_suite_outside_the_allow_list_is_refused()
    {
        var other = agencies.NodeKeys.Bundle.Clone();
        other.Suite = "X448";
        Assert.Equal(Reason.SuiteNotAllowed, Refused(Bundles.Sign(agencies.TaxSigner, other)));

        var strict = new Bundles(agencies.Certificates, agencies.Time, new HashSet<string> { "X-Wing" });
        Assert.False(strict.TryVerify(agencies.NodeKeys.Bundle, Agencies.Tax, out _, out var reason));
        Assert.Equal(Reason.SuiteNotAllowed, reason);
    }

    [Fact]
    public void An_older_bundle_of_a_node_is_refused_once_a_newer_was_seen()
    {
        var older = agencies.NodeKeys.Bundle;
        var newer = older.Clone();
        newer.IssuedAtUnixMs++;
        Assert.Equal(Reason.Unspecified, Refused(older));
        Assert.Equal(Reason.Unspecified, Refused(Bundles.Sign(agencies.TaxSigner, newer)));
        Assert.Equal(Reason.BundleStale, Refused(older));
        using var otherNode = new NodeKeys(agencies.TaxSigner, agencies.Time, "node-2");
        Assert.Equal(Reason.Unspecified, Refused(otherNode.Bundle));
    }

    [Fact]
    public void A_forged_newer_bundle_does_not_push_out_the_real_one()
    {
        var forged = agencies.NodeKeys.Bundle.Clone();
        forged.IssuedAtUnixMs += 1000;
        Assert.NotEqual(Reason.Unspecified, Refused(forged));
        Assert.Equal(Reason.Unspecified, Refused(agencies.NodeKeys.Bundle));
    }

    [Fact]
    public void A_bundle_past_its_end_or_living_longer_than_a_day_or_from_the_future_is_refused()
    {
        var bundle = agencies.NodeKeys.Bundle;
        var tooLong = bundle.Clone();
        tooLong.NotAfterUnixMs++;
        Assert.Equal(Reason.BundleStale, Refused(Bundles.Sign(agencies.TaxSigner, tooLong)));
        var future = bundle.Clone();
        future.IssuedAtUnixMs += 60_001;
        Assert.Equal(Reason.TimeOutOfRange, Refused(Bundles.Sign(agencies.TaxSigner, future)));
        agencies.Time.Advance(TimeSpan.FromHours(24));
        agencies.Refresh();
        Assert.Equal(Reason.BundleStale, Refused(bundle));
    }

    [Fact]
    public void A_node_draws_a_new_key_after_24_hours()
    {
        var first = agencies.NodeKeys.Bundle;
        agencies.Time.Advance(TimeSpan.FromHours(24) - TimeSpan.FromMilliseconds(1));
        Assert.Same(first, agencies.NodeKeys.Bundle);
        agencies.Time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.NotEqual(first.PublicKey, agencies.NodeKeys.Bundle.PublicKey);
        Assert.NotEqual(first.KeyId, agencies.NodeKeys.Bundle.KeyId);
    }

    Reason Refused(Bundle bundle) => agencies.Bundles.TryVerify(bundle, Agencies.Tax, out _, out var reason) ? Reason.Unspecified : reason;

    static Bundle? Parse(byte[] bytes)
    {
        try
        {
            return Bundle.Parser.WithDiscardUnknownFields(true).ParseFrom(bytes);
        }
        catch (InvalidProtocolBufferException)
        {
            return null;
        }
    }
}
