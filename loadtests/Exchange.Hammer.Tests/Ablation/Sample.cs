using Exchange.Hammer.Ablation;

namespace Exchange.Hammer.Tests.Ablation;

static class Sample
{
    /// <summary>Of a run that never was.</summary>
    /// <param name="shipped">Of the throughput without traces.</param>
    /// <param name="recorded">The same with all recorded.</param>
    public static AblationFigures Figures(double shipped, double recorded, int seconds = 4) => new(
        DateTimeOffset.UnixEpoch, Soak.Sample.Machine("abc"), 0.1,
        new AblationPlan(3, TimeSpan.FromSeconds(seconds), TimeSpan.FromSeconds(10), [AblationPlan.JudgedConcurrency], 2400, "/dev/shm"),
        new Dictionary<string, string> { [Rungs.Memory] = "there is no folder /dev/shm" },
        [
            Cell(Rungs.Relay, 50_000, 5), Cell(Rungs.Tls, 40_000, 8), Cell(Rungs.Durable, 10_000, 60), Cell(Rungs.Shipped, 10_000 * shipped, 62), Cell(Rungs.Recorded, 10_000 * recorded, 80),
            Cell(Rungs.Cold, 4_000, 130),
        ]);

    static AblationCell Cell(string rung, double perSecond, double cpu) => new(
        rung, AblationPlan.JudgedConcurrency, [.. new[] { 0.9, 1, 1.1 }.Select(pace => new AblationRound(1000, perSecond * pace, 1000, 2000, cpu, cpu, cpu, 1, 0.04, 20))]);
}
