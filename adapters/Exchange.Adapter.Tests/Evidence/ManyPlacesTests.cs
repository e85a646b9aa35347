using Exchange.Adapter.Evidence;
using Exchange.Adapter.Telemetry;

namespace Exchange.Adapter.Tests.Evidence;

/// <summary>One log that several replicas may show: its own, or another that keeps its notes and plays them again.</summary>
public sealed class ManyPlacesTests : IAsyncLifetime
{
    readonly string folder = Directory.CreateTempSubdirectory("exchange-places-").FullName;
    readonly AdapterMetrics metrics = new();
    WatchingAgency agency = null!;
    LogWatch watch = null!;

    public async ValueTask InitializeAsync()
    {
        agency = await WatchingAgency.Start();
        foreach (var place in new[] { "own", "other" })
            Directory.CreateDirectory(Path.Combine(folder, place));
        watch = Watch("own", "other");
    }

    public async ValueTask DisposeAsync()
    {
        await agency.DisposeAsync();
        metrics.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task An_old_checkpoint_at_another_address_does_not_accuse_an_honest_log_that_starts_again()
    {
        Show("other", 5);
        Show("own", 10);
        await Look();

        File.Delete(Checkpoint("own"));
        await Look();
        Assert.Empty(agency.Words);
        agency.Time.Advance(LogWatch.Late);
        await Look();
        Assert.Equal(["LOG_UNREACHABLE"], agency.Words);
        var says = Assert.Single(agency.Alarms.Passing).Says;
        Assert.Contains(Path.Combine(folder, "own"), says, StringComparison.Ordinal);
        Assert.Contains(Path.Combine(folder, "other"), says, StringComparison.Ordinal);

        Show("own", 12);
        await Look();
        Assert.Empty(agency.Words);
        Assert.Equal(12ul, agency.Journal.Evidence.Kept("hub-1")!.Size);
    }

    [Theory]
    [InlineData("own", "other")]
    [InlineData("other", "own")]
    public async Task An_old_checkpoint_at_one_address_does_not_freeze_what_is_seen_at_another(string first, string second)
    {
        watch = Watch(first, second);
        Show("other", 5);
        await Look();
        Show("own", 10);
        await Look();

        Assert.Equal(10ul, agency.Journal.Evidence.Kept("hub-1")!.Size);
        Assert.Empty(agency.Words);
    }

    [Fact]
    public async Task When_no_address_shows_what_was_published_it_is_ROLLED_BACK_and_the_address_is_named()
    {
        Show("own", 10);
        Show("other", 5);
        await Look();

        File.Copy(Checkpoint("other"), Checkpoint("own"), overwrite: true);
        await Look();

        var alarm = Assert.Single(agency.Alarms.Lasting);
        Assert.Equal("ROLLED_BACK", alarm.Word);
        Assert.Contains(Path.Combine(folder, "own"), alarm.Says, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(5)]
    [InlineData(10)]
    public async Task Two_addresses_that_show_different_histories_of_one_log_are_FORKED_and_named(int size)
    {
        using var fork = new ShownLog();
        fork.Grow(size);
        fork.Publish();
        await File.WriteAllTextAsync(Checkpoint("other"), fork.Note);
        Show("own", 10);

        await Look();

        var alarm = Assert.Single(agency.Alarms.Lasting);
        Assert.Equal("FORKED", alarm.Word);
        Assert.All(new[] { "own", "other" }, place => Assert.Contains(Path.Combine(folder, place), alarm.Says, StringComparison.Ordinal));
        Assert.Equal(new[] { fork.Note, agency.Log.Note }.Order(), new[] { alarm.KeptNote, alarm.ShownNote }.Order());
    }

    LogWatch Watch(params string[] names) => new(
        new LogPin(agency.Log.Key, [agency.Log.Witness]), [.. names.Select(name => new LogFolder(Path.Combine(folder, name)))], ["hub-1", "hub-2"],
        agency.Journal, agency.Alarms, metrics, agency.Time);

    Task Look() => watch.Look(TestContext.Current.CancellationToken);

    string Checkpoint(string place) => Path.Combine(folder, place, "checkpoint");

    /// <summary>The checkpoint over so many entries of the one log, with the tiles.</summary>
    void Show(string place, int size)
    {
        if (agency.Log.Size < size)
            agency.Log.Grow(size - agency.Log.Size);
        agency.Log.Publish(size);
        File.WriteAllText(Checkpoint(place), agency.Log.Note);
        var leaves = Path.Combine(folder, place, "tile", "0", "000.p");
        Directory.CreateDirectory(leaves);
        for (var width = 1; width <= size; width++)
            File.WriteAllBytes(Path.Combine(leaves, $"{width}"), agency.Log.Read($"tile/0/000.p/{width}")!);
    }
}
