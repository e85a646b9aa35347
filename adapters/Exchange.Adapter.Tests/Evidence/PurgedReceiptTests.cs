using Exchange.Adapter.Journal.Keeping;
using Exchange.Hosting.Commands;
using Exchange.Hosting.Storage;

namespace Exchange.Adapter.Tests.Evidence;

public sealed class PurgedReceiptTests
{
    [Fact]
    public async Task A_proof_that_is_made_while_its_receipt_is_purged_becomes_no_other_receipts()
    {
        await using var agency = await WatchingAgency.Start();
        var (first, second) = (agency.Log.Add(), agency.Log.Add());
        await agency.Asked(first);
        agency.Log.Publish();
        agency.Before = async context =>
        {
            if (!context.Request.Path.Value!.Contains("tile", StringComparison.Ordinal))
                return;
            agency.Before = _ => Task.CompletedTask;
            await Purge(agency);
            await agency.Asked(second);
        };

        await agency.Look();

        agency.IsProven(second);
        Assert.Empty(agency.Journal.Evidence.Find(first.RequestId.Span));
        Assert.Null(agency.Journal.Trouble);
    }

    [Fact]
    public async Task A_proof_that_comes_when_every_receipt_was_purged_is_passed_over_and_the_journal_goes_on()
    {
        await using var agency = await WatchingAgency.Start();
        agency.Log.Grow(2);
        var receipt = agency.Log.Add();
        await agency.Asked(receipt);
        agency.Log.Publish();
        agency.Before = async context =>
        {
            if (context.Request.Path.Value!.Contains("tile", StringComparison.Ordinal))
                await Purge(agency);
        };

        await agency.Look();
        agency.Before = _ => Task.CompletedTask;
        var next = agency.Log.Add();
        await agency.Asked(next);
        agency.Log.Publish();
        await agency.Look();

        Assert.Empty(agency.Journal.Evidence.Find(receipt.RequestId.Span));
        agency.IsProven(next);
    }

    static Task<PurgeResult> Purge(WatchingAgency agency) => new JournalPurge(new SqliteStore(agency.JournalPath, Durability.Disk), TimeProvider.System).Run(
        agency.Time.GetUtcNow().ToUnixTimeMilliseconds() + 1, "by order of the court", new Progress(TextWriter.Null, isTerminal: false, TimeProvider.System), CancellationToken.None);
}
