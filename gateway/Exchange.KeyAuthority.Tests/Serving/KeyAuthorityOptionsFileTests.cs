using Exchange.Hosting.Certificates;
using Exchange.Hosting.Configuration;
using Exchange.KeyAuthority.Serving;

namespace Exchange.KeyAuthority.Tests.Serving;

public sealed class KeyAuthorityOptionsFileTests : IDisposable
{
    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_good_file_is_read_with_paths_relative_to_it()
    {
        using var ca = ThrowawayAuthority.Create(TimeProvider.System);
        using var certificate = ca.IssueKeyAuthority();
        PemFiles.Write(certificate, folder["authority.pem"], folder["authority.key"]);
        PemFiles.Write(ca.Root, folder["ca.pem"]);
        File.WriteAllBytes(folder["ca.crl"], ca.SignRevocationList());
        File.WriteAllText(folder["authority.json"], "{}");
        var options = Read("""
            listen: 127.0.0.1:0
            certificate: authority.pem
            key: authority.key
            root: ca.pem
            revocation_list: ca.crl
            key_file: authority.json
            batch_file: state/batches.db
            hub: hub-1
            """);
        Assert.Equal(folder["state/batches.db"], options.BatchFile);
        Assert.Equal(("hub-1", KeyAuthorityOptions.DefaultPeoplePerHour), (Assert.Single(options.Hubs), options.PeoplePerHour));
        Assert.Equal(certificate.Thumbprint, options.Certificate.Thumbprint);
    }

    [Fact]
    public void Every_mistake_is_told_at_once()
    {
        using var ca = ThrowawayAuthority.Create(TimeProvider.System);
        using var hub = ca.IssueHub("hub-1");
        PemFiles.Write(hub, folder["hub.pem"], folder["hub.key"]);
        File.WriteAllText(folder["junk.pem"], "junk");
        var mistakes = Assert.Throws<ConfigurationException>(() => Read("""
            listen: everywhere
            certificate: hub.pem
            key: hub.key
            root: junk.pem
            revocation_list: absent.crl
            batch_file: batches.db
            hub: Hub One
            people_per_hour: 5
            colour: blue
            """)).Problems.Select(problem => problem.ToString()).ToList();
        foreach (var word in new[] { "'listen'", "'certificate'", "'root'", "'revocation_list'", "'key_file'", "'hub'", "'people_per_hour'", "'colour'" })
            Assert.Single(mistakes, mistake => mistake.Contains(word, StringComparison.Ordinal));
        Assert.Equal(8, mistakes.Count);
    }

    KeyAuthorityOptions Read(string text)
    {
        File.WriteAllText(folder["authority.yaml"], text);
        return KeyAuthorityOptionsFile.Read(folder["authority.yaml"], TimeProvider.System);
    }
}
