using Exchange.Adapter.Sources.Mapping;

namespace Exchange.Adapter.Sources.Databases;

/// <summary>One gate for each database, however many data sets are read from it: those of one connection string or file.</summary>
sealed class QueryGates
{
    readonly Dictionary<(string Path, string ConnectionString), (Place Place, QueryGate Gate)> gates = [];

    /// <summary>Each once.</summary>
    public IEnumerable<Place> Places => gates.Values.Select(one => one.Place);

    public QueryGate Of(Place place, SourceLimits limits)
    {
        var gate = Of(place);
        if (limits.Concurrency is { } concurrency)
            gate.Narrow(concurrency);
        return gate;
    }

    public QueryGate Of(Place place)
    {
        if (!gates.TryGetValue((place.Path, place.ConnectionString), out var one))
            gates.Add((place.Path, place.ConnectionString), one = (place, new QueryGate()));
        return one.Gate;
    }
}
