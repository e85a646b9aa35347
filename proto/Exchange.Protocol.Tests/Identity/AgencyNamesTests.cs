using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Exchange.Protocol.Identity;

namespace Exchange.Protocol.Tests.Identity;

public sealed class AgencyNamesTests
{
    [Theory]
    [InlineData("urn:xhub:agency:")]
    [InlineData("urn:xhub:agency:*")]
    [InlineData("urn:xhub:agency:jp.*")]
    [InlineData("urn:xhub:agency:jp.tax\0")]
    [InlineData("urn:xhub:agency:jp.tax\0.example")]
    [InlineData("urn:xhub:agency:jp.táx")]
    [InlineData("urn:xhub:agency:jp.tаx")] // Cyrillic a
    [InlineData("urn:xhub:agency:JP.TAX")]
    [InlineData("URN:xhub:agency:jp.tax")]
    [InlineData("urn:xhub:agency:jp.tax ")]
    [InlineData(" urn:xhub:agency:jp.tax")]
    [InlineData("urn:xhub:agency:jp.tax/x")]
    [InlineData("urn:xhub:agency:jp.tax#x")]
    [InlineData("urn:xhub:agency:jp%2etax")]
    [InlineData("urn:xhub:agency:.jp")]
    [InlineData("urn:xhub:agency:jp.")]
    [InlineData("urn:xhub:agency:jp..tax")]
    [InlineData("urn:xhub:agency:jp:tax")]
    [InlineData("urn:xhub:hub")]
    [InlineData("urn:xhub:hub:")]
    [InlineData("urn:xhub:authority:")]
    [InlineData("urn:xhub:authority:x")]
    [InlineData("urn:xhub:agencyjp.tax")]
    [InlineData("jp.tax")]
    [InlineData("")]
    public void Anything_but_the_exact_form_is_no_name(string uri) => Assert.False(AgencyNames.TryParse(uri, out _));

    [Fact]
    public void An_id_has_at_most_64_characters()
    {
        Assert.True(AgencyNames.IsId(new string('a', 64)));
        Assert.False(AgencyNames.IsId(new string('a', 65)));
    }

    [Fact]
    public void Each_kind_of_name_is_read_back_as_itself()
    {
        foreach (var name in new[] { CertificateName.Agency("jp.mun.131016"), CertificateName.Hub("hub-1"), CertificateName.Authority })
        {
            Assert.True(AgencyNames.TryParse(name.ToString(), out var read));
            Assert.Equal(name, read);
        }
        Assert.Equal("urn:xhub:agency:jp.mun.131016", CertificateName.Agency("jp.mun.131016").ToString());
    }

    [Fact]
    public void A_hub_of_the_same_name_is_not_the_agency() => Assert.False(CertificateName.Hub("jp.tax").IsAgency("jp.tax"));

    [Fact]
    public void A_certificate_with_two_uris_has_no_name()
    {
        Assert.False(TryRead(San("urn:xhub:agency:jp.tax", "urn:xhub:agency:jp.tax")));
        Assert.False(TryRead(San("urn:xhub:agency:jp.tax", "urn:xhub:hub:hub-1")));
        Assert.False(TryRead(San("urn:xhub:agency:jp.tax", "https://tax.example")));
        Assert.True(TryRead(San("urn:xhub:agency:jp.tax")));
    }

    [Fact]
    public void A_certificate_with_a_nul_or_foreign_characters_in_its_uri_has_no_name()
    {
        Assert.False(TryRead(San("urn:xhub:agency:jp.tax\0.evil")));
        Assert.False(TryRead(RawSan([.. "urn:xhub:agency:jp.t"u8, 0xc3, 0xa1, (byte)'x'])));
    }

    [Fact]
    public void A_certificate_without_a_uri_or_with_a_broken_san_has_no_name()
    {
        Assert.False(TryRead(San()));
        Assert.False(TryRead(null));
        Assert.False(TryRead(new X509Extension("2.5.29.17", [0x30, 0x7f, 0x86], false)));
    }

    static bool TryRead(X509Extension? san)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=test", key, HashAlgorithmName.SHA256);
        if (san is not null)
            request.CertificateExtensions.Add(san);
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddDays(1));
        return AgencyNames.TryRead(certificate, out _);
    }

    static X509Extension San(params string[] uris)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteCharacterString(UniversalTagNumber.IA5String, "localhost", new Asn1Tag(TagClass.ContextSpecific, 2));
            foreach (var uri in uris)
                writer.WriteCharacterString(UniversalTagNumber.IA5String, uri, new Asn1Tag(TagClass.ContextSpecific, 6));
        }
        return new X509Extension("2.5.29.17", writer.Encode(), false);
    }

    static X509Extension RawSan(byte[] uri)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
            writer.WriteOctetString(uri, new Asn1Tag(TagClass.ContextSpecific, 6));
        return new X509Extension("2.5.29.17", writer.Encode(), false);
    }
}
