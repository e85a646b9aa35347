using Exchange.Gateway.Routing;

namespace Exchange.Gateway.Tests.Routing;

public sealed class NodeTableTests
{
    [Fact]
    public void Places_are_given_to_as_many_as_may_however_many_come_at_once()
    {
        var nodes = new NodeTable();
        var given = 0;
        Parallel.For(0, 1000, _ =>
        {
            if (nodes.TryReserve("jp.tax", 64))
                Interlocked.Increment(ref given);
        });
        Assert.Equal(64, given);
        Assert.True(nodes.TryReserve("jp.pension", 64));
        nodes.Release("jp.tax");
        Assert.True(nodes.TryReserve("jp.tax", 64));
        Assert.False(nodes.TryReserve("jp.tax", 64));
    }

    [Fact]
    public void Places_given_back_leave_nothing_behind()
    {
        var nodes = new NodeTable();
        for (var i = 0; i < 3; i++)
        {
            Assert.True(nodes.TryReserve("jp.tax", 1));
            nodes.Release("jp.tax");
        }
        Assert.True(nodes.TryReserve("jp.tax", 1));
    }
}
