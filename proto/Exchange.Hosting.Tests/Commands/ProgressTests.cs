using Exchange.Hosting.Commands;
using Microsoft.Extensions.Time.Testing;

namespace Exchange.Hosting.Tests.Commands;

public sealed class ProgressTests
{
    [Fact]
    public void What_is_over_within_two_seconds_says_nothing()
    {
        var (time, screen) = (new FakeTimeProvider(), new StringWriter());
        using (var progress = new Progress(screen, isTerminal: true, time))
        {
            progress.At("entries", 5, 10);
            time.Advance(TimeSpan.FromSeconds(1.9));
        }
        Assert.Empty(screen.ToString());
    }

    [Fact]
    public void What_takes_longer_says_how_far_it_is_on_one_line_that_is_cleared()
    {
        var (time, screen) = (new FakeTimeProvider(), new StringWriter());
        using (var progress = new Progress(screen, isTerminal: true, time))
        {
            progress.At("SQLite looks at every page", 0, 0);
            time.Advance(TimeSpan.FromSeconds(2));
            progress.At("entries", 0, 10_000);
            time.Advance(TimeSpan.FromSeconds(2));
            progress.At("entries", 5_000, 10_000);
            time.Advance(TimeSpan.FromSeconds(0.5));
        }
        Assert.Contains("\rSQLite looks at every page ...", screen.ToString(), StringComparison.Ordinal);
        Assert.Contains("\rentries: 5,000 of 10,000, 50 %, 2,000 a second", screen.ToString(), StringComparison.Ordinal);
        Assert.EndsWith(" \r", screen.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Elsewhere_than_on_a_terminal_it_is_lines()
    {
        var (time, screen) = (new FakeTimeProvider(), new StringWriter { NewLine = "\n" });
        using (var progress = new Progress(screen, isTerminal: false, time))
        {
            progress.At("entries", 5, 10);
            time.Advance(TimeSpan.FromSeconds(2));
            progress.At("entries", 10, 10);
            time.Advance(TimeSpan.FromSeconds(10));
        }
        Assert.Equal(["entries: 5 of 10, 50 %, 2 a second", "entries: 10 of 10, 100 %, 1 a second"], screen.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }
}
