using System.Globalization;
using Spectre.Console;

namespace Exchange.Adapter.Commands.Lists;

/// <summary>What whoever runs a list sees: mistakes, progress, outcomes. A bar on a terminal, plain lines elsewhere.</summary>
public sealed class ListScreen(IAnsiConsole console, TimeProvider time)
{
    /// <summary>Where nobody says how wide a line may be.</summary>
    const int PlainWidth = 120;

    /// <summary>The report has them all.</summary>
    public const int MostMistakes = 100;

    static readonly TimeSpan redraw = TimeSpan.FromMilliseconds(200), plain = TimeSpan.FromSeconds(2);

    readonly long started = time.GetTimestamp();

    public static ListScreen OnConsole()
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings());
        if (Console.IsOutputRedirected)
            console.Profile.Width = PlainWidth;
        return new ListScreen(console, TimeProvider.System);
    }

    public void Say(string text) => console.Write(new Text(text + Environment.NewLine));

    internal void Mistakes(IReadOnlyList<ListLine> lines)
    {
        var bad = lines.Where(line => !line.IsGood).ToArray();
        foreach (var line in bad.Take(MostMistakes))
            Say(line.Mistake is { } mistake ? $"line {line.Number}: {mistake}" : $"line {line.Number}: the same person as line {line.SameAs}");
        if (bad.Length > MostMistakes)
            Say($"and {bad.Length - MostMistakes} lines more, all named in the report");
        Say($"{lines.Count} lines: {lines.Count - bad.Length} people to ask about, {bad.Count(line => line.Mistake is not null)} bad lines, {bad.Count(line => line.SameAs > 0)} duplicates.");
    }

    /// <summary>Until a file is read that may be long.</summary>
    public Task Reading(Func<int> read, Task work) => Every(plain, work, () => Say($"{read()} read so far"));

    /// <summary>Until the work is over.</summary>
    public async Task Progress(int total, Func<int> done, Task work)
    {
        if (!console.Profile.Capabilities.Interactive || !console.Profile.Out.IsTerminal)
        {
            await Every(plain, work, () => Say($"{done()} of {total}, {Rate(done())} a second")).ConfigureAwait(false);
            return;
        }
        await console.Progress().Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn()).StartAsync(async context =>
        {
            var bar = context.AddTask("", maxValue: Math.Max(1, total));
            await Every(redraw, work, Draw).ConfigureAwait(false);
            Draw();

            void Draw()
            {
                bar.Value = done();
                bar.Description = $"{done()} of {total}, {Rate(done())} a second";
            }
        }).ConfigureAwait(false);
    }

    public void Outcomes(IEnumerable<KeyValuePair<string, int>> counts, int answered)
    {
        var table = new Table { Border = TableBorder.Rounded }.AddColumn("outcome").AddColumn(new TableColumn("lines").RightAligned());
        foreach (var (outcome, count) in counts)
            table.AddRow(outcome, count.ToString(CultureInfo.InvariantCulture));
        console.Write(table);
        Say(string.Create(CultureInfo.InvariantCulture, $"{answered} results in {time.GetElapsedTime(started).TotalSeconds:0.0} s, {Rate(answered)} a second."));
    }

    string Rate(int done) => (done / Math.Max(0.001, time.GetElapsedTime(started).TotalSeconds)).ToString("0.0", CultureInfo.InvariantCulture);

    async Task Every(TimeSpan period, Task work, Action show)
    {
        using var timer = new PeriodicTimer(period, time);
        while (await Task.WhenAny(work, timer.WaitForNextTickAsync().AsTask()).ConfigureAwait(false) != work)
            show();
    }
}
