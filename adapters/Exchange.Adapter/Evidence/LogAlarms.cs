using System.Collections.Concurrent;
using Exchange.Adapter.Journal;
using Exchange.Adapter.Telemetry;
using Exchange.Protocol.Transparency;
using Microsoft.Extensions.Logging;

namespace Exchange.Adapter.Evidence;

/// <summary>
/// What is wrong with the logs: for now, such as one that cannot be reached, or for good, until somebody acknowledges it. Each is told once in the
/// log of this process and counted, and stands on the health page as long as it lasts.
/// </summary>
public sealed class LogAlarms
{
    /// <summary>Alarms are named by log: one name for all that are not pinned, since a hub may invent any number.</summary>
    internal const string NoLog = "";

    readonly AgencyJournal journal;
    readonly AdapterMetrics metrics;
    readonly ILogger<LogAlarms> log;
    readonly TimeProvider time;
    readonly ConcurrentDictionary<string, (LogFault Fault, string Says)> passing = new(StringComparer.Ordinal);

    public LogAlarms(AgencyJournal journal, AdapterMetrics metrics, ILogger<LogAlarms> log, TimeProvider time)
    {
        this.journal = journal;
        this.metrics = metrics;
        this.log = log;
        this.time = time;
        metrics.Watch("exchange.evidence.alarms", "{alarm}", "Alarms about a hub's log that last.", () => Lasting.Count + passing.Count);
    }

    /// <summary>Open ones, as of now: whoever acknowledges one does it beside this process.</summary>
    public IReadOnlyList<LogAlarm> Lasting => journal.Evidence.Alarms(all: false);

    /// <summary>By log, what is wrong for now.</summary>
    public IEnumerable<(string Log, string Word, string Says)> Passing => passing.Select(one => (one.Key, LogFaults.Word(one.Value.Fault), one.Value.Says));

    internal bool IsNoted(string name) => passing.ContainsKey(name);

    /// <summary>What keeps a log's receipts from being proven; None when nothing does.</summary>
    /// <param name="name">Of the log, as it is pinned.</param>
    internal void Note(string name, LogFault fault, string says)
    {
        if (fault == LogFault.None)
        {
            if (passing.TryRemove(name, out var before))
                log.AlarmIsOver(LogFaults.Word(before.Fault), name);
            return;
        }
        var isNew = !passing.TryGetValue(name, out var last) || last.Fault != fault;
        passing[name] = (fault, says);
        if (isNew)
            Tell(fault, says);
    }

    /// <summary>What the hub cannot explain away, with the checkpoints that show it.</summary>
    /// <exception cref="JournalUnavailableException">It is not kept.</exception>
    internal async ValueTask Raise(string name, LogFault fault, string says, string keptNote, string shownNote)
    {
        var word = LogFaults.Word(fault);
        if (Lasting.Any(open => open.Log == name && open.Word == word))
            return;
        await journal.Write(new RaisedAlarm(new LogAlarm(name, word, time.GetUtcNow().ToUnixTimeMilliseconds(), says, keptNote, shownNote))).ConfigureAwait(false);
        Tell(fault, says);
    }

    void Tell(LogFault fault, string says)
    {
        var word = LogFaults.Word(fault);
        metrics.Alarmed(word);
        log.Alarm(word, says, AlarmRemedies.Of(fault));
    }
}
