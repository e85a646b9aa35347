using Exchange.Gateway.Limits;

namespace Exchange.Gateway.Tests.Limits;

public sealed class PlacesTests
{
    [Fact]
    public void Places_are_given_to_as_many_as_may_however_many_come_at_once()
    {
        var places = new Places(64);
        var given = 0;
        Parallel.For(0, 1000, _ =>
        {
            if (places.Take("jp.tax") is not null)
                Interlocked.Increment(ref given);
        });
        Assert.Equal(64, given);
        Assert.NotNull(places.Take("jp.pension"));
        Assert.Null(places.Take("jp.tax"));
    }

    [Fact]
    public void A_place_is_given_back_once_and_leaves_nothing_behind()
    {
        var places = new Places(2);
        var first = places.Take("jp.tax");
        Assert.NotNull(places.Take("jp.tax"));
        first!.Dispose();
        first.Dispose();
        var second = places.Take("jp.tax");
        Assert.NotNull(second);
        Assert.Null(places.Take("jp.tax"));

        var empty = new Places(1);
        for (var i = 0; i < 3; i++)
            using (var place = empty.Take("jp.tax"))
                Assert.NotNull(place);
        Assert.Equal(0, empty.Agencies);
    }
}
