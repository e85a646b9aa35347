using Exchange.Adapter.Sources.Mapping;

namespace Exchange.Adapter.Sources.Databases;

/// <summary>One gate for each database, however many data sets are read from it: those of one connection string or file.</summary>
sealed class QueryGates
{
    readonly Dictionary<(string Path, string ConnectionString), QueryGate> gates = [];

    public QueryGate Of(Place place, SourceLimits limits)
    {
        if (!gates.TryGetValue((place.Path, place.ConnectionString), out var gate))
            gates.Add((place.Path, place.ConnectionString), gate = new QueryGate());
        if (limits.Concurrency is { } concurrency)
            gate.Narrow(concurrency);
        return gate;
    }
}
