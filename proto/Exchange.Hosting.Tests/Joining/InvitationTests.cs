using Exchange.Hosting.Certificates;
using Exchange.Hosting.Configuration;
using Exchange.Hosting.Joining;

namespace Exchange.Hosting.Tests.Joining;

public sealed class InvitationTests : IDisposable
{
    readonly TemporaryFolder folder = new();
    readonly ThrowawayAuthority authority = ThrowawayAuthority.Create(TimeProvider.System);

    [Fact]
    public void What_is_written_is_read_again_and_has_the_same_fingerprint()
    {
        var written = Sample();
        File.WriteAllText(Place, written.Write());
        var read = Invitation.Read(Place);
        Assert.Equal(written.Write(), read.Write());
        Assert.Equal(written.Fingerprint, read.Fingerprint);
        Assert.Matches("^([0-9A-F]{4} ){7}[0-9A-F]{4}$", read.Fingerprint);
        Assert.Equal("\"港区\" \\ Minato", read.Name);
        Assert.Equal("year=2025", read.Canary!.Question);
    }

    [Fact]
    public void Whatever_is_pinned_changes_the_fingerprint()
    {
        using var other = ThrowawayAuthority.Create(TimeProvider.System);
        var (one, pem) = (Sample(), other.Root.ExportCertificatePem() + "\n");
        Invitation[] changed =
        [
            one with { Agency = "jp.mun.131016" }, one with { Kind = "tax" }, one with { Name = "x" }, one with { Hubs = [new Uri("https://other.example:7443")] },
            one with { HubPoint = new string('a', 64) }, one with { Root = pem }, one with { AuthorityCertificate = pem }, one with { Logs = [] },
            one with { Canary = null }, one with { Canary = one.Canary! with { Number = "123456789018" } },
        ];
        Assert.Equal(changed.Length + 1, changed.Append(one).Select(invitation => invitation.Fingerprint).Distinct().Count());
    }

    [Fact]
    public void Every_mistake_of_a_file_is_told_at_once_with_its_line()
    {
        File.WriteAllText(Place, """
            agency: Minato
            kind: municipality
            name: Minato
            hub: http://hub.example
            root: none
            colour: red
            """);
        var mistakes = Assert.Throws<ConfigurationException>(() => Invitation.Read(Place)).Problems.Select(one => one.ToString()).ToList();
        Assert.Contains(mistakes, one => one.Contains(":1:9: 'Minato' is no agency id", StringComparison.Ordinal));
        Assert.Contains(mistakes, one => one.Contains(":4:6: 'hub' is 'http://hub.example'", StringComparison.Ordinal));
        Assert.Contains(mistakes, one => one.Contains(":5:7: 'root' is no certificate in PEM", StringComparison.Ordinal));
        Assert.Contains(mistakes, one => one.Contains("'authority_certificate' is missing", StringComparison.Ordinal));
        Assert.Contains(mistakes, one => one.Contains("'hub_point' is missing", StringComparison.Ordinal));
        Assert.Contains(mistakes, one => one.Contains("unknown key 'colour'", StringComparison.Ordinal));
    }

    public void Dispose()
    {
        authority.Dispose();
        folder.Dispose();
    }

    string Place => folder["invitation.yaml"];

    Invitation Sample() => new(
        "jp.mun.131032", "municipality", "\"港区\" \\ Minato", [new Uri("https://hub.example:7443"), new Uri("https://hub2.example:7443")], new string('e', 64),
        authority.Root.ExportCertificatePem() + "\n", authority.Root.ExportCertificatePem() + "\n",
        [new InvitedLog("hub-1+3f3cbea4+AZVYS9LlZeSRyrEPcV4ghzwFDPvbm/sfKzanScPFYbGJ", ["privacy-commission+a4a50b80+BC1xFkK3JrBEAWJ8qfusMvXIUw+xkDzE2wIlhxeSGkiB"])],
        new InvitedCanary("123456789018", "tax", "benefit-eligibility", "tax.income.v1", "year=2025"));
}
