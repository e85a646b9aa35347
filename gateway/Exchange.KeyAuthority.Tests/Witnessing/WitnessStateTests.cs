using Dapper;
using Exchange.Hosting.Secrets;
using Exchange.Hosting.Storage;
using Exchange.KeyAuthority.Witnessing;
using Exchange.Protocol.Transparency;

namespace Exchange.KeyAuthority.Tests.Witnessing;

/// <summary>Nothing is signed before it is kept, and what was kept holds.</summary>
public sealed class WitnessStateTests : IAsyncLifetime
{
    readonly RunningWitness witness = new();

    public async ValueTask InitializeAsync() => await witness.Start();

    public ValueTask DisposeAsync() => witness.DisposeAsync();

    [Fact]
    public async Task After_a_restart_it_goes_on_from_what_it_cosigned_and_from_nothing_else()
    {
        await witness.Cosigned(0, 7);
        await Restart();
        Assert.Equal((409, "7\n"), Of(await witness.Bring(0, 9)));
        Assert.Equal(409, (await witness.Bring(7, 7, new LogByHand(witness.LogSigner, "rewritten"))).Status);
        await Restart();
        Assert.Contains("two different checkpoints", (await witness.Page("/readyz")).Body, StringComparison.Ordinal);
        await witness.Cosigned(7, 9);
    }

    [Fact]
    public async Task A_store_that_takes_nothing_for_a_while_gets_no_signature_and_what_was_cosigned_before_stays()
    {
        await witness.Cosigned(0, 3);
        using (var tool = witness.OpenState())
        {
            tool.Execute("BEGIN IMMEDIATE");
            Assert.Equal(503, (await witness.Bring(3, 5)).Status);
            // What is on disk can be signed again.
            await witness.Cosigned(3, 3);
            tool.Execute("ROLLBACK");
        }
        Assert.Equal((409, "3\n"), Of(await witness.Bring(5, 6)));
        await witness.Cosigned(3, 6);
    }

    [Fact]
    public async Task A_write_that_failed_ends_cosigning_until_the_next_start_also_for_what_the_disk_may_have_taken()
    {
        await witness.Cosigned(0, 3);
        using (var tool = witness.OpenState())
            tool.Execute("CREATE TRIGGER broken BEFORE UPDATE ON log BEGIN SELECT RAISE(ABORT, 'broken'); END");
        Assert.Equal(503, (await witness.Bring(3, 5)).Status);
        Assert.Equal(503, (await witness.Page("/readyz")).Status);

        // The disk took it all the same: it is there to be read, and not known to stay.
        using (var tool = witness.OpenState())
        {
            tool.Execute("DROP TRIGGER broken");
            var checkpoint = await witness.Log.Checkpoint(5);
            tool.Execute("UPDATE log SET size = 5, root = @Root", new { checkpoint.Root });
        }
        Assert.Equal(503, (await witness.Bring(5, 5)).Status);
        Assert.Equal(503, (await witness.Bring(3, 3)).Status);

        await Restart();
        Assert.Equal(200, (await witness.Page("/readyz")).Status);
        Assert.Equal((409, "5\n"), Of(await witness.Bring(3, 5)));
        await witness.Cosigned(5, 5);
        await witness.Cosigned(5, 8);
    }

    [Fact]
    public async Task What_was_cosigned_is_neither_taken_back_nor_forgotten_by_a_tool()
    {
        await witness.Cosigned(0, 3);
        await witness.Bring(3, 3, new LogByHand(witness.LogSigner, "rewritten"));
        using var tool = witness.OpenState();
        foreach (var change in new[] { "UPDATE log SET size = 2", "DELETE FROM log", "DELETE FROM fork", "UPDATE fork SET size = 9" })
#pragma warning disable CA2100
            Assert.Throws<Microsoft.Data.Sqlite.SqliteException>(() => tool.Execute(change));
#pragma warning restore CA2100
    }

    [Fact]
    public async Task A_second_process_a_lost_store_and_that_of_another_key_are_refused_at_the_start()
    {
        await witness.Cosigned(0, 3);
        Assert.Equal(StoreFault.InUse, Assert.Throws<StoreException>(() => WitnessHost.Build(witness.Options, witness.Time)).Fault);
        await witness.Stop();

        var folder = Path.GetDirectoryName(witness.State)!;
        NoteKeyFile.Create(Path.Combine(folder, "other.key"), Path.Combine(folder, "other.pub"), "privacy-commission", NoteKeyUse.Cosignature);
        var other = Assert.Throws<StoreException>(() => WitnessHost.Build(witness.Options with { Key = Path.Combine(folder, "other.key") }, witness.Time));
        Assert.Equal(StoreFault.Foreign, other.Fault);
        Assert.Equal(StoreFault.Foreign, Assert.Throws<StoreException>(() => WitnessHost.Build(witness.Options with { Name = "somebody-else" }, witness.Time)).Fault);

        File.Delete(witness.State);
        var lost = Assert.Throws<StoreException>(() => WitnessHost.Build(witness.Options, witness.Time));
        Assert.Equal(StoreFault.Foreign, lost.Fault);
        Assert.Contains("draw another key under another name", lost.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(witness.State));
    }

    async Task Restart()
    {
        await witness.Stop();
        await witness.Start();
    }

    static (int, string) Of((int Status, string? Type, string Body) answer) => (answer.Status, answer.Body);
}
