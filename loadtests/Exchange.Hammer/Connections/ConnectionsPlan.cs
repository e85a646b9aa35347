namespace Exchange.Hammer.Connections;

/// <param name="Connections">That nobody asks anything on.</param>
/// <param name="Each">Of one agency.</param>
/// <param name="Hold">How long all of them must stay open.</param>
/// <param name="WarmUp">Of the hub, before its memory is read the first time.</param>
/// <param name="Rounds">Without and with a stalled provider, in turns.</param>
/// <param name="Length">Of either half of a round.</param>
/// <param name="Concurrency">How many ask the provider that answers.</param>
/// <param name="Stuck">How many ask the one that does not.</param>
/// <param name="People">Residents, half of them the requester's.</param>
sealed record ConnectionsPlan(int Connections, int Each, TimeSpan Hold, TimeSpan WarmUp, int Rounds, TimeSpan Length, int Concurrency, int Stuck, int People)
{
    /// <summary>What the target speaks of.</summary>
    public const int Wanted = 2000;

    /// <summary>Of one agency, as many as the hub lets it have.</summary>
    public const int MostEach = Gateway.Connections.ConnectionService.MaximumPerAgency;

    /// <summary>Fewer than the hub takes in all, so that those who ask have room.</summary>
    public const int Most = 4000;

    /// <summary>Why it would measure nothing; none when it may run.</summary>
    public IEnumerable<string> Mistakes()
    {
        if (Connections is < 1 or > Most)
            yield return $"'--count' takes 1 to {Most}: the hub takes hardly more in all.";
        if (Each is < 1 or > MostEach)
            yield return $"'--each' takes 1 to {MostEach}: the hub lets no agency have more.";
        if (Hold < TimeSpan.FromSeconds(1))
            yield return "'--hold' must be 1 or more.";
        if (WarmUp < TimeSpan.FromSeconds(1) || Length < TimeSpan.FromSeconds(1))
            yield return "'--seconds' and '--warm-up' must be 1 or more.";
        if (Rounds < 3)
            yield return "'--rounds' must be 3 or more: fewer show no spread, so no figure would mean anything.";
        if (Concurrency is < 1 or > 1000)
            yield return "'--concurrency' takes 1 to 1000.";
        if (Stuck is < 1 or > 1000)
            yield return "'--stuck' takes 1 to 1000.";
        if (People < 4 * Math.Max(Concurrency, Stuck) || People > 100_000)
            yield return $"'--people' must be from {4 * Math.Max(Concurrency, Stuck)} (four times whichever is more of '--concurrency' and '--stuck') to 100000.";
    }
}
