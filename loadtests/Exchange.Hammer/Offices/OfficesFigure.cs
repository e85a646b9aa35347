using Exchange.Hammer.Results;
using ScottPlot;

namespace Exchange.Hammer.Offices;

/// <summary>Offered and answered over time, a plot a scenario.</summary>
static class OfficesFigure
{
    public const string File = "figures.svg";

    public static string Draw(OfficesFigures figures) => Figures.SideBySide([.. figures.Scenes.Select(Over)]);

    static Plot Over(OfficeScene scene)
    {
        var plot = new Plot();
        Add(plot, "offered", Colors.Gray, scene.Stretch.Offered);
        Add(plot, "answered", Colors.SteelBlue, scene.Stretch.Answered);
        plot.Title(scene.Scenario);
        plot.XLabel("seconds");
        plot.YLabel("lookups a second");
        plot.Axes.SetLimitsY(0, 1.1 * Math.Max(1, Math.Max(scene.Stretch.Offered.Max(), scene.Stretch.Answered.Max())));
        plot.ShowLegend(Edge.Right);
        return plot;
    }

    static void Add(Plot plot, string name, Color color, IReadOnlyList<long> values)
    {
        var line = plot.Add.Scatter([.. values.Index().Select(one => one.Index + 0.5)], values.Select(one => (double)one).ToArray());
        (line.LegendText, line.Color, line.LineWidth, line.MarkerSize) = (name, color, 2, 4);
    }
}
