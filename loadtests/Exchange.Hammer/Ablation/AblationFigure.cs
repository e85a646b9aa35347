using Exchange.Hammer.Results;
using ScottPlot;
using ScottPlot.TickGenerators;

namespace Exchange.Hammer.Ablation;

/// <summary>CPU of each process rung by rung, and throughput.</summary>
static class AblationFigure
{
    public const string File = "figures.svg";

    static readonly (string Process, Color Color, Func<AblationCell, double> Cpu)[] processes =
    [
        ("generator, with the requester", Colors.LightGray, cell => cell.Generator.Median),
        ("middle: hub or relay", Colors.SteelBlue, cell => cell.Middle.Median),
        ("provider", Colors.DarkSeaGreen, cell => cell.Provider.Median),
    ];

    public static string Draw(AblationFigures figures) => Figures.SideBySide([.. figures.Plan.Concurrency.SelectMany(concurrency =>
    {
        AblationCell[] cells = [.. figures.Cells.Where(cell => cell.Concurrency == concurrency)];
        return new[] { Cpu(cells, concurrency), Throughput(cells, concurrency) };
    })]);

    static Plot Cpu(AblationCell[] cells, int concurrency)
    {
        var plot = Over(FormattableString.Invariant($"CPU of a lookup, {concurrency} at once"), "µs", cells);
        foreach (var (at, cell) in cells.Index())
        {
            var below = 0.0;
            foreach (var (_, color, cpu) in processes)
            {
                plot.Add.Bar(new Bar { Position = at, ValueBase = below, Value = below + cpu(cell), FillColor = color, LineWidth = 0.5f });
                below += cpu(cell);
            }
        }
        plot.Legend.ManualItems.AddRange(processes.Select(one => new LegendItem { LabelText = one.Process, FillColor = one.Color }));
        plot.ShowLegend(Edge.Right);
        return plot;
    }

    static Plot Throughput(AblationCell[] cells, int concurrency)
    {
        var plot = Over(FormattableString.Invariant($"Answers a second, {concurrency} at once"), "a second", cells);
        foreach (var (at, cell) in cells.Index())
        {
            plot.Add.Bar(new Bar { Position = at, Value = cell.PerSecond.Median, FillColor = Colors.SteelBlue, LineWidth = 0.5f });
            var label = plot.Add.Text(FormattableString.Invariant($"{cell.PerSecond.Median:#,0}"), at, cell.PerSecond.Median);
            (label.LabelFontSize, label.LabelAlignment) = (10, Alignment.LowerCenter);
        }
        return plot;
    }

    static Plot Over(string title, string unit, AblationCell[] cells)
    {
        var plot = new Plot();
        plot.Title(title);
        plot.YLabel(unit);
        plot.Axes.Bottom.TickGenerator = new NumericManual([.. cells.Select((_, at) => (double)at)], [.. cells.Select(cell => cell.Rung)]);
        plot.Axes.Margins(bottom: 0);
        return plot;
    }
}
