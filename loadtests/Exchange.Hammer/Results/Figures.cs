using Exchange.Hammer.Measurement;
using ScottPlot;
using ScottPlot.TickGenerators;

namespace Exchange.Hammer.Results;

/// <summary>Throughput, median latency and CPU over concurrency, with the spread of the rounds.</summary>
static class Figures
{
    const int Width = 560, Height = 420;

    public static void Save(Report report, string path)
    {
        (string Title, string Unit, Func<Cell, Spread> Figure)[] shown =
        [
            ("Throughput", "answers a second", cell => cell.PerSecond),
            ("Median latency", "µs", cell => cell.P50),
            ("CPU of all processes", "µs a lookup", cell => cell.TotalCpu),
        ];
        var figures = shown.Select((one, place) => Beside(place, Draw(report, one.Title, one.Unit, one.Figure).GetSvgXml(Width, Height)));
        File.WriteAllText(path, FormattableString.Invariant(
            $"""<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="{shown.Length * Width}" height="{Height}">{string.Concat(figures)}</svg>""") + "\n");
    }

    /// <summary>A plot is a whole SVG document of its own: without its prologue it nests in another.</summary>
    static string Beside(int place, string svg) => svg[svg.IndexOf("<svg", StringComparison.Ordinal)..].Replace("<svg", FormattableString.Invariant($"<svg x=\"{place * Width}\""), StringComparison.Ordinal);

    static Plot Draw(Report report, string title, string unit, Func<Cell, Spread> figure)
    {
        var plot = new Plot();
        var loads = report.Plan.Concurrency;
        foreach (var contender in report.Closed.GroupBy(cell => cell.Contender))
        {
            double[] at = [.. contender.Select(cell => Place(loads, cell.Concurrency))];
            var line = plot.Add.Scatter(at, [.. contender.Select(cell => Math.Log10(figure(cell).Median))]);
            line.LegendText = contender.Key;
            line.LineWidth = 2;
            foreach (var cell in contender)
            {
                var spread = figure(cell);
                plot.Add.Line(Place(loads, cell.Concurrency), Math.Log10(spread.Min), Place(loads, cell.Concurrency), Math.Log10(spread.Max)).Color = line.Color;
            }
        }
        plot.Title(title);
        plot.YLabel(unit);
        plot.XLabel("at once");
        plot.Axes.Bottom.TickGenerator = new NumericManual([.. loads.Select((_, place) => (double)place)], [.. loads.Select(load => FormattableString.Invariant($"{load}"))]);
        plot.Axes.Left.TickGenerator = new NumericAutomatic
        {
            MinorTickGenerator = new LogMinorTickGenerator(),
            IntegerTicksOnly = true,
            LabelFormatter = power => FormattableString.Invariant($"{Math.Pow(10, power):#,0}"),
        };
        plot.ShowLegend(Alignment.LowerRight);
        return plot;
    }

    static double Place(IReadOnlyList<int> loads, int load) => loads.Index().First(one => one.Item == load).Index;
}
