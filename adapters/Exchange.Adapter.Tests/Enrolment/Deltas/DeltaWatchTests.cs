using Exchange.Protocol.Refusals;
using Exchange.V1;
using static Exchange.Adapter.Tests.Enrolment.Deltas.DeltaFolder;

namespace Exchange.Adapter.Tests.Enrolment.Deltas;

public sealed class DeltaWatchTests
{
    [Fact]
    public async Task Files_are_done_in_the_order_of_their_names_once_they_keep_still_and_put_away_with_their_result()
    {
        await using var folder = await Start();
        using var watch = folder.Watch();
        folder.Put("incoming/changes-20260402.csv", "removed,a,", $"moved_in,b,{Second}");
        folder.Put("incoming/changes-20260401.csv", $"moved_in,a,{First}", "born,x,12");
        folder.Put("incoming/other.csv", "removed,b,");
        await watch.Look(default);
        Assert.Equal("", folder.Everybody());
        await watch.Look(default);
        Assert.Equal("b:2*", folder.Everybody());
        Assert.Null(watch.Trouble);
        Assert.Equal(["other.csv"], Files(folder["incoming"]));
        Assert.Equal(
            ["changes-20260401.csv", "changes-20260401.csv.bad.csv", "changes-20260401.csv.result.txt", "changes-20260402.csv", "changes-20260402.csv.result.txt"],
            Files(folder["incoming/kept"]));
        Assert.Equal("1 new, 0 corrected, 0 changed, 0 unchanged, 0 removed, 0 moved out, 0 died; 1 lines passed over; 0 quarantined\n", File.ReadAllText(folder["incoming/kept/changes-20260401.csv.result.txt"]));
        Assert.Contains("3,number,NUMBER_INVALID,", File.ReadAllText(folder["incoming/kept/changes-20260401.csv.bad.csv"]), StringComparison.Ordinal);
        Assert.Equal(2, folder.Notices.Count);
        foreach (var secret in new[] { First, Second })
            Assert.DoesNotContain(folder.Notices, notice => notice.Contains(secret, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_file_that_is_still_written_keeps_those_behind_it_waiting()
    {
        await using var folder = await Start();
        using var watch = folder.Watch();
        folder.Put("incoming/changes-2.csv", "removed,a,");
        await watch.Look(default);
        folder.Put("incoming/changes-1.csv", $"moved_in,a,{First}");
        await watch.Look(default);
        Assert.Equal("", folder.Everybody());
        Assert.Equal(2, Files(folder["incoming"]).Length);
        File.AppendAllText(folder["incoming/changes-1.csv"], $"moved_in,b,{Second}\n");
        await watch.Look(default);
        await watch.Look(default);
        Assert.Equal("b:2*", folder.Everybody());
    }

    [Fact]
    public async Task While_the_key_authority_is_away_the_file_is_named_and_it_goes_on_by_itself()
    {
        await using var folder = await Start();
        using var watch = folder.Watch();
        folder.Hub.Answer = (number, answer) => number <= 2 ? new EnrolledBatch { BatchId = answer.BatchId, Refusal = Reasons.Refuse(Reason.AuthorityUnavailable) } : answer;
        folder.Put("incoming/changes-1.csv", $"moved_in,a,{First}");
        folder.Put("incoming/changes-2.csv", $"moved_in,b,{Second}");
        await watch.Look(default);
        await watch.Look(default);
        Assert.Contains("changes-1.csv is not finished", watch.Trouble, StringComparison.Ordinal);
        Assert.Contains("AUTHORITY_UNAVAILABLE", watch.Trouble, StringComparison.Ordinal);
        await watch.Look(default);
        Assert.Single(folder.Hub.Batches);
        folder.Time.Advance(TimeSpan.FromMinutes(1));
        await watch.Look(default);
        Assert.Contains("changes-1.csv is not finished", watch.Trouble, StringComparison.Ordinal);
        Assert.Single(folder.Notices);
        folder.Time.Advance(TimeSpan.FromMinutes(1));
        await watch.Look(default);
        Assert.Null(watch.Trouble);
        Assert.Equal("a:1* b:2*", folder.Everybody());
        Assert.Empty(Files(folder["incoming"]));
    }

    [Fact]
    public async Task A_file_that_cannot_be_read_is_named_and_keeps_those_behind_it_waiting_until_it_changes_or_goes()
    {
        await using var folder = await Start();
        using var watch = folder.Watch();
        File.WriteAllText(folder["incoming/changes-1.csv"], "what,who\nborn,a\n");
        folder.Put("incoming/changes-2.csv", $"moved_in,b,{Second}");
        await watch.Look(default);
        await watch.Look(default);
        folder.Time.Advance(TimeSpan.FromHours(1));
        await watch.Look(default);
        Assert.Contains("changes-1.csv is not finished, and those after it wait: changes-1.csv: column 'change' is missing", watch.Trouble, StringComparison.Ordinal);
        Assert.Single(folder.Notices);
        Assert.Equal("", folder.Everybody());
        File.Delete(folder["incoming/changes-1.csv"]);
        await watch.Look(default);
        Assert.Null(watch.Trouble);
        Assert.Equal("b:2*", folder.Everybody());
    }

    [Fact]
    public async Task Killed_after_the_result_and_before_the_file_was_put_away_it_is_done_again_and_nothing_is_different()
    {
        await using var folder = await Start();
        using (var watch = folder.Watch())
        {
            folder.Put("incoming/changes-1.csv", $"moved_in,a,{First}", $"number_changed,a,{Second}");
            await watch.Look(default);
            await watch.Look(default);
        }
        File.Move(folder["incoming/kept/changes-1.csv"], folder["incoming/changes-1.csv"]);
        folder.Restart();
        using var again = folder.Watch();
        await again.Look(default);
        await again.Look(default);
        Assert.Equal("a:12*", folder.Everybody());
        Assert.Empty(Files(folder["incoming"]));
        Assert.Equal(["changes-1.csv", "changes-1.csv.result.txt"], Files(folder["incoming/kept"]));
    }

    [Fact]
    public async Task Another_file_of_the_name_of_one_that_is_done_is_done_too()
    {
        await using var folder = await Start();
        using var watch = folder.Watch();
        foreach (var line in new[] { $"moved_in,a,{First}", $"moved_in,b,{Second}" })
        {
            folder.Put("incoming/changes-1.csv", line);
            await watch.Look(default);
            await watch.Look(default);
        }
        Assert.Equal("a:1* b:2*", folder.Everybody());
        Assert.Contains("changes-1-2.csv", Files(folder["incoming/kept"]));
    }

    [Fact]
    public async Task It_looks_by_the_clock_while_the_adapter_serves()
    {
        await using var folder = await Start();
        using var watch = folder.Watch();
        await watch.StartAsync(default);
        folder.Put("incoming/changes-1.csv", $"moved_in,a,{First}");
        while (File.Exists(folder["incoming/changes-1.csv"]))
        {
            folder.Time.Advance(TimeSpan.FromSeconds(5));
            await Task.Yield();
            Assert.False(TestContext.Current.CancellationToken.IsCancellationRequested);
        }
        await watch.StopAsync(default);
        Assert.Equal("a:1*", folder.Everybody());
    }

    static string[] Files(string folder) => [.. Directory.GetFiles(folder).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];
}
