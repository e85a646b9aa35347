using Agency.V1;
using Exchange.Protocol.DataSets;
using Google.Protobuf;

namespace Exchange.Adapter.Jobs;

/// <summary>What a result rests on, and how fresh that was.</summary>
public static class RecordsUsed
{
    /// <returns>One; none where there is no record.</returns>
    public static IEnumerable<Source> Used<TRecord>(this JobAnswer<TRecord> answer, DataSetContract dataSet)
        where TRecord : class, IMessage<TRecord>, new()
    {
        if (answer.Record is not null)
            yield return new Source { Provider = answer.Provider, DataSet = dataSet.Id, AsOf = answer.Freshness?.AsOf, CachedAge = answer.Freshness?.CachedAge };
    }
}
