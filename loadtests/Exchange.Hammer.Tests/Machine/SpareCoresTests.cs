using Exchange.Hammer.Machine;

namespace Exchange.Hammer.Tests.Machine;

public sealed class SpareCoresTests
{
    [Theory]
    [InlineData("0-1\n", "\t0-1\n", "")]
    [InlineData("0-1\n", "\t0\n", "1")]
    [InlineData("0-7\n", "\t0,2-4\n", "1,5,6,7")]
    public void What_is_online_and_was_not_given_is_spare(string online, string given, string spare) =>
        Assert.Equal(spare, SpareCores.Of(online, given));
}
