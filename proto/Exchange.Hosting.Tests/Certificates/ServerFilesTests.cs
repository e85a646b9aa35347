using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Exchange.Hosting.Certificates;
using Exchange.Hosting.Configuration;
using Exchange.Protocol.Identity;
using Microsoft.Extensions.Time.Testing;

namespace Exchange.Hosting.Tests.Certificates;

public sealed class ServerFilesTests : IDisposable
{
    static readonly CertificateName hub = CertificateName.Hub("hub-1");

    readonly TemporaryFolder folder = new();
    readonly FakeTimeProvider time = new(TimeProvider.System.GetUtcNow());
    readonly ThrowawayAuthority ca;

    public ServerFilesTests()
    {
        ca = ThrowawayAuthority.Create(time, "Ministry CA");
        using var certificate = ca.Issue(hub);
        PemFiles.Write(certificate, folder["hub.pem"], folder["hub.key"]);
        PemFiles.Write(ca.Root, folder["ca.pem"]);
        File.WriteAllBytes(folder["ca.crl"], ca.SignRevocationList());
    }

    public void Dispose()
    {
        ca.Dispose();
        folder.Dispose();
    }

    [Fact]
    public void Files_that_belong_together_are_good() => Assert.Empty(Mistakes());

    [Fact]
    public void A_certificate_of_another_key_is_told_with_its_line()
    {
        using var other = ca.Issue(hub);
        PemFiles.Write(other, folder["hub.pem"]);
        Assert.StartsWith($"{folder["hub.yaml"]}:1:14: 'certificate' and 'key' cannot be used together", Assert.Single(Mistakes()), StringComparison.Ordinal);
    }

    [Fact]
    public void Another_hubs_certificate_of_another_CA_and_a_list_of_yesterday_are_told_at_once()
    {
        using var other = ThrowawayAuthority.Create(time, "Ministry CA");
        using var certificate = other.IssueHub("hub-2");
        PemFiles.Write(certificate, folder["hub.pem"]);
        time.Advance(TimeSpan.FromHours(25));
        Assert.Collection(
            Mistakes(),
            one => Assert.Contains("'certificate' and 'key' cannot be used together", one, StringComparison.Ordinal),
            one => Assert.Contains("speaks for urn:xhub:hub:hub-2; its only SAN URI must be urn:xhub:hub:hub-1", one, StringComparison.Ordinal),
            one => Assert.Contains("was not issued by CN=Ministry CA", one, StringComparison.Ordinal),
            one => Assert.Contains(":4:6: 'crl' is the list of ", one, StringComparison.Ordinal));
    }

    [Fact]
    public void A_certificate_that_ended_or_is_revoked_or_is_not_for_a_server_is_told()
    {
        using (var revoked = X509CertificateLoader.LoadCertificateFromFile(folder["hub.pem"]))
            ca.Revoke(revoked);
        File.WriteAllBytes(folder["ca.crl"], ca.SignRevocationList());
        Assert.Contains("'certificate' is revoked", Assert.Single(Mistakes()), StringComparison.Ordinal);

        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=hub-1", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddUri(new Uri(hub.ToString()));
        request.CertificateExtensions.Add(names.Build());
        using var forClients = ca.Sign(request, key, TimeSpan.FromHours(1));
        PemFiles.Write(forClients, folder["hub.pem"], folder["hub.key"]);
        time.Advance(TimeSpan.FromHours(2));
        Assert.Collection(
            Mistakes(),
            one => Assert.Contains("not issued for a server", one, StringComparison.Ordinal),
            one => Assert.Contains("'certificate' ended on", one, StringComparison.Ordinal));
    }

    [Fact]
    public void A_root_that_is_none_and_a_list_in_PEM_are_told()
    {
        File.WriteAllText(folder["ca.crl"], PemEncoding.WriteString("X509 CRL", ca.SignRevocationList()));
        Assert.Contains("openssl crl -outform DER", Assert.Single(Mistakes()), StringComparison.Ordinal);
        File.Copy(folder["hub.pem"], folder["ca.pem"], overwrite: true);
        Assert.Contains("'root' is not the certificate of a CA", Assert.Single(Mistakes()), StringComparison.Ordinal);
    }

    [Fact]
    public void Whoever_serves_waits_for_a_list_that_is_old_or_being_copied_and_for_a_clock_that_is_not_set()
    {
        time.Advance(TimeSpan.FromHours(25));
        Assert.Empty(Mistakes(waits: true));
        File.WriteAllBytes(folder["ca.crl"], [0x30]);
        Assert.Empty(Mistakes(waits: true));
        using var early = ThrowawayAuthority.Create(new FakeTimeProvider(time.GetUtcNow().AddYears(1)), "Ministry CA");
        using var certificate = early.Issue(hub);
        PemFiles.Write(certificate, folder["hub.pem"], folder["hub.key"]);
        PemFiles.Write(early.Root, folder["ca.pem"]);
        Assert.Empty(Mistakes(waits: true));
        Assert.Contains(Mistakes(), one => one.Contains("is not valid before", StringComparison.Ordinal));
    }

    List<string> Mistakes(bool waits = false)
    {
        File.WriteAllText(folder["hub.yaml"], "certificate: hub.pem\nkey: hub.key\nroot: ca.pem\ncrl: ca.crl\n");
        var problems = new Problems();
        var map = YamlFile.Read(folder["hub.yaml"], problems);
        var (certificate, root) = new ServerFiles(folder["hub.pem"], folder["hub.key"], folder["ca.pem"], "crl", folder["ca.crl"]) { WaitsForWhatHeals = waits }.Read(map, hub, time);
        certificate?.Dispose();
        root?.Dispose();
        return [.. problems.Found.Select(one => one.ToString())];
    }
}
