using System.Globalization;
using Exchange.Hammer.Load;
using Exchange.Hammer.Machine;
using Exchange.Hammer.Parties;

namespace Exchange.Hammer.Ablation;

/// <summary>Every rung is warmed up, then all are measured in rounds, taking turns.</summary>
sealed class AblationMeasurer(AblationPlan plan, Ladder ladder, IProgress<string> progress)
{
    /// <summary>From a failed call until a process that died is known to be dead.</summary>
    static readonly TimeSpan untilNoticed = TimeSpan.FromSeconds(1);

    /// <exception cref="VoidRunException">An answer was wrong.</exception>
    /// <exception cref="CallFailedException">A lookup failed.</exception>
    /// <exception cref="ChildFailedException">A process ended.</exception>
    public async Task<AblationFigures> Run(MachineFacts machine, CancellationToken stop)
    {
        try
        {
            return await Measure(machine, stop).ConfigureAwait(false);
        }
        catch (Exception e) when (e is CallFailedException or IOException or HttpRequestException)
        {
            await Task.Delay(untilNoticed, TimeProvider.System, stop).ConfigureAwait(false);
            ladder.Check();
            throw;
        }
    }

    async Task<AblationFigures> Measure(MachineFacts machine, CancellationToken stop)
    {
        var (began, load) = (TimeProvider.System.GetUtcNow(), MachineFacts.LoadAverage());
        using var http = new HttpClient { Timeout = Timeout.InfiniteTimeSpan };
        foreach (var rung in ladder.Measured)
        {
            progress.Report($"warming up {rung.Id} for {plan.WarmUp.TotalSeconds:0.##} s");
            await rung.Measure(http, ladder.Sink, plan.Concurrency[0], plan.WarmUp, stop).ConfigureAwait(false);
        }
        var rounds = plan.Concurrency.SelectMany(slots => ladder.Measured.Select(rung => (Rung: rung, Slots: slots))).ToDictionary(cell => cell, _ => new List<AblationRound>());
        for (var round = 1; round <= plan.Rounds; round++)
            foreach (var (cell, list) in rounds)
            {
                ladder.Check();
                var measured = await cell.Rung.Measure(http, ladder.Sink, cell.Slots, plan.Length, stop).ConfigureAwait(false);
                list.Add(measured);
                progress.Report(string.Create(CultureInfo.InvariantCulture,
                    $"[{round}/{plan.Rounds}] {cell.Rung.Id,-9} {cell.Slots,4} at once {measured.PerSecond,9:#,0}/s   p50 {measured.P50,7:#,0} us   CPU {measured.Together,6:0.0} us: generator {measured.Generator:0.0}, middle {measured.Middle:0.0}, provider {measured.Provider:0.0}   {measured.Spans:0.00} spans, sink {measured.Sink:0.0} us"));
            }
        return new AblationFigures(began, machine, load, plan, ladder.LeftOut, [.. rounds.Select(one => new AblationCell(one.Key.Rung.Id, one.Key.Slots, one.Value))]);
    }
}
