using System.Collections.Frozen;
using Exchange.Hosting.Configuration;
using Exchange.Protocol.DataSets;
using Exchange.Protocol.DataSets.Predicates;
using Exchange.V1;

namespace Exchange.Adapter.Answering;

/// <summary>
/// The provider's own list of who may be told what: it can narrow the hub's grant, never widen it. Without a row
/// nothing is released, whatever the hub grants.
/// </summary>
public sealed class AllowList
{
    readonly IReadOnlyList<Row> rows;
    readonly System.Collections.Concurrent.ConcurrentDictionary<(string Requester, string Task, string DataSet), Own> decided = new();

    /// <summary>Decisions remembered; requesters and tasks come from outside, so there is an end to them.</summary>
    const int MaximumRemembered = 65_536;

    /// <param name="Requester">An agency id, or a prefix and <c>*</c>, such as <c>jp.mun.*</c>.</param>
    sealed record Row(string Requester, string Task, string DataSet, FrozenSet<uint> Fields, IReadOnlyList<PredicateRule> Predicates, bool NeedsConsent)
    {
        public bool Covers(string requester, string task, string dataSet) =>
            Task == task && DataSet == dataSet
            && (Requester.EndsWith('*') ? requester.StartsWith(Requester[..^1], StringComparison.Ordinal) : Requester == requester);
    }

    /// <summary>What this agency releases of a data set. A hub grants the same again and again, so the last answer is kept.</summary>
    sealed class Own(FrozenSet<uint> fields, IReadOnlyList<PredicateRule> predicates, bool needsConsent)
    {
        sealed record Narrowed(uint[] Granted, Release Released);

        readonly (Predicate Stated, PredicateRule Rule)[] predicates = [.. predicates.Select(rule => (rule.ToMessage(), rule))];

        volatile Narrowed last = new([], new Release(FrozenSet<uint>.Empty, []));

        public bool NeedsConsent { get; } = needsConsent;

        public Release Narrow(IReadOnlyList<uint> granted)
        {
            var before = last;
            if (before.Granted.SequenceEqual(granted))
                return before.Released;
            var released = new Release(fields.Intersect(granted).ToFrozenSet(), []);
            last = new Narrowed([.. granted], released);
            return released;
        }

        public PredicateRule? Find(Predicate granted) => Array.Find(predicates, own => own.Stated.Equals(granted)).Rule;
    }

    AllowList(IReadOnlyList<Row> rows) => this.rows = rows;

    /// <summary>Of an agency that provides nothing.</summary>
    public static AllowList Empty { get; } = new([]);

    public int Count => rows.Count;

    /// <exception cref="ConfigurationException">With every mistake of the file.</exception>
    public static AllowList Read(string path, IEnumerable<DataSetContract> provided)
    {
        var problems = new Problems();
        var contracts = provided.ToDictionary(contract => contract.Id);
        var root = YamlFile.Read(path, problems);
        var rows = root.Maps("allow").Select(map => ReadRow(map, contracts)).ToArray();
        root.RefuseUnknownKeys();
        problems.ThrowIfAny();
        return new AllowList(rows);
    }

    /// <summary>The granted fields that this agency releases to the requester for the task. Empty: nothing is.</summary>
    public Release Release(string requester, string task, string dataSet, IReadOnlyList<uint> granted) => Of(requester, task, dataSet).Narrow(granted);

    /// <summary>
    /// The predicate as this agency itself states it; null unless it releases it to the requester for the task, in the very
    /// words in which it is granted. Otherwise whoever writes grants could find a value out by asking for one bound after another.
    /// </summary>
    public PredicateRule? Find(string requester, string task, string dataSet, Predicate granted) => Of(requester, task, dataSet).Find(granted);

    /// <summary>Whether this agency itself wants the person's consent shown, whatever the grant says.</summary>
    public bool NeedsConsent(string requester, string task, string dataSet) => Of(requester, task, dataSet).NeedsConsent;

    Own Of(string requester, string task, string dataSet) =>
        decided.TryGetValue((requester, task, dataSet), out var known) ? known : Decide(requester, task, dataSet);

    Own Decide(string requester, string task, string dataSet)
    {
        Row[] covering = [.. rows.Where(row => row.Covers(requester, task, dataSet))];
        var own = new Own(covering.SelectMany(row => row.Fields).ToFrozenSet(), [.. covering.SelectMany(row => row.Predicates)], covering.Any(row => row.NeedsConsent));
        if (decided.Count < MaximumRemembered)
            decided[(requester, task, dataSet)] = own;
        return own;
    }

    static Row ReadRow(YamlMap map, Dictionary<string, DataSetContract> contracts)
    {
        var requester = map.Text("requester");
        if (requester.IndexOf('*', StringComparison.Ordinal) is var star and >= 0 && star != requester.Length - 1)
            map.Report("requester", "'*' may only stand at the end, as in jp.mun.*");
        var task = map.Text("task");
        var dataSet = map.Text("data_set");
        var names = map.Texts("fields");
        var predicates = PredicateReader.Read(map, contracts.GetValueOrDefault(dataSet));
        var needsConsent = map.Has("condition") && map.Choice("condition", "none", "consent") == "consent";
        map.RefuseUnknownKeys();
        var fields = new HashSet<uint>();
        if (!contracts.TryGetValue(dataSet, out var contract))
        {
            if (dataSet.Length > 0)
                map.Report("data_set", $"this agency provides no data set '{dataSet}'; it provides {string.Join(", ", contracts.Keys.Order(StringComparer.Ordinal))}");
        }
        else if (names.Count == 0 && !map.Has("predicates"))
            map.Report("fields", "'fields' is missing; list the fields that may be released, or 'predicates' that may be told in their place");
        else
            foreach (var name in names)
            {
                if (contract.TryGetField(name, out var number))
                    fields.Add(number);
                else
                    map.Report("fields", $"{dataSet} has no field '{name}'" + (Spelling.Nearest(name, contract.FieldNames) is { } near ? $"; did you mean '{near}'?" : ""));
            }
        return new Row(requester, task, dataSet, fields.ToFrozenSet(), predicates, needsConsent);
    }
}
