using CsCheck;
using Exchange.Hosting.Calendar;
using Exchange.V1;

namespace Exchange.Hosting.Tests.Calendar;

public sealed class ClosuresTests
{
    static readonly DateTimeOffset now = new(2026, 4, 1, 0, 0, 0, TimeSpan.Zero);

    static readonly Gen<ClosedSpan[]> spans = Gen.Select(Gen.Int[-100, 100], Gen.Int[0, 30], (from, length) => new ClosedSpan(At(from), At(from + length))).Array[0, 20];

    [Fact]
    public void A_moment_is_closed_if_and_only_if_some_span_covers_it_and_opens_when_no_span_goes_on() => spans.Sample(some =>
    {
        var closures = Closures.Of(some);
        for (var minute = -101; minute <= 131; minute++)
        {
            var time = At(minute);
            var opens = time;
            while (some.Any(one => one.From <= opens && opens < one.Until))
                opens = some.Where(one => one.From <= opens && opens < one.Until).Max(one => one.Until);
            Assert.Equal(opens == time ? null : opens, closures.OpensAt(time));
            Assert.Equal(closures.Spans.Where(one => one.From > time).Select(one => (ClosedSpan?)one).FirstOrDefault(), closures.Next(time));
        }
    });

    [Fact]
    public void What_is_told_comes_back_whole() => spans.Sample(some =>
    {
        var closures = Closures.Of(some);
        Assert.True(Closures.TryRead(Opening.Parser.ParseFrom(Google.Protobuf.MessageExtensions.ToByteArray(closures.ToMessage())), now, out var read, out _));
        Assert.Equal(closures.Spans, read.Spans);
    });

    [Fact]
    public void As_many_as_may_be_at_most_as_far_and_as_long_as_may_be_are_taken()
    {
        var day = (long)TimeSpan.FromDays(1).TotalMilliseconds;
        Assert.Null(Refused(Enumerable.Range(0, 64).Select(i => (2L * i, 2L * i + 1))));
        Assert.NotNull(Refused(Enumerable.Range(0, 65).Select(i => (2L * i, 2L * i + 1))));
        Assert.Null(Refused([(36 * day, 36 * day + 1)]));
        Assert.NotNull(Refused([(36 * day + 1, 36 * day + 2)]));
        Assert.Null(Refused([(0, 366 * day)]));
        Assert.NotNull(Refused([(0, 366 * day + 1)]));
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 1)]
    [InlineData(0, 100L * 366 * 86_400_000)]
    [InlineData(long.MinValue / 2, 0)]
    [InlineData(0, long.MaxValue / 2)]
    [InlineData(long.MinValue / 2, long.MaxValue / 2)]
    public void A_closure_that_ends_before_it_begins_or_lasts_for_ever_is_refused(long from, long until) => Assert.NotNull(Refused([(from, until)]));

    [Theory]
    [InlineData(0, 10, 10, 20)]
    [InlineData(0, 10, 5, 20)]
    [InlineData(20, 30, 0, 10)]
    [InlineData(0, 10, 0, 10)]
    public void Closures_that_touch_overlap_or_are_out_of_order_are_refused(long from, long until, long nextFrom, long nextUntil) =>
        Assert.NotNull(Refused([(from, until), (nextFrom, nextUntil)]));

    [Fact]
    public void Whatever_numbers_come_are_taken_or_refused_in_words() =>
        Gen.Select(Gen.Long, Gen.Long).Array[0, 80].Sample(some =>
        {
            var said = new Opening { Closures = { some.Select(one => new Closure { FromUnixMs = one.Item1, UntilUnixMs = one.Item2 }) } };
            Assert.Equal(Closures.TryRead(said, now, out var closures, out var why), why is null);
            Assert.Equal(closures is null, why is not null);
        });

    static string? Refused(IEnumerable<(long From, long Until)> milliseconds)
    {
        var at = now.ToUnixTimeMilliseconds();
        var said = new Opening { Closures = { milliseconds.Select(one => new Closure { FromUnixMs = at + one.From, UntilUnixMs = at + one.Until }) } };
        return Closures.TryRead(said, now, out _, out var why) ? null : why;
    }

    static DateTimeOffset At(int minute) => now.AddMinutes(minute);
}
