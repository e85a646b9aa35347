using System.Collections.Concurrent;
using Exchange.Adapter.Asking;
using Exchange.Adapter.Telemetry;
using Exchange.Protocol.Lookups;
using Exchange.V1;
using Google.Protobuf;
using Microsoft.Extensions.Logging;

namespace Exchange.Adapter.Protection;

/// <summary>
/// Tickets of answers that are pending elsewhere, so that whoever asks again asks the same question, also after a restart. Those that have
/// long resolved go at the next start, or when there are too many. What cannot be kept begins anew when it is asked again: the answer is told all the same.
/// </summary>
public sealed class KeptTickets
{
    const int Most = 200_000;

    /// <summary>After it has resolved.</summary>
    static readonly TimeSpan keptFor = TimeSpan.FromDays(30);

    readonly ProtectionDatabase database;
    readonly ILogger<KeptTickets> log;
    readonly TimeProvider time;
    readonly ConcurrentDictionary<ByteString, Kept> kept = new();

    readonly record struct Kept(ByteString Ticket, long ResolvesUnixMs);

    // Asked for by every lookup; the dictionary would take its locks to say it.
    volatile bool isEmpty = true;

    public KeptTickets(ProtectionDatabase database, ILogger<KeptTickets> log, TimeProvider time)
    {
        this.database = database;
        this.log = log;
        this.time = time;
        foreach (var (name, row, resolves) in database.Read<(byte[], byte[], long)>("SELECT name, sealed, resolves_unix_ms FROM ticket"))
            if (database.Open(row, name) is { } ticket)
                kept[UnsafeByteOperations.UnsafeWrap(name)] = new Kept(UnsafeByteOperations.UnsafeWrap(ticket), resolves);
        Purge(keptFor);
        isEmpty = kept.IsEmpty;
    }

    public ByteString Find(AskRequest request, string provider) =>
        !isEmpty && kept.TryGetValue(Name(request, provider), out var one) ? one.Ticket : ByteString.Empty;

    public void Keep(AskRequest request, string provider, Answer answer)
    {
        var name = Name(request, provider);
        if (answer.Ticket.Length != Tickets.Size || request.Ticket == answer.Ticket)
            return;
        if (kept.Count >= Most)
            Purge(TimeSpan.Zero);
        if (kept.Count >= Most && !kept.ContainsKey(name))
        {
            log.Unforeseen("TooMany", "ticket");
            return;
        }
        Try(() =>
        {
            var resolves = answer.Freshness?.NextUpdateUnixMs ?? 0;
            database.Write("INSERT INTO ticket (name, resolves_unix_ms, sealed) VALUES (@name, @resolves, @row) ON CONFLICT (name) DO UPDATE SET resolves_unix_ms = excluded.resolves_unix_ms, sealed = excluded.sealed",
                new { name = name.ToByteArray(), resolves, row = database.Seal(answer.Ticket.Span, name.Span) });
            kept[name] = new Kept(answer.Ticket, resolves);
            isEmpty = false;
        });
    }

    public void Drop(AskRequest request, string provider)
    {
        var name = Name(request, provider);
        kept.TryRemove(name, out _);
        Try(() => database.Write("DELETE FROM ticket WHERE name = @name", new { name = name.ToByteArray() }));
    }

    void Purge(TimeSpan after) => Try(() =>
    {
        var before = (time.GetUtcNow() - after).ToUnixTimeMilliseconds();
        database.Write("DELETE FROM ticket WHERE resolves_unix_ms < @before", new { before });
        foreach (var (name, one) in kept)
            if (one.ResolvesUnixMs < before)
                kept.TryRemove(name, out _);
    });

    void Try(Action write)
    {
        try
        {
            write();
        }
        catch (Exception unwritten)
        {
            log.Unforeseen(unwritten.GetType().Name, "ticket");
        }
    }

    /// <summary>Of what is asked, of whoever asks it.</summary>
    ByteString Name(AskRequest request, string provider) => UnsafeByteOperations.UnsafeWrap(
        database.Name("ticket", [request.Person, provider, request.Task, request.DataSet, request.Official, request.CaseId, request.Question.ToBase64(), .. request.Predicates]));
}
