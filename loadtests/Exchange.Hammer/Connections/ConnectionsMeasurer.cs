using System.Diagnostics;
using System.Globalization;
using Exchange.Hammer.Load;
using Exchange.Hammer.Machine;
using Exchange.Hammer.Parties;
using Exchange.Sandbox.Files;
using Exchange.Sandbox.Residents;

namespace Exchange.Hammer.Connections;

/// <summary>The hub's memory before and with idle connections; then others' lookups without and beside a stalled provider, in turns.</summary>
sealed class ConnectionsMeasurer(ConnectionsPlan plan, LoneExchange exchange, IProgress<string> progress)
{
    readonly LiveExchange live = exchange.Live;

    /// <exception cref="VoidRunException">An answer was wrong, a connection did not stay open, or the stalled provider was not stalled.</exception>
    /// <exception cref="CallFailedException">The hub refused a connection, or a lookup failed.</exception>
    /// <exception cref="ChildFailedException">A process ended.</exception>
    public Task<ConnectionsFigures> Run(MachineFacts machine, CancellationToken stop) => live.While(() => Measure(machine, stop));

    async Task<ConnectionsFigures> Measure(MachineFacts machine, CancellationToken stop)
    {
        var (began, load) = (TimeProvider.System.GetUtcNow(), MachineFacts.LoadAverage());
        progress.Report($"warming up for {plan.WarmUp.TotalSeconds:0} s");
        await ClosedLoop.Run(exchange.Lookups, plan.Concurrency, plan.WarmUp, stop).ConfigureAwait(false);
        var before = await Settle("without idle connections", stop).ConfigureAwait(false);

        await using var idle = new IdleConnections(exchange.Folder, plan);
        var agencies = IdleConnections.Agencies(plan);
        progress.Report(string.Create(CultureInfo.InvariantCulture, $"opening {plan.Connections:#,0} connections of {agencies:#,0} agencies"));
        var started = Stopwatch.GetTimestamp();
        await idle.OpenAll(progress, stop).ConfigureAwait(false);
        var opening = Stopwatch.GetElapsedTime(started);
        progress.Report(string.Create(CultureInfo.InvariantCulture, $"all open after {opening.TotalSeconds:0.0} s; holding them for {plan.Hold.TotalSeconds:0} s"));
        await Task.Delay(plan.Hold, TimeProvider.System, stop).ConfigureAwait(false);
        await idle.Check().ConfigureAwait(false);
        var (held, counted) = (idle.Open, (await live.HubMetrics.Read(stop).ConfigureAwait(false)).Connections);
        var after = await Settle("with them", stop).ConfigureAwait(false);

        var rounds = new List<StallRound>();
        Resident[] residents = [.. exchange.Folder.ResidentsOf(exchange.Folder.Agency(ExchangePlan.Chiyoda))];
        for (var round = 1; round <= plan.Rounds; round++)
        {
            var without = await Half($"[{round}/{plan.Rounds}] without a stalled provider", stop).ConfigureAwait(false);
            await using var stalled = new StalledProvider(exchange.Folder, live.Requester, residents);
            await stalled.Stall(plan.Stuck, stop).ConfigureAwait(false);
            var with = await Half($"[{round}/{plan.Rounds}] beside one", stop).ConfigureAwait(false);
            stalled.Check();
            rounds.Add(new StallRound(without, with, stalled.Read));
        }
        await idle.Check().ConfigureAwait(false);
        return new ConnectionsFigures(began, machine, load, plan, agencies, before, Math.Round(opening.TotalSeconds, 2), after, held, counted, idle.Open, rounds);
    }

    async Task<SettledMemory> Settle(string when, CancellationToken stop)
    {
        var settled = await SettledMemory.Of(live.Hub, live.HubMetrics, stop).ConfigureAwait(false);
        progress.Report(string.Create(CultureInfo.InvariantCulture,
            $"the hub's private memory {when}: {settled.Private / 1e6:0.0} MB, its heap {settled.Heap / 1e6:0.0} MB, {(settled.IsSettled ? "still" : "NOT still")} {settled.Seconds:0.0} s after a full collection"));
        return settled;
    }

    async Task<StallHalf> Half(string what, CancellationToken stop)
    {
        var result = await ClosedLoop.Run(exchange.Lookups, plan.Concurrency, plan.Length, stop).ConfigureAwait(false);
        var half = new StallHalf(
            result.Answers, Math.Round(result.Answers / result.Took.TotalSeconds), result.Latencies.Microseconds(50), result.Latencies.Microseconds(99), result.Latencies.Microseconds(99.9),
            IdleMemory.Bytes(live.Hub));
        progress.Report(string.Create(CultureInfo.InvariantCulture, $"{what,-40} {half.PerSecond,9:#,0}/s   p50 {half.P50,7:#,0} us   p99 {half.P99,7:#,0} us   hub {half.HubPrivate / 1e6:0.0} MB"));
        return half;
    }
}
