using Exchange.Adapter.Caching;
using Microsoft.Extensions.Time.Testing;

namespace Exchange.Adapter.Tests.Caching;

public sealed class DropsTests
{
    [Fact]
    public void More_people_than_are_remembered_drop_everybody_of_their_data_set()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.Parse("2026-01-01T00:00:00Z", null));
        var drops = new Drops(TimeSpan.FromMinutes(1), clock);
        for (var i = 0; i <= 100_000; i++)
            drops.Drop("a", $"p{i}");
        Assert.Equal(Moment.Now(clock), drops.Last("a", "p0"));
        Assert.Equal(Moment.Now(clock), drops.Last("a", "never dropped"));
        Assert.Null(drops.Last("b", "p0"));
    }

    [Fact]
    public void What_has_outlived_every_entry_is_forgotten_first()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.Parse("2026-01-01T00:00:00Z", null));
        var drops = new Drops(TimeSpan.FromMinutes(1), clock);
        for (var i = 0; i < 100_000; i++)
            drops.Drop("a", $"p{i}");
        clock.Advance(TimeSpan.FromMinutes(2));
        drops.Drop("a", "last");
        Assert.Null(drops.Last("a", "p0"));
        Assert.Equal(Moment.Now(clock), drops.Last("a", "last"));
    }
}
