using Exchange.Hammer.Machine;

namespace Exchange.Hammer.Tests.Machine;

public sealed class BusyCoresTests
{
    [Fact]
    public void Only_processors_that_were_given_count()
    {
        string[] stat =
        [
            "cpu  300 0 0 600 100 0 0 0 0 0",
            "cpu0 100 0 0 0 0 0 0 0 0 0",
            "cpu1 100 0 0 300 0 0 0 0 50 0",
            "cpu10 100 0 0 300 100 0 0 0 0 0",
            "intr 12345",
        ];
        Assert.Equal(new BusyCores(900, 700), BusyCores.Of(stat, [1, 10]));
        Assert.Equal(new BusyCores(100, 0), BusyCores.Of(stat, [0]));
    }
}
