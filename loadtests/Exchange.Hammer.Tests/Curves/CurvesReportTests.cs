using Exchange.Hammer.Curves;

namespace Exchange.Hammer.Tests.Curves;

public sealed class CurvesReportTests
{
    [Fact]
    public void A_report_says_of_each_curve_whether_it_is_flat_and_by_how_much_otherwise()
    {
        var figures = Sample.Figures();

        var text = CurvesReport.Write(figures);

        Assert.Null(figures.Shortcoming);
        Assert.All(Curve.All, curve => Assert.Contains($"## {curve.Name}\n", text, StringComparison.Ordinal));
        Assert.Contains("| 10,000,000 | 5,000 (4,950-5,050) | 50.0 (50.0 to 50.0) | 1,000 (1,000-1,000) |", text, StringComparison.Ordinal);
        var people = text[text.IndexOf("## people", StringComparison.Ordinal)..];
        Assert.Contains("- hub CPU: **rises by 100 %** for each tenfold; 4.00 times (4.00 to 4.00)", people, StringComparison.Ordinal);
        Assert.Contains("- answers a second: **falls by 50 %** for each tenfold", people, StringComparison.Ordinal);
        Assert.DoesNotContain("**rises", text[..text.IndexOf("## people", StringComparison.Ordinal)], StringComparison.Ordinal);
    }

    [Fact]
    public void A_point_that_nobody_took_is_named_with_the_reason_and_the_run_falls_short()
    {
        var whole = Sample.Figures();
        var figures = whole with { Curves = [.. whole.Curves.Select(curve => curve.Name == Curve.Matrix.Name ? curve with { Points = [.. curve.Points.SkipLast(1)], Missing = [new MissingPoint(100_000, "too\nmany")] } : curve)] };

        Assert.Equal("100000 could not be measured", figures.Shortcoming);
        Assert.Contains("- **100,000 could not be measured**: too / many", CurvesReport.Write(figures), StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_without_the_largest_points_or_with_few_curves_falls_short()
    {
        var figures = Sample.Figures();

        Assert.NotNull((figures with { Plan = figures.Plan with { IsQuick = true } }).Shortcoming);
        Assert.NotNull((figures with { Curves = [figures.Curves[0]] }).Shortcoming);
        Assert.NotNull((figures with { Plan = figures.Plan with { Rounds = 3 } }).Shortcoming);
    }

    [Fact]
    public void Each_curve_has_a_panel()
    {
        var svg = CurvesFigure.Draw(Sample.Figures());

        Assert.StartsWith("<svg", svg, StringComparison.Ordinal);
        Assert.Equal(Curve.All.Count, svg.Split("<svg x=").Length - 1);
        Assert.DoesNotContain("NaN", svg, StringComparison.Ordinal);
    }
}
