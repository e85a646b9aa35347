using Exchange.Hammer.Connections;
using Exchange.Sandbox.Files;

namespace Exchange.Hammer.Offices;

/// <param name="Connected">Municipalities that are agencies of the directory and connected, those that ask among them.</param>
/// <param name="Towns">That ask and answer.</param>
/// <param name="PeopleEach">Residents of each of those.</param>
/// <param name="PerSecond">Lookups of a usual moment.</param>
/// <param name="Length">Of a scenario.</param>
/// <param name="WarmUp">Before the first one.</param>
sealed record OfficesPlan(int Connected, int Towns, int PeopleEach, int PerSecond, TimeSpan Length, TimeSpan WarmUp)
{
    /// <summary>As many municipalities as Japan has.</summary>
    public const int Municipalities = 1741;

    /// <summary>Two are in every exchange here.</summary>
    const int FewestTowns = 2, MostTowns = 200;

    /// <summary>Of local government codes without their check digit: beyond the prefectures, and before those of towns that never ask.</summary>
    const int FirstTown = 59_000;

    public int People => Towns * PeopleEach;

    /// <summary>Beside the two.</summary>
    public IReadOnlyList<string> MoreTowns => IdleAgencies.Ids(Towns - FewestTowns, FirstTown);

    /// <summary>Those that ask, the largest first.</summary>
    public IReadOnlyList<string> Asking => [ExchangePlan.Osaka, ExchangePlan.Chiyoda, .. MoreTowns];

    /// <summary>Those that are only connected, once each.</summary>
    public int Idle => Connected - Towns;

    /// <summary>Why it would measure nothing; none when it may run.</summary>
    public IEnumerable<string> Mistakes()
    {
        if (Towns is < FewestTowns or > MostTowns)
            yield return $"'--towns' takes {FewestTowns} to {MostTowns}.";
        if (Connected <= Towns || Connected > ConnectionsPlan.Most)
            yield return $"'--connected' takes more than '--towns', and up to {ConnectionsPlan.Most}.";
        if (PeopleEach is < 12 or > 1000)
            yield return "'--people' takes 12 to 1000.";
        if (PerSecond is < 10 or > 10_000)
            yield return "'--rate' takes 10 to 10000.";
        if (Length < TimeSpan.FromSeconds(5) || WarmUp < TimeSpan.FromSeconds(1))
            yield return "'--seconds' must be 5 or more, and '--warm-up' 1 or more.";
    }
}
