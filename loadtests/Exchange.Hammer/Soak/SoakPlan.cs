namespace Exchange.Hammer.Soak;

/// <param name="Length">Of the load, in stretches of <paramref name="Every"/>; what is read between them is not counted.</param>
/// <param name="Every">After so much of it everything is read.</param>
/// <param name="WarmUp">Before the first reading.</param>
/// <param name="Concurrency">How many ask at once.</param>
/// <param name="People">Residents, half of them the requester's.</param>
sealed record SoakPlan(TimeSpan Length, TimeSpan Every, TimeSpan WarmUp, int Concurrency, int People)
{
    /// <summary>What the target speaks of.</summary>
    public static readonly TimeSpan Wanted = TimeSpan.FromMinutes(10);

    /// <summary>Fewer show no line, and half of them are looked at apart.</summary>
    const int FewestStretches = 6;

    public int Stretches => (int)(Length / Every);

    /// <summary>Why it would measure nothing; none when it may run.</summary>
    public IEnumerable<string> Mistakes()
    {
        if (Every < TimeSpan.FromSeconds(1) || WarmUp < TimeSpan.FromSeconds(1))
            yield return "'--every' and '--warm-up' must be 1 or more.";
        else if (Stretches < FewestStretches)
            yield return $"'--seconds' must be {FewestStretches} times '--every' or more: fewer readings show no line.";
        if (Concurrency is < 1 or > 1000)
            yield return "'--concurrency' takes 1 to 1000.";
        if (People < 4 * Concurrency || People > 100_000)
            yield return $"'--people' must be from {4 * Concurrency} (four times '--concurrency') to 100000.";
    }
}
