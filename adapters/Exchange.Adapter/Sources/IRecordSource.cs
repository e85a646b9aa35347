using Exchange.Protocol.DataSets;
using Google.Protobuf;

namespace Exchange.Adapter.Sources;

/// <summary>The agency's records of one data set, read where they are kept.</summary>
public interface IRecordSource : IAsyncDisposable
{
    DataSetContract Contract { get; }

    /// <summary>
    /// Raised after the data may have changed, with the local key of the person concerned, or null for everybody.
    /// Raised on a thread of the source; a handler returns quickly and does not throw.
    /// </summary>
    event Action<string?>? Changed;

    /// <param name="person">This agency's own key of the person.</param>
    /// <param name="question">A message of the contract's question type.</param>
    /// <returns>Null when the agency has no such record. The message is the caller's own, to change as it likes.</returns>
    /// <exception cref="SourceException">The source cannot be read, or what it holds does not fit the mapping.</exception>
    ValueTask<SourceRecord?> Find(string person, IMessage question, CancellationToken cancellation);
}
