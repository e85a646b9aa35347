using System.ComponentModel;
using System.Diagnostics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Exchange.Journeys.Tests.Pages;
using Exchange.Protocol.Identity;

namespace Exchange.Journeys.Tests.Joining;

/// <summary>The certificate authority of docs/examples/ca, run as written.</summary>
public sealed class CertificateRecipeTests : IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("ca-").FullName;

    [Theory]
    [InlineData("urn:xhub:agency:jp.mun.131032", CertificateUse.Client)]
    [InlineData("urn:xhub:hub:hub-1", CertificateUse.Server)]
    [InlineData("urn:xhub:authority", CertificateUse.Server)]
    public async Task What_it_signs_is_taken_by_every_verifier_until_its_list_says_that_it_was_revoked(string name, CertificateUse use)
    {
        await Run("init", In("ca"), "Exchange CA");
        Request(name);
        await Run("sign", In("ca"), In("one.csr"), In("one.pem"));
        await Run("list", In("ca"), In("first.crl"));
        using var certificate = X509CertificateLoader.LoadCertificateFromFile(In("one.pem"));
        using var verifier = new CertificateVerifier(X509CertificateLoader.LoadCertificateFromFile(In("ca/root.pem")), TimeProvider.System);
        Assert.Null(verifier.Replace(await File.ReadAllBytesAsync(In("first.crl"))));
        Assert.True(verifier.TryVerify(certificate, use, out var verified, out var reason), reason.ToString());
        Assert.Equal(name, verified.Name.ToString());

        await Run("revoke", In("ca"), In("one.pem"));
        await Run("list", In("ca"), In("second.crl"));
        Assert.Null(verifier.Replace(await File.ReadAllBytesAsync(In("second.crl"))));
        Assert.False(verifier.TryVerify(certificate, use, out _, out reason));
        Assert.Equal(V1.Reason.CertificateRevoked, reason);
    }

    [Fact]
    public async Task It_signs_for_nobody_who_is_no_part_of_an_exchange_and_draws_no_second_root()
    {
        await Run("init", In("ca"), "Exchange CA");
        Assert.Contains("has a root already", await Run("init", In("ca"), "Another", succeeds: false), StringComparison.Ordinal);
        Request("https://town.example");
        Assert.Contains("names nobody of an exchange", await Run("sign", In("ca"), In("one.csr"), In("one.pem"), succeeds: false), StringComparison.Ordinal);
        Assert.False(File.Exists(In("one.pem")));
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    string In(string name) => Path.Combine(folder, name);

    void Request(string uri)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=somebody", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddUri(new Uri(uri));
        request.CertificateExtensions.Add(names.Build());
        File.WriteAllText(In("one.csr"), request.CreateSigningRequestPem() + "\n");
    }

    static Task<string> Run(string verb, string first, string second) => Run([verb, first, second], succeeds: true);

    static Task<string> Run(string verb, string first, string second, bool succeeds) => Run([verb, first, second], succeeds);

    static Task<string> Run(string verb, string first, string second, string third, bool succeeds = true) => Run([verb, first, second, third], succeeds);

    static async Task<string> Run(string[] arguments, bool succeeds)
    {
        Process process;
        try
        {
            using var probe = Process.Start(new ProcessStartInfo("openssl", ["version"]) { RedirectStandardOutput = true })!;
            process = Process.Start(new ProcessStartInfo("bash", [Path.Combine(Repository.Root, "docs", "examples", "ca", "ca.sh"), .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        }
        catch (Win32Exception)
        {
            const string reason = "needs bash and OpenSSL";
            if (Environment.GetEnvironmentVariable("EXCHANGE_REQUIRE_SERVERS") == "1")
                Assert.Fail(reason);
            Assert.Skip(reason);
            return "";
        }
        using (process)
        {
            var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
            var told = await output + await errors;
            Assert.True(process.ExitCode == 0 == succeeds, told);
            return told;
        }
    }
}
