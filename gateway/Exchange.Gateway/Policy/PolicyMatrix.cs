using System.Collections.Frozen;
using System.Collections.Immutable;
using Exchange.Gateway.Directory;

namespace Exchange.Gateway.Policy;

/// <summary>
/// Who may ask whom for what, on which day; immutable. The most specific row in force decides alone: agency to
/// agency, then agency to kind, then kind to agency, then kind to kind. No row, no exchange.
/// </summary>
/// <remarks>
/// A decision looks four names up and probes at most four keys, however many rows there are. Measured, it is never
/// slower than a cache of decisions by the four names, so there is none. The rows lie in an ordinary dictionary that
/// nobody writes to again: keys and values side by side make it faster than a frozen one at 100,000 rows.
/// </remarks>
public sealed class PolicyMatrix
{
    readonly FrozenDictionary<string, Party> parties;
    readonly FrozenDictionary<string, int> tasks;
    readonly FrozenDictionary<string, int> dataSets;
    readonly Dictionary<RowKey, Timeline> timelines;
    readonly FrozenDictionary<long, Periods> sessions;
    readonly FrozenDictionary<string, ImmutableArray<PolicyRow>> rowsByParty;

    /// <summary>An agency of the directory, with the numbers of its own name and of its kind.</summary>
    sealed record Party(AgencyEntry Agency, int Self, int Kind);

    readonly record struct RowKey(long Parties, long Purpose)
    {
        /// <summary>Small numbers in both halves: multiplied, so that they do not cancel each other out.</summary>
        public override int GetHashCode() => (int)(unchecked(((ulong)Parties * 0x9E3779B97F4A7C15 + (ulong)Purpose) * 0xD6E8FEB86659FD93) >> 32);
    }

    /// <param name="version">SHA-256 of the file, hexadecimal.</param>
    /// <param name="rows">Checked against the directory; no two of one key overlap.</param>
    public PolicyMatrix(string version, AgencyDirectory directory, IReadOnlyList<PolicyRow> rows)
    {
        Version = version;
        Directory = directory;
        Rows = [.. rows];

        var names = new Dictionary<string, int>(StringComparer.Ordinal);
        int Number(string name) => names.TryGetValue(name, out var number) ? number : names[name] = names.Count;
        parties = directory.Agencies.ToFrozenDictionary(
            agency => agency.Id, agency => new Party(agency, Number(agency.Id), Number(agency.Kind)), StringComparer.Ordinal);
        tasks = Numbered(rows.Select(row => row.Task));
        dataSets = Numbered(directory.DataSets.Select(one => one.Id));

        timelines = Rows
            .GroupBy(row => new RowKey(Pack(Number(row.Requester), Number(row.Provider)), Pack(tasks[row.Task], dataSets[row.DataSet])))
            .ToDictionary(group => group.Key, group => new Timeline([.. group.OrderBy(row => row.ValidFrom)]));
        sessions = Rows
            .GroupBy(row => Pack(Number(row.Requester), Number(row.Provider)))
            .ToFrozenDictionary(group => group.Key, group => new Periods(group));
        rowsByParty = Rows.SelectMany(row => row.Requester == row.Provider ? [(row.Requester, row)] : new[] { (row.Requester, row), (row.Provider, row) })
            .GroupBy(pair => pair.Item1, pair => pair.Item2)
            .ToFrozenDictionary(group => group.Key, group => group.ToImmutableArray(), StringComparer.Ordinal);
        Tasks = tasks.Keys.ToFrozenSet(StringComparer.Ordinal);
    }

    public string Version { get; }

    /// <summary>The directory it was checked against.</summary>
    public AgencyDirectory Directory { get; }

    /// <summary>In the order of the file.</summary>
    public ImmutableArray<PolicyRow> Rows { get; }

    /// <summary>Every task a row names, in force or not.</summary>
    public FrozenSet<string> Tasks { get; }

    /// <param name="requester">An agency id.</param>
    /// <param name="provider">An agency id.</param>
    public PolicyDecision Decide(string requester, string provider, string task, string dataSet, DateOnly today)
    {
        if (!parties.TryGetValue(requester, out var asking))
            return PolicyDecision.RequesterUnknown;
        if (!asking.Agency.IsActive)
            return PolicyDecision.RequesterSuspended;
        if (!tasks.TryGetValue(task, out var taskNumber))
            return PolicyDecision.TaskUnknown;
        if (!dataSets.TryGetValue(dataSet, out var dataSetNumber))
            return PolicyDecision.DataSetUnknown;
        if (!parties.TryGetValue(provider, out var asked))
            return PolicyDecision.ProviderUnknown;
        if (!asked.Agency.IsActive)
            return PolicyDecision.ProviderSuspended;

        var purpose = Pack(taskNumber, dataSetNumber);
        return At(asking.Self, asked.Self, purpose, today)
            ?? At(asking.Self, asked.Kind, purpose, today)
            ?? At(asking.Kind, asked.Self, purpose, today)
            ?? At(asking.Kind, asked.Kind, purpose, today)
            ?? PolicyDecision.NotPermitted;
    }

    /// <summary>Whether at least one row leads from the one to the other, both being active.</summary>
    public bool MayOpenSession(string requester, string provider, DateOnly today) =>
        parties.TryGetValue(requester, out var asking) && asking.Agency.IsActive
        && parties.TryGetValue(provider, out var asked) && asked.Agency.IsActive
        && (Contain(asking.Self, asked.Self, today) || Contain(asking.Self, asked.Kind, today)
            || Contain(asking.Kind, asked.Self, today) || Contain(asking.Kind, asked.Kind, today));

    /// <summary>The rows in force in which the agency is requester or provider, by its id or its kind; rows that name an agency first.</summary>
    public IReadOnlyList<PolicyRow> RowsFor(string agency, DateOnly today)
    {
        if (!Directory.TryGetAgency(agency, out var known))
            return [];
        var own = rowsByParty.GetValueOrDefault(known.Id, []);
        var kind = rowsByParty.GetValueOrDefault(known.Kind, []);
        return [.. own.Concat(kind.Where(row => row.Requester != known.Id && row.Provider != known.Id)).Where(row => row.IsInForce(today))];
    }

    PolicyDecision? At(int requester, int provider, long purpose, DateOnly today) =>
        timelines.TryGetValue(new RowKey(Pack(requester, provider), purpose), out var timeline) ? timeline.At(today) : null;

    bool Contain(int requester, int provider, DateOnly today) =>
        sessions.TryGetValue(Pack(requester, provider), out var periods) && periods.Contain(today);

    static long Pack(int high, int low) => ((long)high << 32) | (uint)low;

    static FrozenDictionary<string, int> Numbered(IEnumerable<string> names) =>
        names.Distinct(StringComparer.Ordinal).Select((name, number) => (name, number))
            .ToFrozenDictionary(pair => pair.name, pair => pair.number, StringComparer.Ordinal);
}
