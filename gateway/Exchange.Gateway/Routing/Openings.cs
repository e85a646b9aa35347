using System.Collections.Concurrent;
using Exchange.Gateway.Telemetry;
using Exchange.Hosting.Calendar;
using Exchange.Hosting.Storage;
using Exchange.V1;

namespace Exchange.Gateway.Routing;

/// <summary>
/// When each agency is closed, by its own word and this hub's clock. What it said last holds while it is away, and over the
/// hub's restart. In force at once, on disk within a second: an agency that says something else all the time costs one write
/// a second, and what a crash takes with it is said again when the agency connects.
/// </summary>
public sealed class Openings : BackgroundService
{
    static readonly TimeSpan interval = TimeSpan.FromSeconds(1);

    readonly OpeningStore store;
    readonly ILogger<Openings> log;
    readonly TimeProvider time;

    // Of agencies that are closed at some time: who always is open is looked up and not found. Changed under the lock.
    readonly ConcurrentDictionary<string, Closures> closed = new(StringComparer.Ordinal);

    // Under the lock.
    readonly Dictionary<string, Opening> said = new(StringComparer.Ordinal);
    readonly HashSet<string> unkept = new(StringComparer.Ordinal);
    readonly Lock changing = new();
    bool isFailing;

    public Openings(OpeningStore store, ILogger<Openings> log, TimeProvider time)
    {
        this.store = store;
        this.log = log;
        this.time = time;
        foreach (var (agency, opening) in store.Read())
            if (Closures.TryRead(opening, time.GetUtcNow(), out var closures, out _))
            {
                said[agency] = opening;
                closed[agency] = closures;
            }
    }

    /// <summary>When the agency opens; null while it is open.</summary>
    public DateTimeOffset? OpensAt(string agency) => closed.TryGetValue(agency, out var closures) ? closures.OpensAt(time.GetUtcNow()) : null;

    /// <summary>PROVIDER_CLOSED with the time at which the agency opens; null while it is open.</summary>
    public Refusal? RefusalOf(string agency) => OpensAt(agency) is { } opens ? Closed.Refuse(opens, time.GetUtcNow()) : null;

    public int CountClosed() => closed.Keys.Count(agency => OpensAt(agency) is not null);

    /// <summary>Takes what an agency says of itself in place of what it said before.</summary>
    /// <param name="agency">The one that the connection's certificate names.</param>
    /// <returns>Why it is not taken, and the earlier one stays; null when it is.</returns>
    public string? Take(string agency, Opening opening)
    {
        if (!Closures.TryRead(opening, time.GetUtcNow(), out var closures, out var why))
            return why;
        lock (changing)
        {
            // Each of its connections says the same.
            if (said.TryGetValue(agency, out var before) ? before.Equals(opening) : closures.IsEmpty)
                return null;
            // No more than was understood: what else came with it is not for keeping.
            said[agency] = closures.ToMessage();
            if (closures.IsEmpty)
                closed.TryRemove(agency, out _);
            else
                closed[agency] = closures;
            unkept.Add(agency);
        }
        return null;
    }

    /// <summary>Brings to disk what is not there yet.</summary>
    /// <returns>Whether everything is.</returns>
    public bool Keep()
    {
        (string Agency, Opening Said)[] open;
        lock (changing)
        {
            open = [.. unkept.Select(agency => (agency, said[agency]))];
            unkept.Clear();
        }
        if (open.Length == 0)
            return true;
        try
        {
            store.Keep(open);
            isFailing = false;
            foreach (var (agency, opening) in open)
                Tell(agency, opening);
            return true;
        }
        catch (StoreException e)
        {
            lock (changing)
                unkept.UnionWith(open.Select(one => one.Agency));
            if (!isFailing)
                log.OpeningsNotKept(e.Message);
            isFailing = true;
            return false;
        }
    }

    /// <summary>Once more, for what came since the last round.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken).ConfigureAwait(false);
        Keep();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false))
            Keep();
    }

    void Tell(string agency, Opening opening)
    {
        var now = time.GetUtcNow();
        if (log.IsEnabled(LogLevel.Information) && Closures.TryRead(opening, now, out var closures, out _))
            log.OpeningTaken(agency, closures.Spans.Count, closures.OpensAt(now) is { } opens ? $"now, until {LegalDay.Write(opens)}" : closures.Next(now) is { } next ? LegalDay.Write(next.From) : "never");
    }
}
