using Exchange.Protocol.Transparency;
using Exchange.V1;
using Google.Protobuf;

namespace Exchange.Adapter.Tests.Evidence;

/// <summary>What a hub shows as its log is held against what it showed before, and against itself; whatever it does is called by its name.</summary>
public sealed class LogWatchTests
{
    [Theory]
    [InlineData(7, 7)]
    [InlineData(7, 12)]
    [InlineData(8, 12)]
    [InlineData(300, 900)]
    public async Task Two_histories_are_FORKED_both_notes_are_kept_and_the_first_one_stays(int before, int after)
    {
        await using var agency = await WatchingAgency.Start();
        agency.Log.Grow(before);
        agency.Log.Publish();
        await agency.Look();
        var kept = agency.Log.Note;

        await agency.Restart();
        agency.Log.Change(2);
        agency.Log.Grow(after - before);
        agency.Log.Publish();
        await agency.Asked(new Receipt { Log = "hub-1", Index = 2, LeafHash = ByteString.CopyFrom(new byte[32]), RequestId = ByteString.CopyFrom(new byte[16]) });
        await agency.Look();
        await agency.Look();

        var alarm = Assert.Single(agency.Alarms.Lasting);
        Assert.Equal(("FORKED", kept, agency.Log.Note), (alarm.Word, alarm.KeptNote, alarm.ShownNote));
        Assert.Equal(kept, agency.Journal.Evidence.Kept("hub-1")!.Note);
        Assert.Single(agency.Logged, line => line.Contains("FORKED", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_log_that_was_put_back_while_the_adapter_was_off_is_ROLLED_BACK()
    {
        await using var agency = await WatchingAgency.Start();
        agency.Log.Grow(20);
        agency.Log.Publish();
        await agency.Look();

        await agency.Restart();
        agency.Log.PutBack(12);
        agency.Log.Publish();
        await agency.Look();

        Assert.Equal(["ROLLED_BACK"], agency.Words);
        Assert.Equal(20ul, agency.Journal.Evidence.Kept("hub-1")!.Size);
    }

    [Fact]
    public async Task A_log_put_back_and_written_on_past_what_was_seen_is_FORKED()
    {
        await using var agency = await WatchingAgency.Start();
        agency.Log.Grow(20);
        agency.Log.Publish();
        await agency.Look();

        agency.Log.PutBack(12);
        agency.Log.Grow(50);
        agency.Log.Publish();
        await agency.Look();

        Assert.Equal(["FORKED"], agency.Words);
    }

    [Theory]
    [InlineData("CHECKPOINT_OF_ANOTHER_KEY")]
    [InlineData("CHECKPOINT_FORGED")]
    [InlineData("CHECKPOINT_OF_ANOTHER_LOG")]
    [InlineData("CHECKPOINT_MALFORMED")]
    [InlineData("WITNESS_MISSING")]
    [InlineData("WITNESS_FORGED")]
    public async Task A_checkpoint_that_is_none_of_this_log_is_called_by_its_name_proves_nothing_and_passes(string word)
    {
        await using var agency = await WatchingAgency.Start();
        var receipt = agency.Log.Add();
        await agency.Asked(receipt);
        agency.Log.Publish();
        var honest = agency.Log.Note!;
        using var other = new ShownLog("hub-2");
        other.Grow(1);
        other.Publish();
        agency.Log.Note = word switch
        {
            "CHECKPOINT_OF_ANOTHER_KEY" => agency.Log.Sign(new Checkpoint("hub-1", 1, agency.Log.Root()), signed: false),
            "CHECKPOINT_FORGED" => honest.Replace("hub-1\n1\n", "hub-1\n2\n", StringComparison.Ordinal),
            "CHECKPOINT_OF_ANOTHER_LOG" => other.Note,
            "CHECKPOINT_MALFORMED" => "hub-1\nnonsense\n",
            "WITNESS_MISSING" => agency.Log.Sign(new Checkpoint("hub-1", 1, agency.Log.Root()), cosigned: false),
            _ => agency.Log.Sign(new Checkpoint("hub-1", 1, agency.Log.Root()), cosigned: false) + agency.Log.Sign(new Checkpoint("hub-1", 2, agency.Log.Root())).Split('\n')[^2] + "\n",
        };

        await agency.Look();
        await agency.Look();
        agency.IsWaiting(receipt);
        Assert.Equal([word], agency.Words);
        Assert.Single(agency.Logged, line => line.Contains(word, StringComparison.Ordinal));
        Assert.Null(agency.Journal.Evidence.Kept("hub-1"));

        agency.Log.Note = honest;
        await agency.Look();
        agency.IsProven(receipt);
        Assert.Empty(agency.Words);
    }

    [Fact]
    public async Task Hashes_that_do_not_lead_to_the_root_prove_nothing_and_contradict_nothing()
    {
        await using var agency = await WatchingAgency.Start();
        agency.Log.Grow(3);
        agency.Log.Publish();
        await agency.Look();
        var receipt = agency.Log.Add();
        await agency.Asked(receipt);
        agency.Log.Publish();
        agency.Log.Show = (_, bytes) => new byte[bytes!.Length];

        await agency.Look();
        agency.IsWaiting(receipt);
        Assert.Equal(["ROOT_DIFFERS"], agency.Words);

        agency.Log.Show = (_, bytes) => bytes;
        await agency.Look();
        agency.IsProven(receipt);
        Assert.Empty(agency.Words);
    }

    [Fact]
    public async Task One_wrong_tile_keeps_its_own_receipts_from_being_proven_and_no_others()
    {
        await using var agency = await WatchingAgency.Start();
        var first = agency.Log.Add();
        agency.Log.Grow(599);
        var last = agency.Log.Add();
        await agency.Asked(first);
        await agency.Asked(last);
        agency.Log.Publish();
        agency.Log.Show = (tile, bytes) => tile is { Level: 0, Index: 0 } ? new byte[bytes!.Length] : bytes;

        await agency.Look();

        agency.IsWaiting(first);
        agency.IsProven(last);
        Assert.Equal(["ROOT_DIFFERS"], agency.Words);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(1)]
    [InlineData(10_000_000)]
    public async Task A_tile_of_another_length_is_TILE_MALFORMED_and_read_no_further_than_it_may_be_long(int more)
    {
        await using var agency = await WatchingAgency.Start();
        var receipt = agency.Log.Add();
        agency.Log.Grow(4);
        await agency.Asked(receipt);
        agency.Log.Publish();
        agency.Log.Show = (_, bytes) => more == 0 ? null : new byte[bytes!.Length + more];

        await agency.Look();

        agency.IsWaiting(receipt);
        Assert.Equal(["TILE_MALFORMED"], agency.Words);
    }

    [Fact]
    public async Task A_log_that_cannot_be_read_is_LOG_UNREACHABLE_once_it_has_lasted_and_proves_everything_when_it_is_back()
    {
        await using var agency = await WatchingAgency.Start();
        var receipt = agency.Log.Add();
        await agency.Asked(receipt);
        agency.Log.Publish();
        agency.Before = context =>
        {
            context.Abort();
            return Task.CompletedTask;
        };

        await agency.Look();
        Assert.Empty(agency.Words);
        agency.Time.Advance(TimeSpan.FromSeconds(10));
        await agency.Look();
        Assert.Equal(["LOG_UNREACHABLE"], agency.Words);

        agency.Before = _ => Task.CompletedTask;
        await agency.Look();
        agency.IsProven(receipt);
        Assert.Empty(agency.Words);
    }

    [Fact]
    public async Task A_hub_that_does_not_answer_is_given_up_after_five_seconds()
    {
        await using var agency = await WatchingAgency.Start();
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        agency.Before = context =>
        {
            asked.TrySetResult();
            return Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted);
        };

        var look = agency.Look();
        await asked.Task;
        agency.Time.Advance(TimeSpan.FromSeconds(5));
        await look;

        Assert.Empty(agency.Words);
    }

    [Fact]
    public async Task A_receipt_of_a_log_that_is_not_pinned_is_LOG_UNKNOWN()
    {
        await using var agency = await WatchingAgency.Start();
        agency.Log.Publish();
        await agency.Asked(new Receipt(agency.Log.Add()) { Log = "hub-9" });
        await agency.Asked(new Receipt(agency.Log.Add()) { Log = "" });

        await agency.Look();

        Assert.Equal(["LOG_UNKNOWN"], agency.Words);
        Assert.Contains("2 logs", Assert.Single(agency.Alarms.Passing).Says, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_log_without_entries_is_kept_and_the_first_one_goes_on_with_it()
    {
        await using var agency = await WatchingAgency.Start();
        agency.Log.Publish();
        await agency.Look();
        var receipt = agency.Log.Add();
        await agency.Asked(receipt);
        agency.Log.Publish();

        await agency.Look();

        agency.IsProven(receipt);
        Assert.Empty(agency.Words);
    }
}
