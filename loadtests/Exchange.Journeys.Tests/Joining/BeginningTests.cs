using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Exchange.Hosting.Certificates;
using Exchange.Journeys.Tests.Running;
using Exchange.Sandbox.Processes;

namespace Exchange.Journeys.Tests.Joining;

/// <summary>From nothing to a hub and a key authority that serve, by the commands alone.</summary>
public sealed class BeginningTests : IDisposable
{
    static readonly TimeSpan patience = TimeSpan.FromSeconds(60), look = TimeSpan.FromMilliseconds(50);

    readonly string folder = Directory.CreateTempSubdirectory("begin-").FullName;

    [Fact]
    public async Task A_hub_and_a_key_authority_begin_and_list_invite_and_permit_their_first_agencies()
    {
        var ports = Ports.Free(4);
        await Hub("init", "--folder", In("hub"), "--host", "localhost", "--authority", Url(ports[0]));
        await Authority("init", "--folder", In("authority"), "--hub-point", In("hub", "hub-point.hex"), "--host", "localhost");
        using var ca = ThrowawayAuthority.Create(TimeProvider.System);
        Certify(ca, "hub", "hub");
        Certify(ca, "authority", "authority");
        Change("authority", "authority.yaml", "0.0.0.0:7444", Local(ports[0]));
        Change("hub", "gateway.yaml", "0.0.0.0:7443", Local(ports[1]));
        Change("hub", "gateway.yaml", "0.0.0.0:7480", Local(ports[2]));
        Change("hub", "gateway.yaml", "port: 9464", string.Create(CultureInfo.InvariantCulture, $"port: {ports[3]}"));
        string[] config = ["--config", In("hub", "gateway.yaml")];

        Assert.Contains("Good: 0 agencies", await Hub(["check", .. config]), StringComparison.Ordinal);
        Assert.Contains("Good: serves hub-1", await Authority("check", "--config", In("authority", "authority.yaml")), StringComparison.Ordinal);
        await Hub(["agency", "add", "jp.tax", "--kind", "tax", "--name", "National Tax Agency", .. config]);
        await Hub(["agency", "add", "jp.mun.131032", "--kind", "municipality", "--name", "Minato", .. config]);
        var matrix = File.ReadAllText(In("hub", "matrix.yaml"));
        File.WriteAllText(In("hub", "matrix.yaml"), matrix.Replace("rows: []\n", "", StringComparison.Ordinal).Replace("# rows:", "rows:", StringComparison.Ordinal).Replace("\n#   ", "\n  ", StringComparison.Ordinal));
        Assert.Contains("Good: 2 agencies, ", await Hub(["check", .. config]), StringComparison.Ordinal);
        await Authority("admit", "jp.tax", "--key-file", In("authority", "authority-keys.json"));
        await Authority("admit", "jp.mun.131032", "--key-file", In("authority", "authority-keys.json"));
        Assert.Contains("fingerprint", await Hub([
            "agency", "invite", "jp.mun.131032", "--hub", Url(ports[1]), "--authority-certificate", In("authority", "authority.pem"), "--out", In("minato.invitation"), .. config]), StringComparison.OrdinalIgnoreCase);

        await using var authority = ChildProcess.Start("key authority", Programs.KeyAuthority, ["serve", "--config", In("authority", "authority.yaml")], In("authority.log"));
        await using var hub = ChildProcess.Start("hub", Programs.Gateway, ["serve", .. config], In("hub.log"));
        await UntilReady(hub, new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{ports[3]}/readyz")));
    }

    [Fact]
    public async Task A_hub_whose_certificate_is_anothers_is_told_so_by_check_and_by_serve_in_the_same_words_and_by_check_beside_what_heals_by_itself()
    {
        await Hub("init", "--folder", In("hub"), "--host", "localhost");
        using var ca = ThrowawayAuthority.Create(TimeProvider.System);
        Certify(ca, "hub", "hub");
        using (var other = ca.IssueHub("hub-1"))
            PemFiles.Write(other, In("hub", "hub.pem"));
        File.WriteAllText(In("hub", "ca.crl"), "no list");
        File.WriteAllText(In("hub", "matrix.yaml"), "rows: none\n");

        var (checkedCode, toldByCheck) = await BuiltProgram.Run(Programs.Gateway, "check", "--config", In("hub", "gateway.yaml"));
        var (servedCode, toldByServe) = await BuiltProgram.Run(Programs.Gateway, "serve", "--config", In("hub", "gateway.yaml"));

        Assert.Equal((1, 1), (checkedCode, servedCode));
        Assert.Matches(@"gateway\.yaml:\d+:\d+: 'certificate' and 'key' cannot be used together", toldByCheck);
        Assert.Matches(@"gateway\.yaml:\d+:\d+: 'crl' is not a revocation list", toldByCheck);
        Assert.Contains("matrix.yaml:1:", toldByCheck, StringComparison.Ordinal);
        Assert.Single(toldByServe.TrimEnd().Split('\n'));
        Assert.StartsWith(toldByServe.TrimEnd(), toldByCheck, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_revoked_agency_is_not_invited_and_of_a_suspended_one_it_is_said()
    {
        await Hub("init", "--folder", In("hub"), "--host", "localhost");
        using var ca = ThrowawayAuthority.Create(TimeProvider.System);
        Certify(ca, "hub", "hub");
        using (var authority = ca.IssueKeyAuthority())
            PemFiles.Write(authority, In("authority.pem"));
        string[] config = ["--config", In("hub", "gateway.yaml")];
        string[] invite = ["agency", "invite", "jp.tax", "--hub", "https://localhost:7443", "--authority-certificate", In("authority.pem"), "--out", In("tax.invitation"), .. config];
        await Hub(["agency", "add", "jp.tax", "--kind", "tax", "--name", "National Tax Agency", .. config]);

        await Hub(["agency", "suspend", "jp.tax", .. config]);
        Assert.Contains("jp.tax is suspended", await Hub(invite), StringComparison.Ordinal);
        File.Delete(In("tax.invitation"));
        await Hub(["agency", "revoke", "jp.tax", .. config]);
        var (code, told) = await BuiltProgram.Run(Programs.Gateway, invite);

        Assert.Equal(1, code);
        Assert.Contains("jp.tax is revoked", told, StringComparison.Ordinal);
        Assert.False(File.Exists(In("tax.invitation")));
    }

    [Fact]
    public async Task A_second_init_finishes_what_the_first_began_and_changes_nothing_that_is_there()
    {
        await Hub("init", "--folder", In("hub"), "--host", "hub.example");
        var before = Contents();
        File.Delete(In("hub", "hub-point.hex"));
        File.Delete(In("hub", "log.pub"));
        File.Delete(In("hub", "matrix.yaml"));

        var told = await Hub("init", "--folder", In("hub"), "--host", "other.example");

        Assert.Equal(before, Contents());
        Assert.Equal(3, told.Split('\n').Count(line => line.Contains("  new  ", StringComparison.Ordinal)));

        Dictionary<string, string> Contents() => Directory.GetFiles(In("hub")).ToDictionary(path => path, File.ReadAllText);
    }

    [Theory]
    [InlineData("enrolment.key")]
    [InlineData("log.key")]
    public async Task A_key_that_was_moved_into_the_safe_is_not_drawn_anew(string key)
    {
        await Hub("init", "--folder", In("hub"), "--host", "hub.example");
        File.Delete(In("hub", key));
        var point = File.ReadAllText(In("hub", "hub-point.hex"));

        var (code, told) = await BuiltProgram.Run(Programs.Gateway, ["init", "--folder", In("hub"), "--host", "hub.example"]);

        Assert.Equal(1, code);
        Assert.Contains("put the key back from its copy", told, StringComparison.Ordinal);
        Assert.False(File.Exists(In("hub", key)));
        Assert.Equal(point, File.ReadAllText(In("hub", "hub-point.hex")));
    }

    [Theory]
    [InlineData("--host", "https://hub.example:7443", "without https://")]
    [InlineData("--name", "The hub", "no name of a hub")]
    [InlineData("--authority", "authority.example:7444", "write https://HOST:PORT")]
    public async Task What_cannot_be_is_said_before_anything_is_written(string option, string value, string why)
    {
        string[] given = option == "--host" ? [option, value] : ["--host", "hub.example", option, value];

        var (code, told) = await BuiltProgram.Run(Programs.Gateway, ["init", "--folder", In("hub"), .. given]);

        Assert.Equal(1, code);
        Assert.Contains(why, told, StringComparison.Ordinal);
        Assert.False(Directory.Exists(In("hub")));
    }

    [Fact]
    public async Task Keys_are_for_their_owner_alone_and_the_request_names_the_hub_and_its_host()
    {
        await Hub("init", "--folder", In("hub"), "--host", "hub.example", "--name", "hub-2");

        var request = Load(In("hub", "hub.csr"));
        Assert.Equal("CN=hub-2", request.SubjectName.Name);
        var names = request.CertificateExtensions.OfType<X509SubjectAlternativeNameExtension>().Single();
        Assert.Equal(["hub.example"], names.EnumerateDnsNames());
        if (OperatingSystem.IsWindows())
            return;
        foreach (var secret in new[] { "hub.key", "enrolment.key", "log.key" })
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(In("hub", secret)));
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    static Task<string> Hub(params string[] arguments) => Run(Programs.Gateway, arguments);

    static Task<string> Authority(params string[] arguments) => Run(Programs.KeyAuthority, arguments);

    static async Task<string> Run(string program, string[] arguments)
    {
        var (code, told) = await BuiltProgram.Run(program, arguments);
        Assert.True(code == 0, told);
        return told;
    }

    static string Local(int port) => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port}");

    static string Url(int port) => string.Create(CultureInfo.InvariantCulture, $"https://localhost:{port}");

    static CertificateRequest Load(string path) =>
        CertificateRequest.LoadSigningRequestPem(File.ReadAllText(path), HashAlgorithmName.SHA256, CertificateRequestLoadOptions.UnsafeLoadCertificateExtensions);

    static async Task UntilReady(ChildProcess child, Uri ready)
    {
        using var http = new HttpClient();
        using var enough = new CancellationTokenSource(patience);
        while (true)
        {
            Assert.False(child.HasExited, child.LastLines);
            try
            {
                using var response = await http.GetAsync(ready, enough.Token);
                if (response.IsSuccessStatusCode)
                    return;
            }
            catch (HttpRequestException)
            {
                // It does not listen yet.
            }
            await Task.Delay(look, TimeProvider.System, enough.Token);
        }
    }

    /// <summary>What the CA of a country does with a request, and what it gives everybody.</summary>
    void Certify(ThrowawayAuthority ca, string whose, string name)
    {
        using var certificate = ca.Sign(Load(In(whose, name + ".csr")));
        File.WriteAllText(In(whose, name + ".pem"), certificate.ExportCertificatePem() + "\n");
        PemFiles.Write(ca.Root, In(whose, "ca.pem"));
        File.WriteAllBytes(In(whose, "ca.crl"), ca.SignRevocationList());
    }

    void Change(string whose, string file, string from, string to)
    {
        var text = File.ReadAllText(In(whose, file));
        Assert.Contains(from, text, StringComparison.Ordinal);
        File.WriteAllText(In(whose, file), text.Replace(from, to, StringComparison.Ordinal));
    }

    string In(params ReadOnlySpan<string> parts) => Path.Combine([folder, .. parts]);
}
