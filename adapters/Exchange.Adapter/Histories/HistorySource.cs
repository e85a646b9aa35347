using Exchange.Adapter.Journal;
using Exchange.Adapter.Journal.Reading;
using Exchange.Adapter.Journal.Sealing;
using Exchange.Adapter.Protection;
using Exchange.Adapter.Sources;
using Exchange.Adapter.Sources.Databases;
using Exchange.Protocol.DataSets;
using Google.Protobuf;
using Records.History.V1;

namespace Exchange.Adapter.Histories;

/// <summary>
/// Who asked this agency about a person, read from its journal, for the person to see. What is read is as of a moment: the
/// next lookup makes it another, and that of a further page is one. So it is never cached.
/// </summary>
public sealed class HistorySource : IRecordSource
{
    /// <summary>Entries of one record. Reading as many takes less than the pace at which answers of a protected data set leave.</summary>
    public const int MostEntries = 500;

    /// <summary>Reads at one time: each keeps a processor busy, and the journal is first of all to be written.</summary>
    const int Concurrency = 4;

    readonly AgencyJournal journal;
    readonly ProtectedPeople people;
    readonly Action<string> notice;
    readonly TimeProvider time;
    readonly QueryGate gate = new();

    /// <param name="notice">Hears of a journal that was changed; nothing of what stands in it.</param>
    public HistorySource(DataSetContract contract, AgencyJournal journal, ProtectedPeople people, Action<string> notice, TimeProvider time)
    {
        Contract = contract;
        this.journal = journal;
        this.people = people;
        this.notice = notice;
        this.time = time;
        gate.Narrow(Concurrency);
    }

    /// <summary>Nobody has a copy that it would concern.</summary>
    public event Action<string?>? Changed
    {
        add { }
        remove { }
    }

    public DataSetContract Contract { get; }

    /// <summary>Who asked about the person is not shown to them.</summary>
    public bool Hides(string person) => people.HidesHistory(person);

    public ValueTask<SourceRecord?> Find(string person, IMessage question, CancellationToken cancellation) => Find(person, question, long.MaxValue, cancellation);

    /// <param name="asOf">Milliseconds since 1970: what was answered from then on is left out. Later than now is now.</param>
    /// <returns>Null of somebody whose history is hidden; a record without entries of somebody about whom nobody asked.</returns>
    /// <exception cref="SourceException">The question names no days, or an entry does not open: a history with a gap would be a wrong one.</exception>
    public async ValueTask<SourceRecord?> Find(string person, IMessage question, long asOf, CancellationToken cancellation)
    {
        using var span = SourceTelemetry.Start(Contract.Id, "journal");
        if (!HistoryDays.TryRead((HistoryQuestion)question, out var days))
            throw SourceTelemetry.Failed(span, new SourceException(Contract.Id, "the question names no days"));
        if (people.HidesHistory(person))
            return null;
        var moment = Math.Min(asOf, time.GetUtcNow().ToUnixTimeMilliseconds());
        await gate.Enter(cancellation).ConfigureAwait(false);
        try
        {
            var history = await Task.Run(() => Read(person, days.Before(moment), cancellation), cancellation).ConfigureAwait(false);
            // Somebody may have been marked meanwhile.
            return people.HidesHistory(person) ? null : new SourceRecord(history, moment, "", 0);
        }
        catch (SourceException unread)
        {
            throw SourceTelemetry.Failed(span, unread);
        }
        finally
        {
            gate.Leave();
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    History Read(string person, HistoryDays days, CancellationToken cancellation)
    {
        var (history, told) = (new History(), new List<ByteString>());
        foreach (var entry in journal.Answered.Search(Filter(person, days)))
        {
            cancellation.ThrowIfCancellationRequested();
            if (entry.Fault != SealFault.None)
                throw Unopened();
            if (history.Entries.Count == MostEntries)
            {
                history.HasOlder = true;
                break;
            }
            history.Entries.Add(ShownEntry.Of(entry));
            told.Add(entry.RequestId);
        }
        // Whoever goes on goes on from the last one by its id: not one of a letter that was answered more than once.
        for (var last = told.Count - 1; history.HasOlder && last > 0 && journal.Answered.Find(told[last]).Count > 1; last--)
            history.Entries.RemoveAt(last);
        return history;
    }

    /// <exception cref="SourceException">No lookup of the person has the id that was told to be the last.</exception>
    JournalFilter Filter(string person, HistoryDays days)
    {
        var filter = new JournalFilter { Person = person, From = days.From, Until = days.Until };
        if (days.OlderThan is not { } id)
            return filter;
        var told = journal.Answered.Search(new JournalFilter { RequestId = id.ToByteArray(), Person = person }).ToList();
        if (told.Exists(one => one.Fault != SealFault.None))
            throw Unopened();
        if (told.Count == 0)
            throw new SourceException(Contract.Id, "the question goes on from a lookup that is none of the person's");
        return told[0].TimeUnixMs < days.Until ? filter with { Until = told[0].TimeUnixMs, UntilId = told[0].Id } : filter;
    }

    SourceException Unopened()
    {
        notice("an entry of the journal does not open, so a history was not told; 'journal search' names it");
        return new SourceException(Contract.Id, "an entry of the journal does not open");
    }
}
