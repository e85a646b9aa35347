using System.Globalization;
using Exchange.Gateway.Audit;
using Exchange.Hammer.Load;
using Exchange.Hammer.Machine;
using Exchange.Hammer.Measurement;
using Exchange.Hammer.Results;

namespace Exchange.Hammer.Appending;

/// <summary>Durable entries a second, and how long a lookup waits for its own; beside what SQLite does by itself, in turns.</summary>
sealed class AppendMeasurer(AppendPlan plan, string folder, IProgress<string> progress)
{
    /// <summary>Of the open loop. Many more would be busier with each other than with the log.</summary>
    const int Askers = 1024;

    readonly Dictionary<string, List<AppendRound>> rounds = [];

    public async Task<AppendFigures> Run(CancellationToken stop)
    {
        var (began, machine) = (TimeProvider.System.GetUtcNow(), MachineFacts.Read(folder));
        var load = MachineFacts.LoadAverage();
        using var bare = new BareSqlite(Path.Combine(folder, "bare.db"));
        await using var log = AuditLog.Open(new AuditOptions(Path.Combine(folder, "audit.db"), LogAppends.LogName), TimeProvider.System);
        var appends = new LogAppends(log);

        progress.Report("warming up");
        bare.Run(TimeSpan.FromSeconds(1));
        await ClosedLoop.Run(appends, plan.Waiting.Max(), TimeSpan.FromSeconds(2), stop).ConfigureAwait(false);
        for (var round = 0; round < plan.Rounds; round++)
        {
            await Measure(BareSqlite.Name, () => Task.Run(() => bare.Run(plan.Length), stop)).ConfigureAwait(false);
            foreach (var waiting in plan.Waiting)
                await Measure(string.Create(CultureInfo.InvariantCulture, $"{appends.Name}, {waiting} waiting"), () => ClosedLoop.Run(appends, waiting, plan.Length, stop)).ConfigureAwait(false);
            await Measure(string.Create(CultureInfo.InvariantCulture, $"{appends.Name}, {plan.PerSecond} offered a second"), () => OpenLoop.Run(appends, plan.PerSecond, Askers, plan.Length, stop)).ConfigureAwait(false);
        }
        return new AppendFigures(began, machine, load, plan, log.Size, [.. rounds.Select(one => new AppendCell(one.Key, one.Value))]);
    }

    async Task Measure(string name, Func<Task<LoadResult>> run)
    {
        var before = ProcessTimes.Cpu(Environment.ProcessId);
        var result = await run().ConfigureAwait(false);
        var cpu = ProcessTimes.Cpu(Environment.ProcessId) - before;
        var round = new AppendRound(
            Math.Round(result.Answers / result.Took.TotalSeconds), result.Latencies.Microseconds(50), result.Latencies.Microseconds(99), result.Latencies.Microseconds(99.9),
            cpu.TotalMicroseconds / result.Answers);
        if (!rounds.TryGetValue(name, out var list))
            rounds[name] = list = [];
        list.Add(round);
        progress.Report(string.Create(CultureInfo.InvariantCulture, $"{name,-40} {round.PerSecond,9:#,0}/s   p50 {round.P50,8:#,0} us   p99 {round.P99,8:#,0} us   CPU {round.Cpu,5:0.0} us"));
    }
}

/// <summary>Times in microseconds.</summary>
/// <param name="Cpu">Of this process, per entry.</param>
sealed record AppendRound(double PerSecond, double P50, double P99, double P999, double Cpu);

sealed record AppendCell(string Name, IReadOnlyList<AppendRound> Rounds)
{
    public Spread PerSecond => Spread.Of(Rounds.Select(round => round.PerSecond));

    public Spread P50 => Spread.Of(Rounds.Select(round => round.P50));

    public Spread P99 => Spread.Of(Rounds.Select(round => round.P99));

    public Spread P999 => Spread.Of(Rounds.Select(round => round.P999));

    public Spread Cpu => Spread.Of(Rounds.Select(round => round.Cpu));
}

/// <param name="Load">Load average before the run.</param>
/// <param name="Entries">In the log at the end.</param>
sealed record AppendFigures(DateTimeOffset Began, MachineFacts Machine, double Load, AppendPlan Plan, long Entries, IReadOnlyList<AppendCell> Cells) : IMeasured
{
    public const string Name = "append";

    public string Verb { get; } = Name;

    public string? Shortcoming => null;

    /// <summary>Of the log, whichever load reached most.</summary>
    public AppendCell Best => Cells.Skip(1).MaxBy(cell => cell.PerSecond.Median)!;

    /// <summary>The open loop, whose p99 is judged.</summary>
    public AppendCell Offered => Cells[^1];

    /// <summary>Its p99 beyond two durable writes, milliseconds.</summary>
    public double BeyondWrites => (Offered.P99.Median - 2 * Machine.FsyncMicroseconds) / 1000;
}
