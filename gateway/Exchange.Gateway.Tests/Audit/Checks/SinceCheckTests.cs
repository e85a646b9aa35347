using Exchange.Gateway.Audit.Checks;
using Exchange.Protocol.Transparency;

namespace Exchange.Gateway.Tests.Audit.Checks;

public sealed class SinceCheckTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(256)]
    [InlineData(300)]
    public async Task A_log_that_grew_goes_on_with_what_was_kept(int before)
    {
        await using var log = await Grown(before, 700 - before);
        Bad.Nothing(await log.Log.Verify(since: log.Kept));
    }

    [Fact]
    public async Task Two_histories_that_were_both_signed_are_a_fork()
    {
        await using var log = await KeptLog.Written(700);
        var kept = log.Sign(new Checkpoint("hub-1", 300, TreeHash.Leaf("another history"u8)));
        Assert.Contains("two histories", Bad.Only(LogFault.Forked, "entry 300", await log.Verify(since: kept)).Says, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_log_that_is_shorter_than_what_was_kept_was_put_back()
    {
        await using var log = await KeptLog.Written(300);
        Bad.Only(LogFault.RolledBack, "entry 300", await log.Verify(since: log.Sign(new Checkpoint("hub-1", 301, TreeHash.Leaf("later"u8)))));
    }

    [Fact]
    public async Task A_kept_checkpoint_is_held_to_its_own_signature()
    {
        await using var log = await KeptLog.Written(300);
        using var other = KeptLog.NewSigner("hub-1");
        var kept = SignedNote.Sign(new Checkpoint("hub-1", 200, TreeHash.Leaf("forged"u8)).Body, other);
        Bad.Only(LogFault.CheckpointOfAnotherKey, "the kept checkpoint", await log.Verify(since: kept));
    }

    [Fact]
    public async Task A_broken_tree_is_not_called_a_fork()
    {
        await using var log = await Grown(300, 400);
        log.Log.Flip(log.Log.Tree, "hash", "node", "place = 0");
        var findings = await log.Log.Verify(since: log.Kept);
        Bad.Only(LogFault.NodeChanged, "tile/1/000.p/2", findings);
        Assert.Equal(CheckResult.NotChecked, findings.All.Single(check => check.Name == SinceCheck.Name).Result);
    }

    static async Task<GrownLog> Grown(int before, int later)
    {
        var log = new KeptLog();
        log.Begin();
        await log.Append(before);
        await log.Publish();
        var kept = log.Note();
        await log.Append(later);
        await log.Publish();
        await log.Stop();
        return new GrownLog(log, kept);
    }

    sealed record GrownLog(KeptLog Log, string Kept) : IAsyncDisposable
    {
        public ValueTask DisposeAsync() => Log.DisposeAsync();
    }
}
