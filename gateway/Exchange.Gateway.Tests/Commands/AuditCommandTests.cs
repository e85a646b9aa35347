using System.Diagnostics;
using System.Text.Json;
using Exchange.Gateway.Tests.Audit;

namespace Exchange.Gateway.Tests.Commands;

/// <summary>The commands as somebody runs them: what they print, and their exit codes.</summary>
public sealed class AuditCommandTests : IAsyncLifetime
{
    KeptLog log = null!;

    public async ValueTask InitializeAsync()
    {
        log = await KeptLog.Written(300, newer: 5);
        await File.WriteAllTextAsync(Path.Combine(log.Folder, "log.pub"), log.Key + "\n");
    }

    public ValueTask DisposeAsync() => log.DisposeAsync();

    string Key => Path.Combine(log.Folder, "log.pub");

    [Fact]
    public async Task A_good_log_is_0_a_changed_one_1_and_what_is_no_log_2()
    {
        var good = await Run("audit", "verify", "--log", log.Folder, "--key", Key, "--witness", $"{log.Witness.Key}");
        Assert.Equal((0, ""), (good.Code, good.Errors));
        Assert.Contains($"Good: {log.Log}", good.Output, StringComparison.Ordinal);

        log.Flip(log.Log, "content", "entry", "number = 17");
        var changed = await Run("audit", "verify", "--log", log.Folder, "--key", Key);
        Assert.Equal(1, changed.Code);
        Assert.Contains("ENTRY_CHANGED: entry 17 was changed", changed.Output, StringComparison.Ordinal);
        Assert.Contains("Keep the files as they are", changed.Output, StringComparison.Ordinal);

        var none = await Run("audit", "verify", "--log", Path.Combine(log.Folder, "nowhere"), "--key", Key);
        Assert.Equal((2, ""), (none.Code, none.Output));
        Assert.Contains("holds neither audit.db nor a file named checkpoint", none.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_log_without_its_key_and_two_logs_at_once_are_wrong_command_lines_which_is_2()
    {
        foreach (var line in new string[][]
        {
            ["audit", "verify"], ["audit", "verify", "--log", log.Folder], ["audit", "verify", "--log", log.Folder, "--key", "nonsense"], ["audit", "fsck", "--log", log.Folder, "--key", Key, "--bogus"],
            ["audit", "verify", "--log", log.Folder, "--config", Key, "--key", Key], ["audit", "search", "--log", log.Folder, "--reason", "NOT_PERMITED"], ["audit", "search", "--log", log.Folder, "--from", "yesterday"],
            ["audit", "search", "--log", log.Folder, "--limit", "0"], ["audit", "export", "--log", log.Folder, "--tiles", "x", "--reason", "NOT_PERMITTED"], ["audit", "verify", "--log", log.Folder, "--key", $"{log.Witness.Key}"],
            ["audit", "verify", "--log", log.Folder, "--key", Key, "--receipt", "nonsense"],
        })
        {
            var run = await Run(line);
            Assert.True(run.Code == 2 && run.Errors.Length > 0, string.Join(' ', line) + "\n" + run.Output + run.Errors);
        }
        Assert.Contains("did you mean 'NOT_PERMITTED'", (await Run("audit", "search", "--log", log.Folder, "--reason", "NOT_PERMITED")).Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Help_names_every_command_and_what_the_exit_codes_mean()
    {
        var help = await Run("audit", "--help");
        Assert.Equal(0, help.Code);
        foreach (var word in new[] { "verify", "search", "export", "fsck", "Exit code 0" })
            Assert.Contains(word, help.Output, StringComparison.Ordinal);
        Assert.Equal(0, (await Run("audit", "verify", "--help")).Code);
    }

    [Fact]
    public async Task A_receipt_is_verified_by_itself_and_a_forged_one_is_1()
    {
        var receipt = KeptLog.Given(log.Receipts[7]);
        Assert.Equal(0, (await Run("audit", "verify", "--log", log.Folder, "--key", Key, "--receipt", $"{receipt}")).Code);
        var forged = await Run("audit", "verify", "--log", log.Folder, "--key", Key, "--receipt", $"{receipt with { Index = 8 }}", "--format", "json");
        Assert.Equal(1, forged.Code);
        var found = forged.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement).Single(check => check.GetProperty("result").GetString() == "BAD");
        Assert.Equal("RECEIPT_INDEX", found.GetProperty("fault").GetString());
        Assert.Equal($"{receipt with { Index = 8 }}", found.GetProperty("place").GetString());
    }

    [Fact]
    public async Task Fsck_tells_the_same_in_three_forms()
    {
        log.Flip(log.Log, "leaf_hash", "entry", "number = 17");
        var table = await Run("audit", "fsck", "--log", log.Folder, "--key", Key);
        var json = await Run("audit", "fsck", "--log", log.Folder, "--key", Key, "--format", "json");
        var csv = await Run("audit", "fsck", "--log", log.Folder, "--key", Key, "--format", "csv");
        Assert.All(new[] { table, json, csv }, run => Assert.Equal(1, run.Code));
        Assert.All(new[] { table, json, csv }, run => Assert.Contains("LEAF_HASH_CHANGED", run.Output, StringComparison.Ordinal));
        Assert.StartsWith("check,result,fault,place,count,says,remedy\n", csv.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Entries_are_found_and_exported_in_order_and_tiles_are_verified_by_the_next_command()
    {
        var found = await Run("audit", "search", "--log", log.Folder, "--reason", "not_permitted", "--limit", "2");
        Assert.Equal(0, found.Code);
        Assert.Equal(["300", "295"], found.Output.Split('\n').Skip(1).Take(2).Select(line => line.Split(' ')[0]));

        var csv = await Run("audit", "export", "--log", log.Folder, "--requester", "jp.mun.131016");
        Assert.Equal(["0", "2"], csv.Output.Split('\n').Skip(1).Take(2).Select(line => line.Split(',')[0]));
        Assert.Equal(1 + 153 + 1, csv.Output.Split('\n').Length);
        var file = Path.Combine(log.Folder, "entries.json");
        Assert.Equal(0, (await Run("audit", "export", "--log", log.Folder, "--format", "json", "--out", file, "--until", "2026-04-01")).Code);
        Assert.All(await File.ReadAllLinesAsync(file, TestContext.Current.CancellationToken), line => Assert.Equal("jp.tax", JsonDocument.Parse(line).RootElement.GetProperty("provider").GetString()));

        var copy = Path.Combine(log.Folder, "copy");
        Assert.Equal(0, (await Run("audit", "export", "--log", log.Folder, "--tiles", copy, "--hashes-only")).Code);
        Assert.Equal(0, (await Run("audit", "verify", "--log", copy, "--key", Key)).Code);
        var noEntries = await Run("audit", "search", "--log", copy);
        Assert.Equal(2, noEntries.Code);
        Assert.Contains("hashes and no entries", noEntries.Errors, StringComparison.Ordinal);
        Assert.Equal(2, (await Run("audit", "fsck", "--log", copy, "--key", Key)).Code);
    }

    [Fact]
    public async Task A_checkpoint_kept_yesterday_is_gone_on_with()
    {
        var kept = Path.Combine(log.Folder, "kept");
        await File.WriteAllTextAsync(kept, log.Note(), TestContext.Current.CancellationToken);
        var since = await Run("audit", "verify", "--log", log.Folder, "--key", Key, "--since", kept);
        Assert.Equal(0, since.Code);
        Assert.Contains("goes on with the kept checkpoint over 300 entries", since.Output, StringComparison.Ordinal);
    }

    static async Task<(int Code, string Output, string Errors)> Run(params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("dotnet", [typeof(GatewayHost).Assembly.Location, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return (process.ExitCode, await output, await errors);
    }
}
