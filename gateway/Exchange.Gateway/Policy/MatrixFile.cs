using System.Security.Cryptography;
using Exchange.Gateway.Directory;
using Exchange.Hosting.Configuration;
using Exchange.Protocol.DataSets;
using Exchange.Protocol.Identity;
using Exchange.V1;

namespace Exchange.Gateway.Policy;

/// <summary>Reads <c>matrix.yaml</c>: a list <c>rows</c>, checked against the directory.</summary>
public sealed class MatrixFile
{
    const int MaximumBasisLength = 300;

    readonly string file;
    readonly Problems problems;
    readonly AgencyDirectory? directory;
    readonly Dictionary<string, string> shared = new(StringComparer.Ordinal);
    readonly Dictionary<string, Vocabulary> fields = new(StringComparer.Ordinal);
    readonly Vocabulary agencies;
    readonly Vocabulary kinds;
    readonly Vocabulary dataSets;

    MatrixFile(string file, AgencyDirectory? directory, Problems problems)
    {
        this.file = file;
        this.problems = problems;
        this.directory = directory;
        agencies = new Vocabulary("agency", directory?.Agencies.Select(agency => agency.Id) ?? []);
        kinds = new Vocabulary("kind", directory?.Kinds ?? []);
        dataSets = new Vocabulary("data set", directory?.DataSets.Select(one => one.Id) ?? []);
    }

    /// <param name="directory">Null when it has mistakes of its own: names are then not checked, everything else is.</param>
    /// <returns>Null without a directory, or when there was a mistake; each is added to the problems.</returns>
    public static PolicyMatrix? Parse(string file, byte[] bytes, AgencyDirectory? directory, Problems problems)
    {
        var before = problems.Found.Count;
        var root = YamlFile.Parse(file, bytes, problems);
        if (problems.Found.Count > before)
            return null;
        var rows = new MatrixFile(file, directory, problems).ReadRows(root);
        return directory is null || problems.Found.Count > before ? null
            : new PolicyMatrix(Convert.ToHexStringLower(SHA256.HashData(bytes)), directory, rows);
    }

    List<PolicyRow> ReadRows(YamlMap root)
    {
        if (!root.Has("rows"))
            root.Report("rows", "'rows' is missing; give a list ([] permits nothing)");
        List<PolicyRow> rows = [.. root.Maps("rows").Select(ReadRow)];
        root.RefuseUnknownKeys();
        Overlaps.Report(file, rows, problems);
        return rows;
    }

    PolicyRow ReadRow(YamlMap map)
    {
        var requester = ReadParty(map, "requester");
        var task = Shared(map.Text("task"));
        if (task.Length > 0 && !AgencyIds.IsWord(task))
            map.Report("task", $"'{task}' is not a task; write lower-case words with hyphens, such as benefit-eligibility, at most {AgencyNames.MaximumIdLength} characters");
        var provider = ReadParty(map, "provider");
        var (dataSetId, dataSet) = ReadDataSet(map);
        if (dataSet is not null && KindOf(provider) is { } kind && kind != dataSet.ProviderKind)
            map.Report("provider", $"'{provider}' does not provide '{dataSet.Id}'; agencies of kind '{dataSet.ProviderKind}' do");
        var granted = ReadFields(map, dataSet);
        Predicate[] predicates = [.. PredicateReader.Read(map, dataSet).Select(rule => rule.ToMessage())];
        var condition = map.Choice("condition", "none", "consent") == "consent" ? Condition.Consent : Condition.None;
        var consentDays = map.Has("consent_valid_days") ? (int)map.Whole("consent_valid_days", 1, 36_500) : 0;
        if (consentDays > 0 && condition == Condition.None)
            map.Report("consent_valid_days", "'consent_valid_days' goes with condition: consent");
        var basis = Shared(map.Text("legal_basis"));
        if (basis.Length > MaximumBasisLength || basis.Any(char.IsControl))
            map.Report("legal_basis", $"'legal_basis' must be one line of at most {MaximumBasisLength} characters");
        var from = map.Date("valid_from");
        var until = map.OptionalDate("valid_until");
        if (until < from)
            map.Report("valid_until", $"the last day {until:yyyy-MM-dd} lies before the first, {from:yyyy-MM-dd}");
        map.RefuseUnknownKeys();
        return new PolicyRow(map.Line, map.Column, requester, task, provider, dataSetId, granted, condition, basis, from, until) { Predicates = predicates, ConsentValidDays = consentDays };
    }

    string ReadParty(YamlMap map, string key)
    {
        var party = Shared(map.Text(key));
        if (party.Length == 0 || directory is null)
            return party;
        if (party.Contains('.', StringComparison.Ordinal))
        {
            if (!directory.TryGetAgency(party, out _))
                map.Report(key, agencies.Unknown(party));
        }
        else if (!directory.HasKind(party))
        {
            map.Report(key, kinds.Unknown(party));
        }
        return party;
    }

    string? KindOf(string party) =>
        directory is null ? null
        : directory.TryGetAgency(party, out var agency) ? agency.Kind
        : directory.HasKind(party) ? party : null;

    (string Id, DataSetContract? Contract) ReadDataSet(YamlMap map)
    {
        var id = Shared(map.Text("data_set"));
        if (id.Length == 0 || directory is null)
            return (id, null);
        if (!directory.TryGetDataSet(id, out var contract))
            map.Report("data_set", dataSets.Unknown(id));
        return (id, contract);
    }

    uint[] ReadFields(YamlMap map, DataSetContract? dataSet)
    {
        var numbers = new SortedSet<uint>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        var items = map.Items("fields");
        if (items.Count == 0 && !map.Has("predicates"))
            map.Report("fields", "'fields' is missing; name each field the law grants, or 'predicates' that may be told in their place");
        foreach (var item in items)
        {
            if (item.Value is "all" or "*")
                map.Report(item, $"'{item.Value}' is not allowed; name each field the law grants");
            else if (!names.Add(item.Value))
                map.Report(item, $"field '{item.Value}' stands twice");
            else if (dataSet is not null && dataSet.TryGetField(item.Value, out var number))
                numbers.Add(number);
            else if (dataSet is not null)
                map.Report(item, FieldsOf(dataSet).Unknown(item.Value));
        }
        return [.. numbers];
    }

    Vocabulary FieldsOf(DataSetContract dataSet) =>
        fields.TryGetValue(dataSet.Id, out var known) ? known : fields[dataSet.Id] = new Vocabulary($"field of {dataSet.Id}", dataSet.FieldNames);

    /// <summary>One string object for each name, however many rows repeat it.</summary>
    string Shared(string text) => shared.TryGetValue(text, out var one) ? one : shared[text] = text;
}
