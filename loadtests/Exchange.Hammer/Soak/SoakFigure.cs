using Exchange.Hammer.Results;
using ScottPlot;

namespace Exchange.Hammer.Soak;

/// <summary>Memory and throughput over time.</summary>
static class SoakFigure
{
    public const string File = "figures.svg";

    public static string Draw(SoakFigures figures)
    {
        double[] minutes = [.. figures.Samples.Select(one => one.Seconds / 60)];
        var memory = Over("The hub's memory", "MB", minutes);
        Add(memory, "private", Colors.SteelBlue, minutes, [.. figures.Samples.Select(one => one.Private / 1e6)]);
        if (figures.Growth is not null)
            Add(memory, "live, after a full collection", Colors.Orange, minutes, [.. figures.Samples.Select(one => one.Heap!.Value / 1e6)]);
        memory.Axes.SetLimitsY(0, 1.1 * Math.Max(figures.Samples.Max(one => one.Private), figures.Samples.Max(one => one.Heap ?? 0)) / 1e6);
        memory.ShowLegend(Edge.Right);
        var pace = Over("Lookups a second", "a second", minutes[1..]);
        double[] paces = [.. figures.Samples.Skip(1).Select(one => one.PerSecond)];
        Add(pace, "lookups", Colors.DarkSeaGreen, minutes[1..], paces);
        pace.Axes.SetLimitsY(0, 1.1 * paces.Max());
        return Figures.SideBySide([memory, pace]);
    }

    static Plot Over(string title, string unit, double[] minutes)
    {
        var plot = new Plot();
        plot.Title(title);
        plot.XLabel("minutes of load");
        plot.YLabel(unit);
        plot.Axes.SetLimitsX(0, minutes[^1]);
        return plot;
    }

    static void Add(Plot plot, string name, Color color, double[] x, double[] y)
    {
        var line = plot.Add.Scatter(x, y);
        (line.LegendText, line.Color, line.LineWidth, line.MarkerSize) = (name, color, 2, 4);
    }
}
