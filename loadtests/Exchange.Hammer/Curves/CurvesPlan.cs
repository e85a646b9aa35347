namespace Exchange.Hammer.Curves;

/// <param name="Curves">Names of those that are measured.</param>
/// <param name="WarmUp">Of each point.</param>
/// <param name="Rounds">Of every point of a curve, taking turns.</param>
/// <param name="Length">Of a point in one round.</param>
/// <param name="IsQuick">The largest point of each curve is left out.</param>
/// <param name="Concurrency">How many ask at once.</param>
/// <param name="People">Residents of each exchange, half of them the requester's.</param>
sealed record CurvesPlan(IReadOnlyList<string> Curves, TimeSpan WarmUp, int Rounds, TimeSpan Length, bool IsQuick, int Concurrency, int People)
{
    /// <summary>What a run must have for a figure to be judged by it.</summary>
    public const int WantedRounds = 5;

    public static readonly TimeSpan WantedLength = TimeSpan.FromSeconds(5);

    /// <summary>Why it would measure nothing; none when it may run.</summary>
    public IEnumerable<string> Mistakes()
    {
        if (Curves.Count == 0 || Curves.Any(name => Curve.All.All(one => one.Name != name)))
            yield return $"'--curve' takes {string.Join(", ", Curve.All.Select(one => one.Name))}.";
        if (WarmUp < TimeSpan.FromSeconds(1) || Length < TimeSpan.FromSeconds(1))
            yield return "'--seconds' and '--warm-up' must be 1 or more.";
        if (Rounds < 3)
            yield return "'--rounds' must be 3 or more: fewer show no spread, so no figure would mean anything.";
    }

    public IReadOnlyList<int> Sizes(Curve curve) => IsQuick ? [.. curve.Sizes.SkipLast(1)] : curve.Sizes;
}
