using Exchange.Sandbox.Residents;

namespace Exchange.Hammer.Fairness;

/// <param name="Aggressors">Names of those that are let loose, one at a time.</param>
/// <param name="WarmUp">Of the closed loop that says how much the exchange can do.</param>
/// <param name="Rounds">Without and beside an aggressor, in turns.</param>
/// <param name="Length">Of either half of a round.</param>
/// <param name="Percent">Of what the closed loop reached, at which the victim asks.</param>
/// <param name="Times">How many times its quota the flooding agency asks.</param>
/// <param name="List">People on the list that is linked.</param>
/// <param name="Stuck">How many at once ask the provider that stops reading.</param>
/// <param name="Concurrency">Of the closed loop, and how many of the victim's questions may be under way at once.</param>
/// <param name="Nice">Of an aggressor's own processes: 19 yields the processor to everybody else.</param>
/// <param name="Apart">Processors that are an aggressor's own, and nobody else's; empty: it shares everybody's.</param>
/// <param name="Unjudged">Rounds before those that count, with each aggressor: code is compiled in them.</param>
sealed record FairnessPlan(
    IReadOnlyList<string> Aggressors, TimeSpan WarmUp, int Rounds, TimeSpan Length, int Percent, int Times, int List, int Stuck, int Concurrency, int Nice, string Apart = "", int Unjudged = 0)
{
    /// <summary>What a run must have for a figure to be judged by it.</summary>
    public const int WantedRounds = 5, WantedList = 20_000;

    public static readonly TimeSpan WantedLength = TimeSpan.FromSeconds(10);

    /// <summary>A connection that cannot be written to is given up by the hub after 30 s, and a half must have begun and ended before.</summary>
    static readonly TimeSpan longest = TimeSpan.FromSeconds(20);

    /// <summary>Half of them live in the town of the list; some are too young to be insured, have moved, or were abroad.</summary>
    public int People => Math.Max(8 * Concurrency, List * 2 * 5 / 4 + 400);

    /// <summary>People whom the victim asks about: so few that each was asked about before anything counts, for what is first asked about somebody is COLD.</summary>
    public int Asked => 4 * Concurrency;

    /// <summary>Why it would measure nothing; none when it may run.</summary>
    public IEnumerable<string> Mistakes()
    {
        if (Aggressors.Count == 0 || Aggressors.Any(name => !AggressorNames.All.Contains(name)))
            yield return $"'--aggressor' takes {string.Join(", ", AggressorNames.All)}.";
        if (WarmUp < TimeSpan.FromSeconds(1))
            yield return "'--warm-up' must be 1 or more.";
        if (Rounds < 3)
            yield return "'--rounds' must be 3 or more: fewer show no spread, so no figure would mean anything.";
        if (Length < TimeSpan.FromSeconds(1) || Length > longest)
            yield return $"'--seconds' takes 1 to {longest.TotalSeconds:0}: a connection that cannot be written to is given up after 30 s.";
        if (Percent is < 1 or > 50)
            yield return "'--percent' takes 1 to 50: more leaves no room for anybody else.";
        if (Times is < 2 or > 1000)
            yield return "'--times' takes 2 to 1000.";
        if (List is < 100 or > 100_000)
            yield return "'--list' takes 100 to 100000.";
        if (Stuck is < 200 or > 2000)
            yield return "'--stuck' takes 200 to 2000: fewer questions do not fill what the hub may send.";
    }

    /// <summary>Those of one town who were never elsewhere: nobody's questions about them go to the victim's town.</summary>
    public static IReadOnlyList<Resident> OnList(IEnumerable<Resident> insured, string town, int count) =>
        [.. insured.Where(one => one is { MovedTo: null, WasAbroad: false, IsInDoubt: false } && one.Town == town).Take(count)];
}

static class AggressorNames
{
    public const string Flood = "flood", Batch = "batch", Deaf = "deaf";

    public static IReadOnlyList<string> All { get; } = [Flood, Batch, Deaf];
}
