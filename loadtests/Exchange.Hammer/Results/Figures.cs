using Exchange.Hammer.Contenders;
using Exchange.Hammer.Measurement;
using ScottPlot;
using ScottPlot.TickGenerators;

namespace Exchange.Hammer.Results;

/// <summary>Latency against throughput, and where the CPU of a lookup goes.</summary>
static class Figures
{
    const int Width = 760, Height = 440;

    /// <summary>A colour a contender, the same in every report.</summary>
    static readonly Dictionary<string, Color> colors = Lineup.All.Index().ToDictionary(one => one.Item, one => new ScottPlot.Palettes.Category10().GetColor(one.Index));

    static readonly (string Process, Color Color, Func<Cell, Spread?> Cpu)[] processes =
    [
        ("generator, with the requester", Colors.LightGray, cell => cell.GeneratorCpu),
        ("requester's adapter", Colors.Orange, cell => cell.AdapterCpu),
        ("middle: hub or proxy", Colors.SteelBlue, cell => cell.HubCpu),
        ("provider", Colors.DarkSeaGreen, cell => cell.ProviderCpu),
    ];

    public static void Save(Report report, string path) => File.WriteAllText(path, Draw(report));

    /// <returns>One SVG.</returns>
    public static string Draw(Report report)
    {
        var cells = report.Closed.Where(cell => cell.Size == report.Plan.Sizes[0]).ToArray();
        int[] loads = [.. new[] { report.Plan.MiddleConcurrency, report.Plan.Concurrency.Max() }.Distinct()];
        Plot[] plots = [Latency(cells), .. loads.Select(load => Cpu([.. cells.Where(cell => cell.Concurrency == load)], load))];
        return SideBySide(plots);
    }

    /// <returns>One SVG.</returns>
    public static string SideBySide(IReadOnlyList<Plot> plots) => FormattableString.Invariant(
        $"""<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="{plots.Count * Width}" height="{Height}">{string.Concat(plots.Select((plot, place) => Beside(place, plot.GetSvgXml(Width, Height))))}</svg>""") + "\n";

    /// <summary>A plot is a whole SVG document of its own: without its prologue it nests in another.</summary>
    static string Beside(int place, string svg) => svg[svg.IndexOf("<svg", StringComparison.Ordinal)..].Replace("<svg", FormattableString.Invariant($"<svg x=\"{place * Width}\""), StringComparison.Ordinal);

    /// <summary>A line a contender, a mark a load, from few askers to many; thin lines are the spread of the rounds.</summary>
    static Plot Latency(IReadOnlyList<Cell> cells)
    {
        var plot = new Plot();
        foreach (var contender in cells.GroupBy(cell => cell.Id))
        {
            var line = plot.Add.Scatter([.. contender.Select(cell => Math.Log10(cell.PerSecond.Median))], contender.Select(cell => Math.Log10(cell.P50.Median)).ToArray());
            line.LegendText = Lineup.Name(contender.Key);
            line.Color = colors[contender.Key];
            line.LineWidth = 2;
            line.MarkerSize = 7;
            foreach (var cell in contender)
            {
                var (x, y) = (Math.Log10(cell.PerSecond.Median), Math.Log10(cell.P50.Median));
                plot.Add.Line(Math.Log10(cell.PerSecond.Min), y, Math.Log10(cell.PerSecond.Max), y).Color = line.Color;
                plot.Add.Line(x, Math.Log10(cell.P50.Min), x, Math.Log10(cell.P50.Max)).Color = line.Color;
                var label = plot.Add.Text(FormattableString.Invariant($"{cell.Concurrency}"), x, y);
                label.LabelFontColor = line.Color;
                label.LabelFontSize = 10;
                label.OffsetX = 5;
            }
        }
        plot.Title("Median latency against throughput, for so many at once");
        plot.XLabel("answers a second");
        plot.YLabel("µs");
        plot.Axes.Bottom.TickGenerator = Powers();
        plot.Axes.Left.TickGenerator = Powers();
        plot.ShowLegend(Edge.Right);
        return plot;
    }

    /// <summary>A bar a contender, the processes stacked.</summary>
    static Plot Cpu(IReadOnlyList<Cell> cells, int load)
    {
        var plot = new Plot();
        foreach (var (cell, place) in cells.Select((cell, place) => (cell, place)))
        {
            var below = 0.0;
            foreach (var (_, color, cpu) in processes)
                if (cpu(cell) is { } spent)
                {
                    plot.Add.Bar(new Bar { Position = place, ValueBase = below, Value = below + spent.Median, FillColor = color, LineWidth = 0.5f });
                    below += spent.Median;
                }
        }
        plot.Title(FormattableString.Invariant($"CPU of a lookup, {load} at once"));
        plot.YLabel("µs");
        plot.Axes.Bottom.TickGenerator = new NumericManual([.. cells.Select((_, place) => (double)place)], [.. cells.Select(cell => cell.Id)]);
        plot.Axes.Margins(bottom: 0);
        plot.Legend.ManualItems.AddRange(processes.Select(one => new LegendItem { LabelText = one.Process, FillColor = one.Color }));
        plot.ShowLegend(Edge.Right);
        return plot;
    }

    static NumericAutomatic Powers() => new()
    {
        MinorTickGenerator = new LogMinorTickGenerator(),
        IntegerTicksOnly = true,
        LabelFormatter = power => FormattableString.Invariant($"{Math.Pow(10, power):#,0}"),
    };
}
