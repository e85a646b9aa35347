using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Exchange.Journeys.Tests.Running;

namespace Exchange.Journeys.Tests.Joining;

/// <summary>One command that serves two towns, beside a hub that knows nothing of it.</summary>
public sealed class SeveralAgenciesTests(SeveralAgenciesTests.Own own) : IClassFixture<SeveralAgenciesTests.Own>
{
    public sealed class Own : OwnExchange;

    const string Chiyoda = RunningExchange.Chiyoda, Osaka = RunningExchange.Osaka;

    readonly RunningExchange exchange = own.Exchange;
    readonly ConcurrentQueue<string> said = new();

    [Fact]
    public async Task Both_serve_one_that_is_killed_is_started_again_and_both_end_with_the_command()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "ends a process as a service manager of Unix does");
        await exchange.Parts.StopAgency(Chiyoda);
        await exchange.Parts.StopAgency(Osaka);
        using var serving = TownProgram.Start("serve", "--config", exchange.Folder.Agency(Chiyoda).Config, exchange.Folder.Agency(Osaka).Config);
        var heard = Task.WhenAll(Hear(serving.StandardOutput), Hear(serving.StandardError));
        try
        {
            Assert.Equal(2, (await Children(serving, 2)).Count);
            await RunningExchange.Until(() => said.Count(line => line.Contains("Local API at", StringComparison.Ordinal)) == 2);
            Assert.Contains($"Serving 2 agencies: {Chiyoda}, {Osaka}", said);

            var killed = (await Children(serving, 2))[0];
            Process.GetProcessById(killed).Kill();
            await RunningExchange.Until(() => said.Any(line => line.Contains("it is started again in 1 s", StringComparison.Ordinal)));
            await RunningExchange.Until(() => said.Count(line => line.Contains("Local API at", StringComparison.Ordinal)) == 3);
            var now = await Children(serving, 2);
            Assert.DoesNotContain(killed, now);

            using (var term = Process.Start("kill", ["-TERM", serving.Id.ToString(CultureInfo.InvariantCulture)]))
                await term.WaitForExitAsync(TestContext.Current.CancellationToken);
            await serving.WaitForExitAsync(TestContext.Current.CancellationToken);
            await heard;
            Assert.Equal(0, serving.ExitCode);
            Assert.All(now, child => Assert.False(Directory.Exists($"/proc/{child}")));
        }
        finally
        {
            serving.Kill(entireProcessTree: true);
        }
    }

    [Fact]
    public async Task When_the_command_itself_is_killed_its_towns_stop_by_themselves()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "finds children in /proc");
        await exchange.Parts.StopAgency(Chiyoda);
        await exchange.Parts.StopAgency(Osaka);
        using var serving = TownProgram.Start("serve", "--config", exchange.Folder.Agency(Chiyoda).Config, exchange.Folder.Agency(Osaka).Config);
        var heard = Task.WhenAll(Hear(serving.StandardOutput), Hear(serving.StandardError));
        await RunningExchange.Until(() => said.Count(line => line.Contains("Local API at", StringComparison.Ordinal)) == 2);
        var children = await Children(serving, 2);
        serving.Kill();
        await heard;
        await RunningExchange.Until(() => children.All(child => !Directory.Exists($"/proc/{child}")));
    }

    [Fact]
    public async Task Two_agencies_that_share_anything_are_refused_with_every_mistake()
    {
        var (code, told) = await TownProgram.Run("serve", "--config", exchange.Folder.Agency(Chiyoda).Config, exchange.Folder.Agency(Chiyoda).Config, exchange.Folder.Agency(Osaka).Config);
        Assert.Equal(1, code);
        foreach (var what in new[] { "agency", "state", "keys", "journal_keys", "port of local_api", "port of management" })
            Assert.Contains($"has the same {what} as", told, StringComparison.Ordinal);
    }

    async Task Hear(StreamReader from)
    {
        while (await from.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
            said.Enqueue(line);
    }

    /// <summary>Processes whose parent it is, once there are so many.</summary>
    static async Task<IReadOnlyList<int>> Children(Process parent, int most)
    {
        IReadOnlyList<int> found = [];
        await RunningExchange.Until(() => (found = Children(parent.Id)).Count == most);
        return found;
    }

    static IReadOnlyList<int> Children(int parent) => [.. Directory.EnumerateDirectories($"/proc/{parent}/task")
        .SelectMany(thread => File.ReadAllText(Path.Combine(thread, "children")).Split(' ', StringSplitOptions.RemoveEmptyEntries)).Select(id => int.Parse(id, CultureInfo.InvariantCulture)).Order()];
}
