using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Exchange.Protocol.DataSets;

namespace Exchange.Gateway.Directory;

/// <summary>Which agencies and data sets there are; immutable. What the directory file says, and nothing that changes by itself.</summary>
public sealed class AgencyDirectory
{
    readonly FrozenDictionary<string, AgencyEntry> agencies;
    readonly FrozenDictionary<string, DataSetContract> dataSets;
    readonly FrozenDictionary<string, ImmutableArray<AgencyEntry>> kinds;

    /// <param name="version">SHA-256 of the file, hexadecimal.</param>
    /// <exception cref="ArgumentException">When an id stands twice.</exception>
    public AgencyDirectory(string version, IEnumerable<AgencyEntry> agencies, IEnumerable<DataSetContract> dataSets)
    {
        Version = version;
        Agencies = [.. agencies];
        DataSets = [.. dataSets];
        this.agencies = Agencies.ToDictionary(agency => agency.Id).ToFrozenDictionary(StringComparer.Ordinal);
        this.dataSets = DataSets.ToDictionary(one => one.Id).ToFrozenDictionary(StringComparer.Ordinal);
        kinds = Agencies.GroupBy(agency => agency.Kind).ToFrozenDictionary(kind => kind.Key, kind => kind.ToImmutableArray(), StringComparer.Ordinal);
    }

    public string Version { get; }

    /// <summary>In the order of the file.</summary>
    public ImmutableArray<AgencyEntry> Agencies { get; }

    /// <summary>In the order of the file.</summary>
    public ImmutableArray<DataSetContract> DataSets { get; }

    public ImmutableArray<string> Kinds => kinds.Keys;

    public bool HasKind(string kind) => kinds.ContainsKey(kind);

    public bool TryGetAgency(string id, [NotNullWhen(true)] out AgencyEntry? agency) => agencies.TryGetValue(id, out agency);

    public bool TryGetDataSet(string id, [NotNullWhen(true)] out DataSetContract? dataSet) => dataSets.TryGetValue(id, out dataSet);

    /// <summary>Empty for a kind nobody is of.</summary>
    public ImmutableArray<AgencyEntry> AgenciesOfKind(string kind) => kinds.GetValueOrDefault(kind, []);
}
