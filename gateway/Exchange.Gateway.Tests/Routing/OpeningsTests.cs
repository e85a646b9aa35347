using Exchange.Gateway.Routing;
using Exchange.Hosting.Storage;
using Exchange.V1;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Exchange.Gateway.Tests.Routing;

public sealed class OpeningsTests : IDisposable
{
    const string Tax = "jp.tax", Chiyoda = "jp.mun.131016";

    readonly string folder = System.IO.Directory.CreateTempSubdirectory("openings-").FullName;
    readonly FakeTimeProvider time = new(new DateTimeOffset(2026, 12, 5, 13, 0, 0, TimeSpan.Zero));
    OpeningStore store;
    Openings openings;

    public OpeningsTests()
    {
        store = OpeningStore.Open(Path);
        openings = new Openings(store, NullLogger<Openings>.Instance, time);
    }

    string Path => System.IO.Path.Combine(folder, "openings.db");

    public void Dispose()
    {
        openings.Dispose();
        store.Dispose();
        System.IO.Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public void A_closed_agency_is_refused_with_the_time_at_which_it_opens_in_japan_and_the_wait_until_then()
    {
        Assert.Null(openings.RefusalOf(Tax));
        Assert.Null(openings.Take(Tax, Closed((-1, 5), (8, 9))));

        var refusal = openings.RefusalOf(Tax);

        Assert.Equal((Reason.ProviderClosed, 5u * 3600 * 1000), (refusal?.Reason, refusal?.RetryAfterMs));
        Assert.Equal("The provider is closed until 2026-12-06 03:00 +09:00, as it has announced.", refusal?.Message);
        Assert.Equal(1, openings.CountClosed());
        time.Advance(TimeSpan.FromHours(5));
        Assert.Null(openings.RefusalOf(Tax));
        time.Advance(TimeSpan.FromHours(3));
        Assert.NotNull(openings.RefusalOf(Tax));
        Assert.Null(openings.RefusalOf(Chiyoda));
    }

    [Fact]
    public void To_look_whether_an_agency_is_closed_allocates_nothing_while_it_is_open()
    {
        openings.Take(Tax, Closed((8, 9)));
        openings.RefusalOf(Tax);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
            if (openings.RefusalOf(Tax) is not null || openings.RefusalOf(Chiyoda) is not null)
                Assert.Fail("Both are open.");
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Fact]
    public void A_wait_beyond_what_a_counter_takes_is_cut_short()
    {
        Assert.Null(openings.Take(Tax, Closed((0, 366 * 24))));
        Assert.Equal((uint)TimeSpan.FromDays(35).TotalMilliseconds, openings.RefusalOf(Tax)?.RetryAfterMs);
    }

    [Fact]
    public void What_was_said_last_holds_and_is_known_after_a_restart()
    {
        openings.Take(Tax, Closed((-1, 5)));
        openings.Take(Chiyoda, Closed((-1, 5)));
        openings.Take(Tax, Closed((-1, 7)));
        openings.Take(Chiyoda, new Opening());
        Assert.True(openings.Keep());

        Restart();

        Assert.Equal(time.GetUtcNow().AddHours(7), openings.OpensAt(Tax));
        Assert.Null(openings.OpensAt(Chiyoda));
        time.Advance(TimeSpan.FromHours(7));
        Assert.Null(openings.OpensAt(Tax));
    }

    [Fact]
    public async Task What_was_not_yet_on_disk_is_when_the_hub_stops()
    {
        await openings.StartAsync(TestContext.Current.CancellationToken);
        openings.Take(Tax, Closed((-1, 5)));
        await openings.StopAsync(TestContext.Current.CancellationToken);

        Restart();

        Assert.NotNull(openings.OpensAt(Tax));
    }

    [Fact]
    public void An_agency_that_was_closed_and_says_that_it_is_not_is_forgotten_on_disk_too()
    {
        openings.Take(Tax, Closed((-1, 5)));
        openings.Keep();
        openings.Take(Tax, new Opening());
        openings.Keep();
        Assert.Empty(store.Read());
    }

    [Theory]
    [InlineData("0 1, 2 3", 65)]
    [InlineData("3 1", 1)]
    [InlineData("0 876000", 1)]
    [InlineData("0 2, 1 3", 1)]
    [InlineData("876000 876001", 1)]
    public void A_hostile_opening_is_refused_whole_and_what_was_said_before_holds(string hours, int times)
    {
        openings.Take(Tax, Closed((-1, 5)));
        (int, int)[] some = [.. Enumerable.Repeat(hours.Split(", "), times).SelectMany(one => one).Select(one => one.Split(' ')).Select(one => (int.Parse(one[0], null), int.Parse(one[1], null)))];

        Assert.NotNull(openings.Take(Tax, Closed(some)));

        Assert.Equal(time.GetUtcNow().AddHours(5), openings.OpensAt(Tax));
    }

    [Fact]
    public void What_cannot_be_written_is_in_force_and_written_when_it_can_be()
    {
        using var other = new SqliteStore(Path, Durability.Disk).Open();
        using (var command = other.CreateCommand())
        {
            command.CommandText = "ALTER TABLE opening RENAME TO elsewhere";
            command.ExecuteNonQuery();
            openings.Take(Tax, Closed((-1, 5)));
            Assert.False(openings.Keep());
            Assert.NotNull(openings.RefusalOf(Tax));
            command.CommandText = "ALTER TABLE elsewhere RENAME TO opening";
            command.ExecuteNonQuery();
        }
        Assert.True(openings.Keep());
        Assert.Equal(Tax, Assert.Single(store.Read()).Agency);
    }

    [Fact]
    public void A_row_that_is_no_opening_any_more_is_passed_over_and_a_file_that_is_none_is_told_with_what_to_do()
    {
        openings.Take(Tax, Closed((-1, 5)));
        openings.Keep();
        using (var other = new SqliteStore(Path, Durability.Disk).Open())
        using (var command = other.CreateCommand())
        {
            command.CommandText = "INSERT INTO opening VALUES ('jp.pension', x'ff'), ('jp.other', x'0a0408021001')";
            command.ExecuteNonQuery();
        }
        Restart();
        Assert.Equal((1, true), (openings.CountClosed(), openings.OpensAt(Tax) is not null));

        var broken = System.IO.Path.Combine(folder, "broken.db");
        File.WriteAllText(broken, new string('x', 10_000));
        Assert.Contains("Put it aside", Assert.Throws<StoreException>(() => OpeningStore.Open(broken)).Message, StringComparison.Ordinal);
    }

    void Restart()
    {
        openings.Dispose();
        store.Dispose();
        store = OpeningStore.Open(Path);
        openings = new Openings(store, NullLogger<Openings>.Instance, time);
    }

    /// <summary>Hours from now.</summary>
    Opening Closed(params ReadOnlySpan<(int From, int Until)> hours)
    {
        var opening = new Opening();
        foreach (var (from, until) in hours)
            opening.Closures.Add(new Closure { FromUnixMs = time.GetUtcNow().AddHours(from).ToUnixTimeMilliseconds(), UntilUnixMs = time.GetUtcNow().AddHours(until).ToUnixTimeMilliseconds() });
        return opening;
    }
}
