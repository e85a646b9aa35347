using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Exchange.KeyAuthority.Tests.Witnessing;
using Exchange.Protocol.Transparency;

namespace Exchange.KeyAuthority.Tests.Commands;

/// <summary>The witness as its operator runs it: a process of its own.</summary>
public sealed class WitnessCommandTests : IDisposable
{
    readonly TemporaryFolder folder = new();
    readonly NoteSigner signer = LogByHand.Signer();

    public void Dispose()
    {
        signer.Dispose();
        folder.Dispose();
    }

    [Fact]
    public async Task A_witness_is_made_once_and_prints_the_line_to_pin()
    {
        var (code, output) = await Run(Init("privacy-commission"));
        Assert.True(code == 0, output);
        var line = (await File.ReadAllTextAsync(folder["witness.pub"])).TrimEnd('\n');
        Assert.StartsWith(line + "\n", output, StringComparison.Ordinal);
        Assert.True(NoteKey.TryParse(line, out var key));
        Assert.Equal(("privacy-commission", NoteKeyUse.Cosignature), (key.Name, key.Use));
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(folder["witness.key"]));

        File.Delete(folder["witness.key"]);
        (code, output) = await Run(Init("privacy-commission"));
        Assert.Equal(1, code);
        Assert.Contains("says what a witness has cosigned", output, StringComparison.Ordinal);
        Assert.False(File.Exists(folder["witness.key"]));

        (code, output) = await Run(Init("privacy commission"));
        Assert.Equal(1, code);
        Assert.Contains("without spaces", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_witness_has_cosigned_holds_though_it_is_killed_right_after()
    {
        await Run(Init("privacy-commission"));
        await WriteConfiguration();
        var (log, other) = (new LogByHand(signer), new LogByHand(signer, "rewritten"));
        using var http = new HttpClient();
        var size = 0UL;
        for (var kill = 0; kill < 3; kill++)
        {
            using var process = Start(["witness", "serve", "--config", folder["witness.yaml"]]);
            try
            {
                var line = await process.StandardOutput.ReadLineAsync();
                Assert.StartsWith("Listening on ", line, StringComparison.Ordinal);
                var address = new Uri(new Uri(line!["Listening on ".Length..]), "add-checkpoint");
                if (size > 0)
                    Assert.Equal((HttpStatusCode.Conflict, $"{size}\n"), await Post(address, await other.Request(0, size)));
                for (var i = 0; i < 5; i++, size++)
                    Assert.Equal(HttpStatusCode.OK, (await Post(address, await log.Request(size, size + 1))).Status);
            }
            finally
            {
                process.Kill();
                await process.WaitForExitAsync();
            }
        }

        async Task<(HttpStatusCode Status, string Body)> Post(Uri address, string body)
        {
            using var answer = await http.PostAsync(address, new StringContent(body));
            return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
        }
    }

    [Fact]
    public async Task Systemd_is_told_when_it_serves_and_when_it_stops()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There is no systemd on Windows.");
        await Run(Init("privacy-commission"));
        await WriteConfiguration();
        using var systemd = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        systemd.Bind(new UnixDomainSocketEndPoint(folder["notify"]));
        using var process = Start(["witness", "serve", "--config", folder["witness.yaml"]], folder["notify"]);
        try
        {
            Assert.Equal("READY=1", await Told());
            using var terminate = Process.Start("kill", ["-TERM", $"{process.Id}"]);
            Assert.Equal("STOPPING=1", await Told());
            await process.WaitForExitAsync();
            Assert.Equal(0, process.ExitCode);
        }
        finally
        {
            process.Kill();
        }

        async Task<string> Told()
        {
            var message = new byte[256];
            return Encoding.UTF8.GetString(message, 0, await systemd.ReceiveAsync(message, TestContext.Current.CancellationToken));
        }
    }

    [Fact]
    public async Task A_store_that_is_not_there_is_said_without_a_stack_trace()
    {
        await Run(Init("privacy-commission"));
        await File.WriteAllTextAsync(folder["witness.yaml"], $"""
            listen: 127.0.0.1:0
            key: witness.key
            name: privacy-commission
            state: elsewhere.db
            logs: ["{signer.Key}"]
            """);
        var (code, output) = await Run("witness", "serve", "--config", folder["witness.yaml"]);
        Assert.Equal(1, code);
        Assert.Contains("does not exist", output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
    }

    Task WriteConfiguration() => File.WriteAllTextAsync(folder["witness.yaml"], $"""
        listen: 127.0.0.1:0
        key: witness.key
        name: privacy-commission
        state: witness.db
        logs: ["{signer.Key}"]
        """);

    string[] Init(string name) => ["witness", "init", "--key", folder["witness.key"], "--public", folder["witness.pub"], "--name", name, "--state", folder["witness.db"]];

    /// <param name="notify">The socket of whoever wants to be told.</param>
    static Process Start(string[] arguments, string? notify = null)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(KeyAuthority.Keys.KeyFile).Assembly.Location, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        if (notify is not null)
            start.Environment["NOTIFY_SOCKET"] = notify;
        return Process.Start(start)!;
    }

    static async Task<(int Code, string Output)> Run(params string[] arguments)
    {
        using var process = Start(arguments);
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, await output + await errors);
    }
}
