using System.Globalization;
using Exchange.Adapter.Connection;
using Exchange.Adapter.Journal;
using Exchange.Adapter.Telemetry;
using Exchange.Protocol.Transparency;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Exchange.Adapter.Evidence;

/// <summary>
/// Holds every receipt against its log, beside the lookups: about once a second while receipts wait for their proof, every half minute
/// otherwise, so that the log is held to what it has shown also when nobody asks.
/// </summary>
public sealed class ReceiptWatch : BackgroundService
{
    internal static readonly TimeSpan Round = TimeSpan.FromSeconds(1), Idle = TimeSpan.FromSeconds(30);

    readonly IReadOnlyList<LogPlace> places;
    readonly IReadOnlyList<LogWatch> logs;
    readonly AgencyJournal journal;
    readonly LogAlarms alarms;
    readonly ILogger<ReceiptWatch> log;
    readonly TimeProvider time;
    long waiting;

    public ReceiptWatch(AdapterOptions options, HubChannels channels, AgencyJournal journal, LogAlarms alarms, AdapterMetrics metrics, ILogger<ReceiptWatch> log, TimeProvider time)
    {
        this.journal = journal;
        this.alarms = alarms;
        this.log = log;
        this.time = time;
        places = options.Logs.Count == 0 ? [] : [.. options.Hubs.Select(hub => new LogSite(new Uri(hub, "/log/"), channels.Handler(), time))];
        var names = options.Logs.Select(pin => pin.Key.Name).ToArray();
        logs = [.. options.Logs.Select(pin => new LogWatch(pin, places, names, journal, alarms, metrics, time))];
        metrics.Watch("exchange.receipts.waiting", "{receipt}", "Receipts without their proof, counted to 10,000.", () => Volatile.Read(ref waiting));
    }

    /// <summary>Logs that are watched; without any nothing is.</summary>
    public int Count => logs.Count;

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll([Count > 0 ? WatchNames(stoppingToken) : Task.CompletedTask, .. logs.Select(one => Watch(one, stoppingToken))]);

    /// <summary>One round by hand.</summary>
    internal async Task Look(CancellationToken stop)
    {
        LookAtNames();
        foreach (var one in logs)
            await one.Look(stop).ConfigureAwait(false);
    }

    async Task Watch(LogWatch one, CancellationToken stop)
    {
        long? looked = null;
        while (!stop.IsCancellationRequested)
        {
            await Safely(async () =>
            {
                if (looked is { } then && time.GetElapsedTime(then) < Idle && journal.Evidence.Oldest(one.Name) is null && !alarms.IsNoted(one.Name))
                    return;
                await one.Look(stop).ConfigureAwait(false);
                looked = time.GetTimestamp();
            }, stop).ConfigureAwait(false);
            await Task.Delay(Round, time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    async Task WatchNames(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            await Safely(() =>
            {
                LookAtNames();
                return Task.CompletedTask;
            }, stop).ConfigureAwait(false);
            await Task.Delay(Round, time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    void LookAtNames()
    {
        Volatile.Write(ref waiting, journal.Evidence.CountWaiting());
        var unknown = journal.Evidence.WaitingLogs().Where(name => logs.All(one => one.Name != name)).ToList();
        if (unknown.Count == 0)
            alarms.Note(LogAlarms.NoLog, LogFault.None, "");
        else
            alarms.Note(LogAlarms.NoLog, LogFault.LogUnknown, string.Create(CultureInfo.InvariantCulture, $"receipts name {unknown.Count} logs of which no key is pinned, such as '{Shorten(unknown[0])}'"));
    }

    /// <summary>Whatever goes wrong in a round, a hub may have caused it: the next one begins afresh.</summary>
    async Task Safely(Func<Task> round, CancellationToken stop)
    {
        try
        {
            await round().ConfigureAwait(false);
        }
        catch (Exception unforeseen)
        {
            if (!stop.IsCancellationRequested)
                log.Unforeseen(unforeseen.GetType().Name, "look at a log");
        }
    }

    public override void Dispose()
    {
        foreach (var place in places)
            place.Dispose();
        base.Dispose();
    }

    /// <summary>Whatever a hub has written there is not written into a log as it is.</summary>
    static string Shorten(string name) => !NoteKey.IsName(name) ? "" : name.Length <= 64 ? name : name[..64];
}
