using Exchange.Hammer.Machine;
using Exchange.Hammer.Soak;

namespace Exchange.Hammer.Tests.Soak;

static class Sample
{
    /// <summary>Sixty-one readings of ten minutes that never were.</summary>
    /// <param name="heap">Live memory of each reading, bytes.</param>
    public static SoakFigures Soak(Func<int, long?> heap, string commit = "abc") => new(
        DateTimeOffset.UnixEpoch, Machine(commit), 0.1, new SoakPlan(SoakPlan.Wanted, TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(20), 128, 2400),
        [.. Enumerable.Range(0, 61).Select(one => new SoakSample(one * 10, one * 1_000_000L, 100_000, 1000, one == 0 ? null : 2000 + one % 3, 60_000_000, heap(one)))]);

    public static MachineFacts Machine(string commit) => new("CPU", 2, "6.1", "Debian", ".NET", true, commit, 200);
}
