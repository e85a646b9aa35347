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
/// long resolved go at the next start. What cannot be kept begins anew when it is asked again: the answer is told all the same.
/// </summary>
public sealed class KeptTickets
{
    const int Most = 200_000;

    /// <summary>After it has resolved.</summary>
    static readonly TimeSpan keptFor = TimeSpan.FromDays(30);

    readonly ProtectionDatabase database;
    readonly ILogger<KeptTickets> log;
    readonly ConcurrentDictionary<ByteString, ByteString> kept = new();

    // Asked for by every lookup; the dictionary would take its locks to say it.
    volatile bool isEmpty = true;

    public KeptTickets(ProtectionDatabase database, ILogger<KeptTickets> log, TimeProvider time)
    {
        this.database = database;
        this.log = log;
        database.Write("DELETE FROM ticket WHERE resolves_unix_ms < @before", new { before = (time.GetUtcNow() - keptFor).ToUnixTimeMilliseconds() });
        foreach (var (name, row) in database.Read<(byte[], byte[])>("SELECT name, sealed FROM ticket"))
            if (database.Open(row, name) is { } ticket)
                kept[UnsafeByteOperations.UnsafeWrap(name)] = UnsafeByteOperations.UnsafeWrap(ticket);
        isEmpty = kept.IsEmpty;
    }

    public ByteString Find(AskRequest request, string provider) =>
        !isEmpty && kept.TryGetValue(Name(request, provider), out var ticket) ? ticket : ByteString.Empty;

    public void Keep(AskRequest request, string provider, Answer answer)
    {
        var name = Name(request, provider);
        if (answer.Ticket.Length != Tickets.Size || request.Ticket == answer.Ticket || kept.Count >= Most)
            return;
        Try(() =>
        {
            database.Write("INSERT INTO ticket (name, resolves_unix_ms, sealed) VALUES (@name, @resolves, @row) ON CONFLICT (name) DO UPDATE SET resolves_unix_ms = excluded.resolves_unix_ms, sealed = excluded.sealed",
                new { name = name.ToByteArray(), resolves = answer.Freshness?.NextUpdateUnixMs ?? 0, row = database.Seal(answer.Ticket.Span, name.Span) });
            kept[name] = answer.Ticket;
            isEmpty = false;
        });
    }

    public void Drop(AskRequest request, string provider)
    {
        var name = Name(request, provider);
        kept.TryRemove(name, out _);
        Try(() => database.Write("DELETE FROM ticket WHERE name = @name", new { name = name.ToByteArray() }));
    }

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
        database.Name("ticket", [request.Person, provider, request.Task, request.DataSet, request.Question.ToBase64(), .. request.Predicates]));
}
