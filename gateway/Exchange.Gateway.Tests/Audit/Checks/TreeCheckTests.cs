using Dapper;
using Exchange.Gateway.Audit.Checks;
using Exchange.Protocol.Transparency;

namespace Exchange.Gateway.Tests.Audit.Checks;

public sealed class TreeCheckTests
{
    [Theory]
    [InlineData(0, 0)]
    [InlineData(0, 3)]
    [InlineData(1, 0)]
    [InlineData(255, 1)]
    [InlineData(256, 0)]
    [InlineData(257, 0)]
    [InlineData(700, 600)]
    public async Task A_log_as_its_hub_left_it_is_good_whatever_its_size(int published, int newer)
    {
        await using var log = await KeptLog.Written(published, newer);
        var findings = await log.Verify(witnesses: [log.Witness.Key]);
        Bad.Nothing(findings);
        Assert.All(findings.All, check => Assert.Equal(CheckResult.Good, check.Result));
        Bad.Nothing(await log.Fsck());
    }

    [Theory]
    [InlineData("content", 17, "ENTRY_CHANGED")]
    [InlineData("content", 690, "ENTRY_CHANGED")]
    [InlineData("content", 705, "ENTRY_OR_HASH_CHANGED")]
    [InlineData("leaf_hash", 17, "LEAF_HASH_CHANGED")]
    [InlineData("leaf_hash", 690, "LEAF_HASH_CHANGED")]
    [InlineData("leaf_hash", 705, "ENTRY_OR_HASH_CHANGED")]
    public async Task A_flipped_bit_of_an_entry_or_of_its_leaf_hash_is_named_and_nothing_else_is(string column, int number, string fault)
    {
        await using var log = await KeptLog.Written(700, newer: 20);
        log.Flip(log.Log, column, "entry", $"number = {number}");
        var found = Bad.Only(Bad.Named(fault), $"entry {number}", await log.Verify());
        Assert.Equal(fault, found.FaultName);
        Assert.Contains($"entry {number}", found.Says, StringComparison.Ordinal);
        Assert.Contains(Bad.Named(fault), Bad.Faults(await log.Fsck()));
    }

    [Fact]
    public async Task Many_flipped_bits_are_counted_and_the_first_is_named()
    {
        await using var log = await KeptLog.Written(700);
        foreach (var number in new[] { 699, 300, 40, 41 })
            log.Flip(log.Log, "content", "entry", $"number = {number}");
        Assert.Equal(4, Bad.Only(LogFault.EntryChanged, "entry 40", await log.Verify()).Count);
    }

    [Theory]
    [InlineData(1, 0, "tile/1/000.p/2")]
    [InlineData(1, 1, "tile/1/000.p/2")]
    public async Task A_flipped_bit_of_a_hash_above_is_named(int level, int place, string tile)
    {
        await using var log = await KeptLog.Written(700);
        log.Flip(log.Tree, "hash", "node", $"level = {level} AND place = {place}");
        var found = Bad.Only(LogFault.NodeChanged, tile, await log.Verify());
        Assert.Contains($"hash {place} of {tile}", found.Says, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, 0, "tile/1/000")]
    [InlineData(1, 256, "tile/1/001.p/2")]
    [InlineData(2, 0, "tile/2/000.p/1")]
    public async Task In_a_log_of_three_levels_one_wrong_hash_is_one_wrong_hash(int level, int place, string tile)
    {
        await using var log = await KeptLog.Written(66_100);
        Bad.Nothing(await log.Verify());
        log.Flip(log.Tree, "hash", "node", $"level = {level} AND place = {place}");
        Bad.Only(LogFault.NodeChanged, tile, await log.Verify());
    }

    [Fact]
    public async Task An_entry_rewritten_with_its_leaf_hash_is_found_by_the_hash_above()
    {
        await using var log = await KeptLog.Written(700);
        log.Rewrite(300);
        Bad.Only(LogFault.TileChanged, "tile/0/001", await log.Verify());
    }

    [Fact]
    public async Task An_entry_rewritten_with_its_leaf_hash_in_the_last_tile_is_found_by_the_root()
    {
        await using var log = await KeptLog.Written(700);
        log.Rewrite(690);
        Bad.Only(LogFault.RootDiffers, "", await log.Verify());
    }

    [Fact]
    public async Task A_log_made_again_with_all_its_hashes_is_found_by_the_root()
    {
        await using var log = await KeptLog.Written(700);
        log.Rewrite(300);
        using (var connection = KeptLog.Connect(log.Log))
        {
            var hashes = connection.Query<byte[]>("SELECT leaf_hash FROM entry WHERE number >= 256 AND number < 512 ORDER BY number").SelectMany(hash => hash).ToArray();
            log.Tamper(log.Tree, "UPDATE node SET hash = @hash WHERE level = 1 AND place = 1", new { hash = TreeHash.Complete(hashes) });
        }
        Assert.Contains("made again", Bad.Only(LogFault.RootDiffers, "", await log.Verify()).Says, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(5)]
    [InlineData(0)]
    [InlineData(690)]
    [InlineData(705)]
    public async Task A_missing_entry_is_named(int number)
    {
        await using var log = await KeptLog.Written(700, newer: 20);
        log.Tamper(log.Log, "DELETE FROM entry WHERE number = @number", new { number });
        Bad.Only(LogFault.EntryMissing, $"entry {number}", await log.Verify());
    }

    [Fact]
    public async Task A_missing_hash_above_is_named()
    {
        await using var log = await KeptLog.Written(700);
        log.Tamper(log.Tree, "DELETE FROM node WHERE place = 1");
        Bad.Only(LogFault.NodeMissing, "tile/1/000.p/2", await log.Verify());
    }

    [Fact]
    public async Task A_number_far_behind_the_last_does_not_keep_the_check_busy_forever()
    {
        await using var log = await KeptLog.Written(300);
        log.Tamper(log.Log, "INSERT INTO entry VALUES (4000000000000000, x'00', zeroblob(32))");
        var found = Bad.Only(LogFault.EntryMissing, "entry 300", await log.Verify());
        Assert.True(found.Count > 1);
    }

    [Fact]
    public async Task A_log_put_back_to_fewer_entries_than_were_published_is_rolled_back()
    {
        await using var log = await KeptLog.Written(700);
        log.Tamper(log.Log, "DELETE FROM entry WHERE number >= 600");
        var findings = await log.Verify();
        Assert.Contains(LogFault.RolledBack, Bad.Faults(findings));
        Assert.Contains("600 entries", findings.All.Single(check => check.Fault == LogFault.RolledBack).Says, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Everything_that_is_wrong_is_told_at_once()
    {
        await using var log = await KeptLog.Written(700, newer: 20);
        log.Flip(log.Log, "content", "entry", "number = 17");
        log.Flip(log.Log, "leaf_hash", "entry", "number = 300");
        log.Flip(log.Log, "content", "entry", "number = 699");
        log.Flip(log.Log, "content", "entry", "number = 710");
        log.Replace(log.Note().Replace("privacy", "piracy", StringComparison.Ordinal));
        Assert.Equal([LogFault.WitnessMissing, LogFault.EntryChanged, LogFault.LeafHashChanged, LogFault.EntryOrHashChanged],
            Bad.Faults(await log.Verify(witnesses: [log.Witness.Key])));
    }
}
