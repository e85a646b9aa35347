using Exchange.Adapter.Doctor;
using Exchange.Hosting.Certificates;
using Exchange.Protocol.Identity;
using Microsoft.Extensions.Time.Testing;

namespace Exchange.Adapter.Tests.Doctor;

public sealed class CertificateChecksTests : IDisposable
{
    readonly ExaminedAgency agency = new();

    [Fact]
    public void What_is_in_order_is_said_with_the_day_of_its_end() =>
        Assert.All(CertificateChecks.Look(agency.Options, TimeProvider.System), one => Assert.Equal(Mark.Good, one.Mark));

    [Theory]
    [InlineData(70, Mark.Look, "expires in")]
    [InlineData(95, Mark.Bad, "expired on")]
    [InlineData(-1, Mark.Bad, "is not valid before")]
    public void What_expires_soon_has_expired_or_is_not_valid_yet_is_told_by_the_clock(int days, Mark mark, string says)
    {
        var found = Named("certificate-expiry", CertificateChecks.Look(agency.Options, new FakeTimeProvider(TimeProvider.System.GetUtcNow().AddDays(days))));
        Assert.Equal(mark, found.Mark);
        Assert.Contains(says, found.Says, StringComparison.Ordinal);
        Assert.NotEmpty(found.Do);
    }

    [Fact]
    public void The_certificate_of_another_town_is_noticed()
    {
        PemFiles.Write(agency.Authority.IssueAgency("jp.mun.131024"), agency.Options.Certificate, agency.Options.Key);
        var found = Named("certificate-name", CertificateChecks.Look(agency.Options, TimeProvider.System));
        Assert.Equal(Mark.Bad, found.Mark);
        Assert.Contains("urn:xhub:agency:jp.mun.131024", found.Says, StringComparison.Ordinal);
    }

    [Fact]
    public void A_certificate_of_another_ca_is_noticed()
    {
        using var other = ThrowawayAuthority.Create(TimeProvider.System);
        PemFiles.Write(other.Issue(CertificateName.Agency(agency.Options.Agency)), agency.Options.Certificate, agency.Options.Key);
        Assert.Equal(Mark.Bad, Named("certificate-issuer", CertificateChecks.Look(agency.Options, TimeProvider.System)).Mark);
    }

    [Fact]
    public void A_key_of_another_certificate_a_broken_file_and_one_that_is_not_there_are_told_without_an_exception()
    {
        using (var other = agency.Authority.IssueAgency("jp.mun.131024"))
            PemFiles.Write(other, agency["other.pem"], agency.Options.Key);
        Assert.Equal(Mark.Bad, Named("certificate", CertificateChecks.Look(agency.Options, TimeProvider.System)).Mark);
        File.WriteAllText(agency.Options.Root, "no certificate");
        File.Delete(agency.Options.LocalApi.CertificateFile);
        var found = CertificateChecks.Look(agency.Options, TimeProvider.System).ToList();
        Assert.Equal(Mark.Bad, Named("root-expiry", found).Mark);
        Assert.Equal(Mark.Bad, Named("local-api-expiry", found).Mark);
    }

    public void Dispose() => agency.Dispose();

    static Diagnosis Named(string check, IEnumerable<Diagnosis> found) => found.Single(one => one.Check == check);
}
