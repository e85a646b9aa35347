using Exchange.Sandbox.Residents;

namespace Exchange.Hammer.Bulk;

/// <param name="People">On the list.</param>
sealed record BulkPlan(int People)
{
    /// <summary>What the target speaks of.</summary>
    public const int Wanted = 100_000;

    /// <summary>As many as a list remembers.</summary>
    public const int Most = 1_000_000;

    /// <summary>On a list before, so that sessions are open: others than those that count, who are COLD all of them.</summary>
    public const int WarmUp = 64;

    /// <summary>Of the exchange: some children are not insured.</summary>
    public int Residents => (People + WarmUp) * 6 / 5 + 6;

    /// <summary>Why it would measure nothing; none when it may run.</summary>
    public IEnumerable<string> Mistakes()
    {
        if (People is < 1 or > Most)
            yield return $"'--people' takes 1 to {Most}.";
    }

    /// <summary>Those of the list, and those of the one before it.</summary>
    public (Resident[] List, Resident[] Before) Split(IEnumerable<Resident> insured) => insured.Take(People + WarmUp).ToArray() is var all ? (all[..People], all[People..]) : default;
}
