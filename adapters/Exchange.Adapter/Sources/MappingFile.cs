using Exchange.Adapter.Sources.Csv;
using Exchange.Adapter.Sources.Databases;
using Exchange.Adapter.Sources.Mapping;
using Exchange.Adapter.Sources.People;
using Exchange.Adapter.Sources.Residences;
using Exchange.Hosting.Configuration;
using Exchange.Protocol.DataSets;
using Exchange.V1;
using Google.Protobuf.WellKnownTypes;

namespace Exchange.Adapter.Sources;

/// <summary>What an agency has, mostly as a mapping file describes it: the source of each data set by its id, where the people to enrol are listed, and where people lived.</summary>
public sealed record AgencyData(IReadOnlyDictionary<string, IRecordSource> Sources, IPeople? People, IResidences? Residences = null) : IAsyncDisposable
{
    /// <summary>Of an agency that only asks.</summary>
    public static AgencyData None { get; } = new(new Dictionary<string, IRecordSource>(), null);

    /// <summary>By which this agency tells its people apart: birth date and kana; null where it says none.</summary>
    public IRecordSource? Identities { get; init; }

    /// <summary>Where changes of people are put while the adapter serves; null where there is no such folder.</summary>
    internal DeltaPlace? Deltas { get; init; }

    /// <summary>Those that anything is read from, each once.</summary>
    internal IReadOnlyList<Place> Databases { get; init; } = [];

    /// <summary>For whoever keeps the files: of each that is not used, or not wholly, why. Nothing of what they hold.</summary>
    public IEnumerable<string> Troubles => Sources.Values.Append(Identities).OfType<CsvSource>().SelectMany(source => source.Troubles)
        .Concat(Residences is ResidencesFile { Trouble: { } trouble } ? [trouble] : []);

    /// <summary>With a source that no file describes. An agency that keeps no records provides nothing of this kind either.</summary>
    public AgencyData With(IRecordSource source) =>
        Sources.Count == 0 ? this : this with { Sources = new Dictionary<string, IRecordSource>(Sources) { [source.Contract.Id] = source } };

    public async ValueTask DisposeAsync()
    {
        foreach (var source in Sources.Values)
            await source.DisposeAsync();
        if (Residences is not null)
            await Residences.DisposeAsync();
        if (Identities is not null)
            await Identities.DisposeAsync();
    }
}

/// <summary>
/// Reads the file that says where an agency's records are kept. It is refused as a whole, with every mistake told at
/// once; columns are compared with those the file or database has. A database server that is away is no mistake.
/// </summary>
public static class MappingFile
{
    /// <summary>Read like a data set, and never told to anybody.</summary>
    static readonly DataSetContract identity = new("identities", "Birth date and kana", Empty.Descriptor, Identity.Descriptor, DataSetContract.MinimumSize, isProtected: true, providerKind: "");

    /// <exception cref="ConfigurationException">The file has mistakes.</exception>
    public static AgencyData Read(string path, IEnumerable<DataSetContract> contracts, SourceSettings? settings = null)
    {
        settings ??= new SourceSettings();
        var problems = new Problems();
        var known = contracts.ToDictionary(contract => contract.Id);
        var root = YamlFile.Read(path, problems);
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        var sources = new Dictionary<string, IRecordSource>();
        var gates = new QueryGates();
        if (root.Map("data_sets") is { } dataSets)
            foreach (var id in dataSets.Keys)
            {
                if (!known.TryGetValue(id, out var contract))
                {
                    var near = Spelling.Nearest(id, known.Keys);
                    dataSets.Report(id, $"there is no data set '{id}' here{(near is null ? $"; there are {string.Join(", ", known.Keys)}" : $"; did you mean '{near}'?")}");
                }
                else if (dataSets.Map(id) is { } map && new DataSetReader(map, contract, folder, gates, settings, problems).Open() is { } source)
                    sources.Add(id, source);
            }
        var (people, deltas) = root.Map("people") is { } list ? PeopleReader.Read(list, folder, gates, problems) : default;
        var residences = root.Map(ResidencesReader.Key) is { } moves ? new ResidencesReader(moves, folder, gates, settings, problems).Open() : null;
        var identities = root.Map(identity.Id) is { } birth ? new DataSetReader(birth, identity, folder, gates, settings, problems).Open() : null;
        root.RefuseUnknownKeys();
        if (!root.Has("data_sets") && !problems.Any)
            root.Report("data_sets", "'data_sets' is missing; describe where the records of each data set are");
        var data = new AgencyData(sources, people, residences) { Deltas = deltas, Databases = [.. gates.Places], Identities = identities };
        if (problems.Any)
            data.DisposeAsync().AsTask().GetAwaiter().GetResult();
        problems.ThrowIfAny();
        return data;
    }
}
