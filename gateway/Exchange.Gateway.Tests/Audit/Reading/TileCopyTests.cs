using System.Net;
using Exchange.Gateway.Audit.Checks;
using Exchange.Gateway.Audit.Reading;
using Exchange.Gateway.Audit.Telling;
using Exchange.Gateway.Audit.Tree;
using Exchange.Gateway.Tests.Audit.Checks;
using Exchange.Hosting.Commands;
using Exchange.Hosting.Storage;
using Exchange.Protocol.Transparency;
using Microsoft.Extensions.Logging.Abstractions;

namespace Exchange.Gateway.Tests.Audit.Reading;

public sealed class TileCopyTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(256)]
    [InlineData(700)]
    public async Task A_copy_in_tiles_is_verified_like_the_log_itself_and_ends_with_its_checkpoint(int published)
    {
        await using var log = await KeptLog.Written(published, newer: 20);
        var findings = await log.Verify(from: new TileFolder(await Export(log)));
        Bad.Nothing(findings);
        Assert.Contains(findings.All, check => check.Name == TreeCheck.Root && check.Says.Contains($"first {published} entries", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("tile/0/001", "TILE_CHANGED", "tile/0/001")]
    [InlineData("tile/0/002.p/188", "ROOT_DIFFERS", "")]
    [InlineData("tile/1/000.p/2", "NODE_CHANGED", "tile/1/000.p/2")]
    public async Task A_flipped_bit_of_a_hash_tile_is_named_by_its_tile_where_entries_are_not_shown(string file, string fault, string place)
    {
        await using var log = await KeptLog.Written(700);
        var copy = await Export(log, withEntries: false);
        Flip(Path.Combine(copy, file));
        Bad.Only(Bad.Named(fault), place, await log.Verify(from: new TileFolder(copy)));
    }

    [Theory]
    [InlineData("tile/0/001", "LEAF_HASH_CHANGED")]
    [InlineData("tile/0/002.p/188", "LEAF_HASH_CHANGED")]
    [InlineData("tile/entries/001", "ENTRY_CHANGED")]
    [InlineData("tile/entries/002.p/188", "ENTRY_CHANGED")]
    [InlineData("tile/1/000.p/2", "NODE_CHANGED")]
    public async Task With_the_entries_beside_them_the_flipped_bit_itself_is_named(string file, string fault)
    {
        await using var log = await KeptLog.Written(700);
        var copy = await Export(log);
        Flip(Path.Combine(copy, file));
        Assert.Equal([Bad.Named(fault)], Bad.Faults(await log.Verify(from: new TileFolder(copy))));
    }

    [Theory]
    [InlineData("tile/0/001")]
    [InlineData("tile/entries/001")]
    [InlineData("tile/entries/002.p/188")]
    public async Task A_tile_that_is_gone_cut_short_or_longer_is_named(string file)
    {
        await using var log = await KeptLog.Written(700);
        var copy = await Export(log);
        var path = Path.Combine(copy, file);
        var whole = await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken);
        foreach (var broken in new byte[]?[] { null, [], whole[..^1], [.. whole, 0] })
        {
            File.Delete(path);
            if (broken is not null)
                await File.WriteAllBytesAsync(path, broken, TestContext.Current.CancellationToken);
            var findings = await log.Verify(from: new TileFolder(copy));
            var found = findings.All.Single(check => check.Fault == LogFault.TileMalformed);
            Assert.Contains(file, found.Says, StringComparison.Ordinal);
            Assert.False(findings.IsGood);
        }
    }

    [Fact]
    public async Task A_copy_of_a_size_that_nobody_has_ends()
    {
        await using var log = await KeptLog.Written(300);
        var copy = await Export(log, withEntries: false);
        var path = Path.Combine(copy, "checkpoint");
        await File.WriteAllTextAsync(path, (await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken)).Replace("\n300\n", "\n9000000000000000000\n", StringComparison.Ordinal), TestContext.Current.CancellationToken);
        var faults = Bad.Faults(await log.Verify(from: new TileFolder(copy))).ToList();
        Assert.Contains(LogFault.CheckpointForged, faults);
        Assert.Contains(LogFault.EntryMissing, faults);
    }

    [Fact]
    public async Task Nothing_is_copied_over_something_nor_from_a_log_with_a_hole()
    {
        await using var log = await KeptLog.Written(300);
        var copy = await Export(log);
        await Assert.ThrowsAsync<StoreException>(() => Export(log));
        log.Tamper(log.Log, "DELETE FROM entry WHERE number = 290");
        System.IO.Directory.Delete(copy, recursive: true);
        Assert.Contains("entry 290", (await Assert.ThrowsAsync<TileMissingException>(() => Export(log))).Message, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(copy, "checkpoint")));
    }

    [Fact]
    public async Task What_a_hub_shows_to_everybody_is_verified_over_HTTP_and_copied_without_its_entries()
    {
        await using var log = new KeptLog();
        log.Begin();
        await log.Append(700);
        await log.Publish();
        await using var shown = new PublicLog(new IPEndPoint(IPAddress.Loopback, 0), new LogPages(log.Pages), NullLoggerFactory.Instance);
        await shown.StartAsync(default);
        // Also without the slash at its end.
        await using var site = TileSite.Open(new Uri(shown.Address, "log"), null, TimeProvider.System);

        var findings = await log.Verify(from: site, receipts: null, witnesses: [log.Witness.Key]);
        Bad.Nothing(findings);
        Assert.Equal(CheckResult.NotChecked, findings.All.Single(check => check.Name == TreeCheck.Entries).Result);
        Bad.Nothing(await log.Verify(from: site, receipts: [KeptLog.Given(log.Receipts[699])]));

        var copy = Path.Combine(log.Folder, "copy");
        using var progress = new Progress(TextWriter.Null, false, TimeProvider.System);
        await Assert.ThrowsAsync<StoreException>(() => TileExport.Write(site, copy, withEntries: true, progress, default));
        await TileExport.Write(site, copy, withEntries: false, progress, default);
        Bad.Nothing(await log.Verify(from: new TileFolder(copy)));
        await shown.StopAsync(default);
        await Assert.ThrowsAsync<IOException>(() => log.Verify(from: site));
    }

    static async Task<string> Export(KeptLog log, bool withEntries = true)
    {
        var copy = Path.Combine(log.Folder, "copy");
        using var progress = new Progress(TextWriter.Null, false, TimeProvider.System);
        await using var files = log.Open();
        await TileExport.Write(files, copy, withEntries, progress, default);
        return copy;
    }

    static void Flip(string path)
    {
        var bytes = File.ReadAllBytes(path);
        // Behind the middle, where a bundle has a length.
        bytes[bytes.Length / 2 + 10] ^= 1;
        File.WriteAllBytes(path, bytes);
    }
}
