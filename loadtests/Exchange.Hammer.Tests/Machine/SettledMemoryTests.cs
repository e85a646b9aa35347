using Exchange.Hammer.Machine;

namespace Exchange.Hammer.Tests.Machine;

public class SettledMemoryTests
{
    [Theory]
    [InlineData(true, 1000L, 1001L, 1002L, 1003L, 1004L, 1005L, 1004L, 1003L)]
    [InlineData(false, 1000L, 1001L, 1002L, 1003L, 1004L, 1005L, 1006L, 1007L)]
    [InlineData(false, 1000L, 1000L, 1000L, 1000L, 1000L, 1000L, 1000L)]
    public void It_is_still_when_eight_readings_lie_within_half_a_percent(bool isStill, params long[] readings) => Assert.Equal(isStill, SettledMemory.IsStill(readings));
}
