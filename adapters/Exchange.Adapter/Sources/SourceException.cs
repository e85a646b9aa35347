using Exchange.Protocol.Refusals;
using Exchange.V1;

namespace Exchange.Adapter.Sources;

/// <summary>
/// The source cannot be read, or holds something the mapping does not fit. The message names data set, column and row,
/// never a key or a value; no inner exception is kept, since a database's own words may quote them.
/// </summary>
public sealed class SourceException(string dataSet, string what) : Exception($"{dataSet}: {what}")
{
    public string DataSet { get; } = dataSet;

    /// <summary>For whoever asked: nothing of how the agency keeps its data.</summary>
    public Refusal Refusal { get; } = Reasons.Refuse(Reason.SourceUnavailable);
}
