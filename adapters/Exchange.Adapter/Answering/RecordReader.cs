using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using Exchange.Adapter.Caching;
using Exchange.Adapter.Enrolment;
using Exchange.Adapter.Sources;
using Exchange.Protocol.DataSets;
using Exchange.V1;
using Google.Protobuf;

namespace Exchange.Adapter.Answering;

/// <summary>Reads a record through the cache from the agency's source and keeps the granted fields.</summary>
public sealed class RecordReader(AgencyData data, RecordCache cache, TimeProvider time)
{
    /// <summary>This agency provides at least one data set.</summary>
    public bool Provides => data.Sources.Count > 0;

    public bool TryGetDataSet(string id, [NotNullWhen(true)] out DataSetContract? contract)
    {
        contract = data.Sources.TryGetValue(id, out var source) ? source.Contract : null;
        return contract is not null;
    }

    public static bool TryParse(DataSetContract dataSet, Question question, [NotNullWhen(true)] out IMessage? query)
    {
        try
        {
            query = dataSet.Question.Parser.ParseFrom(question.Query);
            return true;
        }
        catch (InvalidProtocolBufferException)
        {
            query = null;
            return false;
        }
    }

    /// <summary>
    /// Fills the answer: FOUND, NOT_FOUND when the source has no such record, WITHHELD when nothing of it is granted,
    /// UNAVAILABLE when the source cannot be read or the page asked for is none of the record as it is now (a sealed
    /// status: a refusal in the clear would tell that the person is held).
    /// </summary>
    public async ValueTask<AnswerStatus> Read(
        DataSetContract dataSet, Person person, Question question, IMessage query, Answer answer, FrozenSet<uint> fields, TimeSpan timeout)
    {
        CachedRecord read;
        try
        {
            using var deadline = new CancellationTokenSource(timeout > TimeSpan.Zero ? timeout : TimeSpan.FromMilliseconds(1), time);
            var maximumAge = question.MaxAgeMs == 0 ? (TimeSpan?)null : TimeSpan.FromMilliseconds(Math.Min(question.MaxAgeMs, int.MaxValue));
            read = await cache.Find(data.Sources[dataSet.Id], new RecordOwner(person.Key, person.Row, person.Generation), query, maximumAge, deadline.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is SourceException or OperationCanceledException)
        {
            return AnswerStatus.Unavailable;
        }
        if (read.Record is not { } record)
            return AnswerStatus.NotFound;

        answer.Withheld.AddRange(dataSet.Withhold(record, fields));
        answer.Record = record.ToByteString();
        answer.Freshness = new Freshness
        {
            AsOfUnixMs = read.AsOfUnixMs,
            SourceRevision = read.Revision,
            NextUpdateUnixMs = read.NextUpdateUnixMs,
            CachedAgeMs = (ulong)read.Age.TotalMilliseconds,
        };
        if (answer.Record.IsEmpty)
            return AnswerStatus.Withheld;
        if (RecordPages.TryTurn(answer, record, question.PageToken, dataSet.DeclaredSize))
            return AnswerStatus.Found;
        answer.Withheld.Clear();
        (answer.Record, answer.Freshness) = (ByteString.Empty, new Freshness());
        return AnswerStatus.Unavailable;
    }
}
