using Exchange.Adapter.Evidence;
using Exchange.Adapter.Journal.Keeping;
using Exchange.Hosting.Commands;
using Exchange.Hosting.Storage;
using Exchange.V1;
using Google.Protobuf;

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

    [Fact]
    public async Task A_contradicted_receipt_that_is_purged_leaves_the_proof_of_the_one_whose_place_it_claimed()
    {
        await using var agency = await WatchingAgency.Start();
        agency.Log.Grow(4);
        var good = agency.Log.Add();
        var forged = new Receipt(good) { RequestId = ByteString.CopyFrom(new byte[16]), LeafHash = ByteString.CopyFrom(new byte[32]) };
        await agency.Asked(forged);
        agency.Time.Advance(TimeSpan.FromDays(1));
        await agency.Asked(good);
        agency.Log.Publish();
        await agency.Look();
        Assert.Equal(ReceiptState.Contradicted, agency.Known(forged).State);

        await Purge(agency, TimeSpan.FromHours(1));

        Assert.Empty(agency.Journal.Evidence.Find(forged.RequestId.Span));
        agency.IsProven(good);
        await Purge(agency);
        Assert.Equal((0, 0), agency.Rows("proof", "checkpoint"));
    }

    [Fact]
    public async Task A_receipt_that_still_waits_and_is_purged_leaves_the_proof_of_the_one_whose_place_it_claimed()
    {
        await using var agency = await WatchingAgency.Start();
        agency.Log.Grow(4);
        var good = agency.Log.Add();
        await agency.Asked(good);
        agency.Log.Publish();
        await agency.Look();
        agency.IsProven(good);
        var forged = new Receipt(good) { RequestId = ByteString.CopyFrom(new byte[16]), LeafHash = ByteString.CopyFrom(new byte[32]) };
        agency.Time.Ahead = -TimeSpan.FromDays(1);
        await agency.Asked(forged);
        agency.Time.Ahead = TimeSpan.Zero;
        agency.IsWaiting(forged);

        await Purge(agency, TimeSpan.FromHours(1));

        Assert.Empty(agency.Journal.Evidence.Find(forged.RequestId.Span));
        agency.IsProven(good);
    }

    static Task<PurgeResult> Purge(WatchingAgency agency, TimeSpan kept = default) => new JournalPurge(new SqliteStore(agency.JournalPath, Durability.Disk), TimeProvider.System).Run(
        (agency.Time.GetUtcNow() - kept).ToUnixTimeMilliseconds() + 1, "by order of the court", new Progress(TextWriter.Null, isTerminal: false, TimeProvider.System), CancellationToken.None);
}
