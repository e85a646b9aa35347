using Exchange.Adapter.Evidence;
using Exchange.Protocol.Transparency;
using Exchange.V1;
using Google.Protobuf;

namespace Exchange.Adapter.Tests.Evidence;

/// <summary>Receipts are held against a hub's log: proven, waiting or contradicted.</summary>
public sealed class ReceiptWatchTests
{
    [Fact]
    public async Task A_receipt_is_proven_by_a_checkpoint_that_has_it_and_its_proof_needs_nothing_but_the_journal()
    {
        await using var agency = await WatchingAgency.Start();
        agency.Log.Grow(5);
        var receipt = agency.Log.Add();
        agency.Log.Grow(3);
        await agency.Asked(receipt);
        agency.Log.Publish();

        await agency.Look();

        agency.IsProven(receipt);
        Assert.Empty(agency.Words);
        Assert.Equal(9ul, agency.Journal.Evidence.Kept("hub-1")!.Size);
    }

    [Fact]
    public async Task Receipts_of_many_tiles_are_all_proven_and_each_tile_is_read_once()
    {
        await using var agency = await WatchingAgency.Start();
        var receipts = Enumerable.Range(0, 700).Select(_ => agency.Log.Add()).ToList();
        foreach (var receipt in receipts)
            await agency.Asked(receipt);
        agency.Log.Publish();

        await agency.Look();

        receipts.ForEach(agency.IsProven);
        Assert.Equal(agency.Log.Asked.Distinct(), agency.Log.Asked);
    }

    [Fact]
    public async Task A_receipt_that_is_younger_than_the_checkpoint_waits_for_the_next_one()
    {
        await using var agency = await WatchingAgency.Start();
        agency.Log.Grow(2);
        agency.Log.Publish();
        var receipt = agency.Log.Add();
        await agency.Asked(receipt);

        await agency.Look();
        agency.IsWaiting(receipt);
        Assert.Empty(agency.Words);
        agency.Log.Publish();
        await agency.Look();

        agency.IsProven(receipt);
    }

    [Fact]
    public async Task Receipts_that_waited_are_taken_up_again_after_a_restart()
    {
        await using var agency = await WatchingAgency.Start();
        var receipt = agency.Log.Add();
        await agency.Asked(receipt);

        await agency.Restart();
        agency.Log.Publish();
        await agency.Look();

        agency.IsProven(receipt);
    }

    [Fact]
    public async Task The_provider_keeps_the_receipt_of_an_answer_it_gave_once_and_no_other()
    {
        await using var agency = await WatchingAgency.Start();
        var (given, foreign) = (agency.Log.Add(), agency.Log.Add());
        await agency.Answered(given.RequestId);

        await agency.Journal.Write(new GivenReceipts([given, given, foreign], 1));
        agency.Log.Publish();
        await agency.Look();

        agency.IsProven(given);
        Assert.Empty(agency.Journal.Evidence.Find(foreign.RequestId.Span));
    }

    [Fact]
    public async Task A_hub_cannot_fill_the_journal_with_receipts_of_one_answer()
    {
        await using var agency = await WatchingAgency.Start();
        var one = agency.Log.Add();
        await agency.Answered(one.RequestId);

        await agency.Journal.Write(new GivenReceipts([.. Enumerable.Range(0, 100).Select(i => new Receipt(one) { Index = (ulong)i })], 1));

        Assert.Equal(4, agency.Journal.Evidence.Find(one.RequestId.Span).Count);
    }

    [Fact]
    public async Task A_receipt_of_another_entry_is_NOT_INCLUDED_and_the_alarm_lasts_over_a_restart_until_it_is_acknowledged()
    {
        await using var agency = await WatchingAgency.Start();
        agency.Log.Grow(3);
        var (good, forged) = (agency.Log.Add(), new Receipt(agency.Log.Add()) { LeafHash = ByteString.CopyFrom(new byte[32]) });
        await agency.Asked(good);
        await agency.Asked(forged);
        agency.Log.Publish();

        await agency.Look();
        await agency.Restart();
        await agency.Look();

        agency.IsProven(good);
        Assert.Equal(ReceiptState.Contradicted, agency.Known(forged).State);
        var alarm = Assert.Single(agency.Alarms.Lasting);
        Assert.Equal(("NOT_INCLUDED", agency.Log.Note), (alarm.Word, alarm.ShownNote));
        Assert.True(agency.Journal.Evidence.Acknowledge(alarm.Id, "officer", agency.Time.GetUtcNow()));
        Assert.False(agency.Journal.Evidence.Acknowledge(alarm.Id, "officer", agency.Time.GetUtcNow()));
        await agency.Look();
        Assert.Empty(agency.Words);
        Assert.Equal("officer", Assert.Single(agency.Journal.Evidence.Alarms(all: true)).AcknowledgedBy);
    }

    [Fact]
    public async Task Receipts_of_one_tile_that_are_proven_one_after_the_other_each_keep_their_proof()
    {
        await using var agency = await WatchingAgency.Start();
        var receipts = new List<Receipt>();
        for (var round = 0; round < 3; round++)
        {
            for (var i = 0; i < 3; i++)
            {
                receipts.Add(agency.Log.Add());
                await agency.Asked(receipts[^1]);
                agency.Log.Grow(2);
            }
            agency.Log.Publish();
            await agency.Look();
            receipts.ForEach(agency.IsProven);
        }
    }

    [Fact]
    public async Task Each_broken_promise_leaves_its_own_evidence_also_while_an_alarm_is_open()
    {
        await using var agency = await WatchingAgency.Start();
        for (var i = 0; i < 2; i++)
        {
            var receipt = agency.Log.Add();
            await agency.Asked(receipt);
            agency.Log.Change(i);
            agency.Log.Publish();
            await agency.Look();

            var known = agency.Known(receipt);
            Assert.Equal(ReceiptState.Contradicted, known.State);
            Assert.True(Checkpoint.TryOpen(known.Under!.Note, agency.Log.Key, out var checkpoint, out _));
            Assert.True(TreeProof.Includes(checkpoint.Size, checkpoint.Root, receipt.Index, known.OtherLeafHash, known.Path));
        }

        Assert.Equal(["NOT_INCLUDED"], agency.Words);
    }

    [Fact]
    public async Task An_entry_that_was_changed_in_the_log_is_NOT_INCLUDED()
    {
        await using var agency = await WatchingAgency.Start();
        var receipt = agency.Log.Add();
        agency.Log.Grow(4);
        await agency.Asked(receipt);
        agency.Log.Change(0);
        agency.Log.Publish();

        await agency.Look();

        Assert.Equal(["NOT_INCLUDED"], agency.Words);
    }

    [Fact]
    public async Task An_entry_that_is_left_out_is_NOT_INCLUDED_IN_TIME_after_ten_seconds_and_not_before()
    {
        await using var agency = await WatchingAgency.Start();
        agency.Log.Grow(3);
        agency.Log.Publish();
        await agency.Asked(new Receipt(agency.Log.Add()));

        await agency.Look();
        agency.Time.Advance(TimeSpan.FromSeconds(10));
        await agency.Look();
        Assert.Empty(agency.Words);
        agency.Time.Advance(TimeSpan.FromSeconds(1));
        await agency.Look();
        Assert.Equal(["NOT_INCLUDED_IN_TIME"], agency.Words);

        agency.Log.Publish();
        await agency.Look();
        Assert.Empty(agency.Words);
        Assert.Contains(agency.Logged, line => line.Contains("NOT_INCLUDED_IN_TIME is over", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_clock_that_is_set_forward_makes_no_receipt_late()
    {
        await using var agency = await WatchingAgency.Start();
        agency.Log.Grow(3);
        agency.Log.Publish();
        await agency.Asked(new Receipt(agency.Log.Add()));
        await agency.Look();

        agency.Time.Ahead = TimeSpan.FromSeconds(40);
        await agency.Look();

        Assert.Empty(agency.Words);
    }

    [Fact]
    public async Task A_number_that_no_log_reaches_is_NOT_INCLUDED_IN_TIME_and_harms_nothing()
    {
        await using var agency = await WatchingAgency.Start();
        var good = agency.Log.Add();
        await agency.Asked(new Receipt(agency.Log.Add()) { Index = ulong.MaxValue });
        await agency.Asked(new Receipt(agency.Log.Add()) { Index = long.MaxValue });
        await agency.Asked(good);
        agency.Log.Publish();
        await agency.Look();
        Assert.Empty(agency.Words);
        agency.Time.Advance(TimeSpan.FromSeconds(11));

        await agency.Look();

        agency.IsProven(good);
        Assert.Equal(["NOT_INCLUDED_IN_TIME"], agency.Words);
    }
}
