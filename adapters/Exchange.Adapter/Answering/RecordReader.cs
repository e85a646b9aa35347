using System.Diagnostics.CodeAnalysis;
using Exchange.Adapter.Caching;
using Exchange.Adapter.Enrolment;
using Exchange.Adapter.Histories;
using Exchange.Adapter.Sources;
using Exchange.Adapter.Telemetry;
using Exchange.Protocol.DataSets;
using Exchange.V1;
using Google.Protobuf;
using Microsoft.Extensions.Logging;
using Records.History.V1;

namespace Exchange.Adapter.Answering;

/// <summary>Reads a record through the cache from the agency's source and keeps the granted fields, or the verdicts of predicates alone.</summary>
public sealed class RecordReader(AgencyData data, RecordCache cache, ILogger<RecordReader> log, TimeProvider time)
{
    /// <summary>This agency provides at least one data set.</summary>
    public bool Provides => data.Sources.Count > 0;

    public bool TryGetDataSet(string id, [NotNullWhen(true)] out DataSetContract? contract)
    {
        contract = data.Sources.TryGetValue(id, out var source) ? source.Contract : null;
        return contract is not null;
    }

    /// <summary>The person is to be told nothing of this data set, which is known without reading anything.</summary>
    public bool Hides(DataSetContract dataSet, Person person) => data.Sources[dataSet.Id] is HistorySource history && history.Hides(person.Key);

    public static bool TryParse(DataSetContract dataSet, Question question, [NotNullWhen(true)] out IMessage? query)
    {
        try
        {
            query = dataSet.Question.Parser.ParseFrom(question.Query);
            return query is not HistoryQuestion history || HistoryDays.TryRead(history, out _);
        }
        catch (InvalidProtocolBufferException)
        {
            query = null;
            return false;
        }
    }

    /// <summary>
    /// FOUND, NO_RECORD when the source has none of the person, WITHHELD when it has values and none of them may be told. A
    /// record of which the granted fields are empty is told as such: that nobody else lives there is an answer. Whatever
    /// else happens, from a database that is away or a page that is none of the record as it is now to a bug, is
    /// UNAVAILABLE: only a person the agency holds is read, so a refusal in the clear would tell that the person is held.
    /// </summary>
    /// <param name="cancelled">The hub no longer waits: the source need not work on.</param>
    public async ValueTask<Told> Read(
        DataSetContract dataSet, Person person, Question question, IMessage query, Release release, TimeSpan timeout, CancellationToken cancelled)
    {
        try
        {
            using var deadline = new CancellationTokenSource(timeout, time);
            using var cancel = cancelled.UnsafeRegister(static one => ((CancellationTokenSource)one!).Cancel(), deadline);
            if (data.Sources[dataSet.Id] is HistorySource history)
                return await ReadHistory(history, person, question, query, release, deadline.Token).ConfigureAwait(false);
            var maximumAge = question.MaxAgeMs == 0 ? (TimeSpan?)null : TimeSpan.FromMilliseconds(Math.Min(question.MaxAgeMs, int.MaxValue));
            var read = await cache.Find(data.Sources[dataSet.Id], new RecordOwner(person.Key, person.Row, person.Generation), query, maximumAge, deadline.Token).ConfigureAwait(false);
            return read.Record is { } record ? Tell(dataSet, read, record, release, question.PageToken) : Told.Only(AnswerStatus.NoRecord);
        }
        catch (Exception e) when (e is SourceException or OperationCanceledException)
        {
            return Told.Only(AnswerStatus.Unavailable);
        }
        catch (Exception unforeseen)
        {
            // Its message could quote a record: the type has to do.
            log.RecordUnreadable(unforeseen.GetType().Name, dataSet.Id);
            return Told.Only(AnswerStatus.Unavailable);
        }
    }

    /// <summary>Past the cache; and a further page as of the moment of the first, or it would be of another record.</summary>
    static async ValueTask<Told> ReadHistory(HistorySource source, Person person, Question question, IMessage query, Release release, CancellationToken cancellation) =>
        await source.Find(person.Key, query, RecordPages.AsOf(question.PageToken) ?? long.MaxValue, cancellation).ConfigureAwait(false) is { } read
            ? Tell(source.Contract, new CachedRecord(read.Record, read.AsOfUnixMs, read.Revision, read.NextUpdateUnixMs, TimeSpan.Zero, CacheLevel.Source), read.Record, release, question.PageToken)
            : Told.Only(AnswerStatus.NoRecord);

    static Told Tell(DataSetContract dataSet, CachedRecord read, IMessage record, Release release, ByteString pageToken)
    {
        var freshness = new Freshness { AsOfUnixMs = read.AsOfUnixMs, NextUpdateUnixMs = read.NextUpdateUnixMs, CachedAgeMs = (ulong)read.Age.TotalMilliseconds };
        // Without the revision: people whose records are alike would show it.
        if (release.Predicates.Count > 0)
            return new Told(AnswerStatus.Found, new Answer
            {
                Verdicts = { release.Predicates.Select(rule => new Verdict { Predicate = rule.Name, Version = rule.Version, Truth = rule.Test.Of(record) }) },
                Freshness = freshness,
            });
        freshness.SourceRevision = read.Revision;
        var answer = new Answer { Withheld = { dataSet.Withhold(record, release.Fields) }, Record = record.ToByteString(), Freshness = freshness };
        if (answer.Record.IsEmpty && answer.Withheld.Count > 0 && !dataSet.TellsByBeingEmpty(release.Fields))
            return new Told(AnswerStatus.Withheld, answer);
        return RecordPages.TryTurn(answer, record, pageToken, dataSet.DeclaredSize) ? new Told(AnswerStatus.Found, answer) : Told.Only(AnswerStatus.Unavailable);
    }
}
