using Exchange.Hammer.Results;
using ScottPlot;
using ScottPlot.TickGenerators;

namespace Exchange.Hammer.Curves;

/// <summary>A panel a curve: each figure as a multiple of what it is at the smallest point.</summary>
static class CurvesFigure
{
    public const string File = "figures.svg";

    static readonly (string Name, Color Color, Func<CurvePoint, double?> Of)[] lines =
    [
        ("answers a second", Colors.DarkSeaGreen, point => point.PerSecond.Median),
        ("hub CPU a lookup", Colors.SteelBlue, point => point.HubCpu.Median),
        ("p50", Colors.Orange, point => point.P50.Median),
        ("p99", Colors.IndianRed, point => point.P99.Median),
        ("hub's start", Colors.Gray, point => point.Start.HubSeconds),
        ("hub's live memory", Colors.SaddleBrown, point => point.HubLive),
        ("adapter's live memory", Colors.MediumPurple, point => point.AdapterLive),
    ];

    public static string Draw(CurvesFigures figures) => Figures.SideBySide([.. figures.Curves.Select(Panel)]);

    static Plot Panel(CurveFigures curve)
    {
        var plot = new Plot();
        double[] sizes = [.. curve.Points.Select(point => Math.Log10(point.Size))];
        var highest = 2.0;
        foreach (var (name, color, of) in lines)
        {
            double[] times = [.. curve.Points.Select(point => of(point) / of(curve.Points[0])).OfType<double>().Where(double.IsFinite)];
            if (times.Length < sizes.Length)
                // Not taken at every point.
                continue;
            highest = Math.Max(highest, times.Max());
            var line = plot.Add.Scatter(sizes, times);
            (line.LegendText, line.Color, line.LineWidth, line.MarkerSize) = (name, color, 2, 5);
        }
        plot.Title(curve.Name);
        plot.XLabel("how many");
        plot.YLabel("times the smallest");
        plot.Axes.Bottom.TickGenerator = new NumericAutomatic
        {
            MinorTickGenerator = new LogMinorTickGenerator(),
            IntegerTicksOnly = true,
            LabelFormatter = power => FormattableString.Invariant($"{Math.Pow(10, power):#,0}"),
        };
        plot.Axes.SetLimitsY(0, 1.1 * highest);
        plot.ShowLegend(Edge.Right);
        return plot;
    }
}
