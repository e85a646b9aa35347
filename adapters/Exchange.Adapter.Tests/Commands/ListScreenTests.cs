using Exchange.Adapter.Commands.Lists;
using Microsoft.Extensions.Time.Testing;
using Spectre.Console;

namespace Exchange.Adapter.Tests.Commands;

public sealed class ListScreenTests : IDisposable
{
    readonly FakeTimeProvider time = new();
    readonly StringWriter output = new();

    [Fact]
    public async Task Where_there_is_no_terminal_a_line_every_two_seconds_says_how_far_it_is_and_how_fast()
    {
        var done = 0;
        var work = new TaskCompletionSource();
        var screen = Screen();
        var progress = screen.Progress(1000, () => done, work.Task);
        for (var second = 1; second <= 5; second++)
        {
            done += 100;
            time.Advance(TimeSpan.FromSeconds(1));
            var lines = second / 2;
            while (output.ToString().Split('\n').Length - 1 < lines)
                await Task.Yield();
        }
        work.SetResult();
        await progress;
        Assert.Equal(["200 of 1000, 100.0 a second", "400 of 1000, 100.0 a second"], Lines());
    }

    [Fact]
    public void Of_very_many_mistakes_the_first_hundred_are_shown_and_the_rest_counted()
    {
        Screen().Mistakes([.. Enumerable.Range(2, 150).Select(number => new ListLine(number, "", "'person' is missing", 0)), new ListLine(152, "4711", null, 0), new ListLine(153, "4711", null, 152)]);
        var lines = Lines();
        Assert.Equal(("line 2: 'person' is missing", "line 101: 'person' is missing"), (lines[0], lines[99]));
        Assert.Equal(["and 51 lines more, all named in the report", "152 lines: 1 people to ask about, 150 bad lines, 1 duplicates."], lines[100..]);
    }

    [Fact]
    public void At_the_end_stands_how_many_lines_have_which_outcome()
    {
        var screen = Screen();
        time.Advance(TimeSpan.FromSeconds(4));
        screen.Outcomes(new SortedDictionary<string, int> { ["FAILED"] = 3, ["LINKED"] = 97 }, 100);
        Assert.Equal("100 results in 4.0 s, 25.0 a second.", Lines()[^1]);
        Assert.Matches(@"FAILED\s+│\s+3 │[\s\S]*LINKED\s+│\s+97 │", output.ToString());
    }

    public void Dispose() => output.Dispose();

    string[] Lines() => [.. output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.TrimEnd())];

    ListScreen Screen()
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(output), Interactive = InteractionSupport.No, Ansi = AnsiSupport.No });
        console.Profile.Width = 120;
        console.Profile.Capabilities.Unicode = true;
        return new ListScreen(console, time);
    }
}
