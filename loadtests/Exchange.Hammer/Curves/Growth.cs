using Exchange.Hammer.Measurement;

namespace Exchange.Hammer.Curves;

/// <summary>How a figure of the largest point stands to that of the smallest.</summary>
/// <param name="Ratio">Each round against itself.</param>
/// <param name="Tenfolds">How many times ten times as much it is.</param>
/// <param name="IsMeasurable">False when the difference is smaller than what such a figure can show.</param>
sealed record Growth(string What, Spread Ratio, double Tenfolds, bool IsMeasurable)
{
    /// <summary>What still counts as nothing.</summary>
    public const double Tolerance = 0.1;

    /// <summary>Within the spread of the rounds, or near enough to it.</summary>
    public bool IsFlat => !IsMeasurable || Math.Round(Math.Abs(Ratio.Median - 1), 2) <= Tolerance || (Ratio.Min <= 1 && Ratio.Max >= 1);

    /// <summary>In %, for each ten times as much; below zero where it falls.</summary>
    public double EachTenfold => Math.Round((Math.Pow(Ratio.Median, 1 / Tenfolds) - 1) * 100, 1);

    /// <summary>For people.</summary>
    public string Words => IsFlat ? "flat" : FormattableString.Invariant($"**{(EachTenfold > 0 ? "rises" : "falls")} by {Math.Abs(EachTenfold):0} %** for each tenfold");
}
