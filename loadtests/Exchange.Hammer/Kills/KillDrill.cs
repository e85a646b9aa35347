using System.Diagnostics;
using System.Security.Cryptography;
using Exchange.Hammer.Load;
using Exchange.Hammer.Parties;
using Exchange.Sandbox.Files;
using Exchange.Sandbox.Processes;

namespace Exchange.Hammer.Kills;

/// <summary>
/// An exchange whose hub is killed (SIGKILL) again and again while people ask, at a moment drawn anew each time: mostly in
/// the middle of lookups, now and then while it is still starting. After each start the log must go on with what it had
/// published, and questions must be answered again.
/// </summary>
sealed class KillDrill(KillPlan plan, ExchangeFolder folder, RunningExchange exchange, IProgress<string> progress)
{
    /// <summary>One of so many kills comes before the hub is up.</summary>
    const int StartingEvery = 8;

    static readonly TimeSpan longestUp = TimeSpan.FromMilliseconds(600), longestStart = TimeSpan.FromSeconds(2), patience = TimeSpan.FromSeconds(60), look = TimeSpan.FromMilliseconds(20);

    readonly List<TimeSpan> outages = [];
    int duringStart;

    /// <exception cref="VoidRunException">An answer was wrong, or the log did not go on with what it had published.</exception>
    public async Task<KillFigures> Run(CancellationToken stop)
    {
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(10) };
        var onlooker = new Onlooker(folder, http);
        await Open(stop).ConfigureAwait(false);
        await using var requester = await Requester.Start(folder.Agency(ExchangePlan.Chiyoda), stop).ConfigureAwait(false);
        var askers = new Askers(requester, [.. folder.ResidentsOf(folder.Agency(ExchangePlan.Chiyoda)).Where(one => !one.IsUnknownToTax)]);
        var asking = askers.Run(plan.Askers);
        try
        {
            await UntilAnswered(askers, 0, stop).ConfigureAwait(false);
            for (var kill = 1; kill <= plan.Times; kill++)
            {
                await KillAndStart(kill, askers, stop).ConfigureAwait(false);
                await onlooker.Look(stop).ConfigureAwait(false);
                progress.Report(FormattableString.Invariant($"[{kill}/{plan.Times}] answered again after {outages[^1].TotalSeconds:0.0} s; {askers.Answers} answers, checkpoint over {onlooker.Last!.Size} entries"));
            }
        }
        finally
        {
            askers.Stop();
            await asking.ConfigureAwait(false);
        }
        askers.Check();
        await onlooker.Look(stop).ConfigureAwait(false);
        return new KillFigures(plan, duringStart, askers.Answers, askers.Repeated, askers.Refused, outages, onlooker.Extensions, onlooker.Last!.Size);
    }

    async Task Open(CancellationToken stop)
    {
        progress.Report("starting key authority, witness and hub, and enrolling the people of two agencies");
        await exchange.StartAuthority(stop).ConfigureAwait(false);
        await exchange.StartWitness(stop).ConfigureAwait(false);
        await exchange.StartHub(stop).ConfigureAwait(false);
        foreach (var agency in new[] { folder.Agency(ExchangePlan.Tax), folder.Agency(ExchangePlan.Chiyoda) })
            if (!agency.IsEnrolled)
                await exchange.Enrol(agency, 256, _ => { }, stop).ConfigureAwait(false);
        await exchange.StartAgency(folder.Agency(ExchangePlan.Tax), stop).ConfigureAwait(false);
    }

    async Task KillAndStart(int kill, Askers askers, CancellationToken stop)
    {
        await Task.Delay(Drawn(longestUp), TimeProvider.System, stop).ConfigureAwait(false);
        await exchange.Kill("hub").ConfigureAwait(false);
        var (since, before) = (Stopwatch.GetTimestamp(), askers.Answers);
        if (kill % StartingEvery == 0)
            await KillWhileStarting(stop).ConfigureAwait(false);
        await exchange.StartHub(stop).ConfigureAwait(false);
        await UntilAnswered(askers, before, stop).ConfigureAwait(false);
        outages.Add(Stopwatch.GetElapsedTime(since));
    }

    async Task KillWhileStarting(CancellationToken stop)
    {
        var starting = exchange.StartHub(stop);
        await Task.Delay(Drawn(longestStart), TimeProvider.System, stop).ConfigureAwait(false);
        await exchange.Kill("hub").ConfigureAwait(false);
        // It may have been up already.
        await starting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        duringStart++;
    }

    /// <summary>More than before, which an answer that was under way at the kill is not enough for.</summary>
    async Task UntilAnswered(Askers askers, long before, CancellationToken stop)
    {
        var since = Stopwatch.GetTimestamp();
        while (askers.Answers < before + plan.Askers + 1)
        {
            askers.Check();
            if (Stopwatch.GetElapsedTime(since) > patience)
                throw new VoidRunException($"nobody was answered within {patience.TotalSeconds:0} s of the hub's start; refused so far: {string.Join(", ", askers.Refused.Select(one => $"{one.Key} {one.Value} times"))}");
            await Task.Delay(look, TimeProvider.System, stop).ConfigureAwait(false);
        }
    }

    static TimeSpan Drawn(TimeSpan longest) => TimeSpan.FromMicroseconds(RandomNumberGenerator.GetInt32((int)longest.TotalMicroseconds));
}
