using Exchange.Hammer.Contenders;
using Exchange.Hammer.Machine;
using Exchange.Hammer.Measurement;
using Exchange.Hammer.Parties;
using Exchange.Hammer.Results;

namespace Exchange.Hammer.Tests.Results;

/// <summary>A report of a run that never was.</summary>
static class Sample
{
    public static MeasurementPlan Plan(params string[] contenders) => new()
    {
        Contenders = contenders,
        WarmUp = TimeSpan.FromSeconds(10),
        Rounds = 3,
        Length = TimeSpan.FromSeconds(5),
        Concurrency = [1, 128, 512],
        Sizes = [256],
        IsWhole = false,
        Connections = 2,
        People = 2400,
    };

    /// <param name="lefts">Ids of those who are left out.</param>
    public static Report Report(StartUp? startUp, IReadOnlyList<Cell> closed, params string[] lefts)
    {
        string[] ids = [.. closed.Select(cell => cell.Id).Concat(lefts).Distinct()];
        return new Report(
            DateTimeOffset.UnixEpoch, new MachineFacts("CPU", 2, "6.1", "Debian", ".NET", true, "abc", 200), 0.1, 2, Plan(ids), startUp, new Spread(50, 49, 51),
            [.. ids.Select(id => new Contender(id, Lineup.Name(id), Lineup.What(id), null, lefts.Contains(id) ? "it was\nnot there" : null))], [], closed, [], []);
    }

    public static Cell Cell(string id, int concurrency, double perSecond, double? hubCpu = null, double p50 = 1000, double? allocated = null) => new(
        id, Lineup.Name(id), $"{concurrency} at once", concurrency, 256, "a record of 256 B", null,
        [.. new[] { 0.9, 1, 1.1 }.Select(pace => new Round(1000, 5, perSecond * pace, p50, p50, p50, p50, p50, hubCpu, 20, null, 30, allocated))]);
}
