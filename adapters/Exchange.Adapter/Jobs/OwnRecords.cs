using Exchange.Adapter.Asking;
using Exchange.Adapter.Sources;
using Exchange.Protocol.DataSets;
using Google.Protobuf;

namespace Exchange.Adapter.Jobs;

/// <summary>This agency's own records, read for its own purposes: no exchange, and nothing of it leaves.</summary>
public sealed class OwnRecords(AgencyData data)
{
    /// <param name="person">This agency's own key of the person.</param>
    /// <returns>Null when there is no such record.</returns>
    /// <exception cref="SourceException">The source cannot be read, or this agency keeps no such records.</exception>
    public ValueTask<SourceRecord?> Find(DataSetContract dataSet, string person, IMessage question, CancellationToken cancellation) =>
        data.Sources.TryGetValue(dataSet.Id, out var source)
            ? source.Find(person, question, cancellation)
            : throw new SourceException(dataSet.Id, "the sources file of this agency does not describe it");

    /// <summary>As an answer of this agency, so that a source that cannot be read is a finding like a provider that is away.</summary>
    /// <param name="person">This agency's own key of the person.</param>
    public async Task<JobAnswer<TRecord>> Read<TRecord>(DataSetContract dataSet, string person, IMessage question, CancellationToken cancellation)
        where TRecord : class, IMessage<TRecord>, new()
    {
        try
        {
            return new JobAnswer<TRecord>(await Find(dataSet, person, question, cancellation).ConfigureAwait(false));
        }
        catch (SourceException unread)
        {
            return new JobAnswer<TRecord>(AskOutcome.Refused(unread.Refusal), dataSet, "");
        }
    }
}
