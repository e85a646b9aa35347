using Exchange.Adapter.Asking;

namespace Exchange.Adapter.Tests.Asking;

public sealed class QuestionSealerTests
{
    [Theory]
    [InlineData(0, 1)]
    [InlineData(0.4, 1)]
    [InlineData(1.9, 1)]
    [InlineData(90_000, 90_000)]
    public void A_maximum_age_however_small_never_becomes_any_age(double milliseconds, ulong isSealed) =>
        Assert.Equal(isSealed, QuestionSealer.MaxAgeMs(TimeSpan.FromMilliseconds(milliseconds)));

    [Fact]
    public void Without_one_any_age_will_do() => Assert.Equal(0UL, QuestionSealer.MaxAgeMs(null));
}
