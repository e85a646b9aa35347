namespace Exchange.Hammer.Soak;

/// <summary>The slope of a straight line through points, by least squares, and the bounds between which it lies with 95 % if they scatter about a line by chance.</summary>
sealed record Trend(double Slope, double Low, double High)
{
    const int Fewest = 3;

    /// <summary>Student's t for 95 % on both sides, by degrees of freedom from 1.</summary>
    static readonly double[] student =
    [
        12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160, 2.145, 2.131, 2.120, 2.110, 2.101, 2.093, 2.086,
        2.080, 2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048, 2.045, 2.042,
    ];

    /// <returns>Null with fewer than three points, or when all have the same place.</returns>
    public static Trend? Of(IReadOnlyList<(double X, double Y)> points)
    {
        if (points.Count < Fewest)
            return null;
        var (meanX, meanY) = (points.Average(one => one.X), points.Average(one => one.Y));
        var spread = points.Sum(one => (one.X - meanX) * (one.X - meanX));
        if (spread == 0)
            return null;
        var slope = points.Sum(one => (one.X - meanX) * (one.Y - meanY)) / spread;
        var off = points.Sum(one => Math.Pow(one.Y - meanY - slope * (one.X - meanX), 2));
        var freedom = points.Count - 2;
        var reach = Math.Sqrt(off / freedom / spread) * student[Math.Min(freedom, student.Length) - 1];
        return new Trend(slope, slope - reach, slope + reach);
    }

    /// <summary>Of another unit of the place, so many times as large.</summary>
    public Trend Per(double times) => new(Math.Round(Slope * times, 1), Math.Round(Low * times, 1), Math.Round(High * times, 1));
}
