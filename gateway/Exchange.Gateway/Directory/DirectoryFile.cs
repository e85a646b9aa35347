using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using Exchange.Hosting.Configuration;
using Exchange.Protocol.DataSets;
using Exchange.Protocol.Identity;
using Google.Protobuf.Reflection;

namespace Exchange.Gateway.Directory;

/// <summary>Reads <c>directory.yaml</c>: <c>agencies</c> and <c>data_sets</c>.</summary>
public sealed class DirectoryFile
{
    const int MaximumNameLength = 200;

    readonly Dictionary<string, int> agencyLines = new(StringComparer.Ordinal);
    readonly Dictionary<string, int> dataSetLines = new(StringComparer.Ordinal);
    // Of what can be provided, whether or not somebody does already, and of the agencies.
    readonly Dictionary<string, string> kinds = DataSetCatalogue.All.Select(one => one.ProviderKind).Distinct().ToDictionary(kind => kind, StringComparer.Ordinal);

    readonly Vocabulary messages = new("message", RecordTypes.Files.SelectMany(one => one.MessageTypes).Select(message => message.FullName));

    DirectoryFile()
    {
    }

    /// <returns>Null when there was a mistake; each is added to the problems.</returns>
    public static AgencyDirectory? Parse(string file, byte[] bytes, Problems problems)
    {
        var before = problems.Found.Count;
        var root = YamlFile.Parse(file, bytes, problems);
        if (problems.Found.Count > before)
            return null;
        var reader = new DirectoryFile();
        var agencies = reader.ReadAgencies(root);
        var dataSets = reader.ReadDataSets(root);
        root.RefuseUnknownKeys();
        return problems.Found.Count > before ? null
            : new AgencyDirectory(Convert.ToHexStringLower(SHA256.HashData(bytes)), agencies, dataSets);
    }

    /// <summary>As it is written in the file.</summary>
    public static string Word(AgencyStatus status) => status.ToString().ToLowerInvariant();

    List<AgencyEntry> ReadAgencies(YamlMap root)
    {
        Require(root, "agencies");
        return [.. root.Maps("agencies").Select(ReadAgency).OfType<AgencyEntry>()];
    }

    List<DataSetContract> ReadDataSets(YamlMap root)
    {
        Require(root, "data_sets");
        return [.. root.Maps("data_sets").Select(ReadDataSet).OfType<DataSetContract>()];
    }

    static void Require(YamlMap root, string key)
    {
        if (!root.Has(key))
            root.Report(key, $"'{key}' is missing; give a list");
    }

    AgencyEntry? ReadAgency(YamlMap map)
    {
        var id = map.Text("id");
        if (id.Length > 0 && !AgencyIds.IsId(id))
            map.Report("id", $"'{id}' is not an agency id; write lower-case words with dots between, such as jp.tax, at most {AgencyNames.MaximumIdLength} characters");
        else if (AgencyIds.MunicipalityMistake(id) is { } mistake)
            map.Report("id", mistake);
        RefuseRepeated(map, id, agencyLines);

        var kind = map.Text("kind");
        if (kind.Length > 0 && !AgencyIds.IsWord(kind))
            map.Report("kind", $"'{kind}' is not a kind; write one lower-case word such as municipality, without dots");
        var name = ReadName(map, "name");
        var status = map.Choice("status", [.. Enum.GetValues<AgencyStatus>().Select(Word)]);
        var epochs = ReadEpochs(map);
        map.RefuseUnknownKeys();
        return id.Length == 0 ? null : new AgencyEntry(id, Shared(kind), name, status is null ? AgencyStatus.Suspended : Enum.Parse<AgencyStatus>(status, ignoreCase: true), epochs);
    }

    static ImmutableArray<ulong> ReadEpochs(YamlMap map)
    {
        var epochs = new SortedSet<ulong>();
        var items = map.Items("epochs");
        if (items.Count == 0)
            map.Report("epochs", "'epochs' is missing; give the key epochs in force, such as [1]");
        foreach (var item in items)
        {
            if (!ulong.TryParse(item.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var epoch) || epoch is 0 or > uint.MaxValue)
                map.Report(item, $"'{item.Value}' is not an epoch; give a whole number from 1");
            else if (!epochs.Add(epoch))
                map.Report(item, $"epoch {epoch} stands twice");
        }
        return [.. epochs];
    }

    DataSetContract? ReadDataSet(YamlMap map)
    {
        var id = map.Text("id");
        if (id.Length > 0 && !AgencyIds.IsId(id))
            map.Report("id", $"'{id}' is not a data set id; write lower-case words with dots between, such as tax.income.v1, at most {AgencyNames.MaximumIdLength} characters");
        RefuseRepeated(map, id, dataSetLines);

        var title = ReadName(map, "title");
        var question = ReadMessage(map, "question");
        var record = ReadMessage(map, "record");
        var size = (int)map.Whole("declared_size", DataSetContract.MinimumSize, DataSetContract.MaximumSize);
        var isProtected = ReadProtected(map);
        var kind = map.Text("provider_kind");
        if (kind.Length > 0 && !kinds.ContainsKey(kind))
            map.Report("provider_kind", $"{new Vocabulary("kind", kinds.Keys).Unknown(kind)}; neither an agency of this directory nor a data set of this program is of that kind");
        map.RefuseUnknownKeys();
        return id.Length == 0 || question is null || record is null ? null
            : new DataSetContract(id, title, question, record, size, isProtected, Shared(kind));
    }

    /// <summary>No default: forgetting it must not expose a protected person.</summary>
    static bool ReadProtected(YamlMap map)
    {
        if (!map.Has("protected"))
            map.Report("protected", "'protected' is missing; write true or false");
        return map.Flag("protected", otherwise: true);
    }

    static string ReadName(YamlMap map, string key)
    {
        var name = map.Text(key);
        if (name.Length > MaximumNameLength || name.Any(char.IsControl))
            map.Report(key, $"'{key}' must be one line of at most {MaximumNameLength} characters");
        return name;
    }

    MessageDescriptor? ReadMessage(YamlMap map, string key)
    {
        var name = map.Text(key);
        var message = name.Length == 0 ? null : RecordTypes.Find(name);
        if (name.Length > 0 && message is null)
            map.Report(key, messages.Unknown(name));
        return message;
    }

    static void RefuseRepeated(YamlMap map, string id, Dictionary<string, int> lines)
    {
        if (id.Length > 0 && !lines.TryAdd(id, map.Line))
            map.Report("id", $"'{id}' stands already in line {lines[id]}");
    }

    /// <summary>One string object for each kind.</summary>
    string Shared(string kind) => kinds.TryGetValue(kind, out var one) ? one : kinds[kind] = kind;
}
