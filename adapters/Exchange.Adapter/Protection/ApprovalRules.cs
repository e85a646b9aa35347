using Exchange.Hosting.Configuration;
using Exchange.Protocol.DataSets;

namespace Exchange.Adapter.Protection;

/// <summary>In which data sets an official decides about people at risk, and how long others wait for it.</summary>
/// <param name="DataSets">Protected ones. In these somebody at risk is PENDING, and so is everybody unknown. Elsewhere somebody at risk is never told about.</param>
/// <param name="ResolvesAfter">When a question resolves by itself to what somebody unknown is told.</param>
/// <param name="Officials">Who must approve, or take marks away: 1, or 2 of whom each is another, by another caller.</param>
/// <param name="GoodFor">How long the requester is answered once it is approved.</param>
public sealed record ApprovalRules(IReadOnlySet<string> DataSets, TimeSpan ResolvesAfter, int Officials, TimeSpan GoodFor)
{
    public static ApprovalRules None { get; } = new(new HashSet<string>(), TimeSpan.FromDays(3), 1, TimeSpan.FromDays(7));

    public bool AreInForce(string dataSet) => DataSets.Contains(dataSet);

    /// <param name="map">Of adapter.yaml; null: none.</param>
    internal static ApprovalRules Read(YamlMap? map)
    {
        if (map is null)
            return None;
        var dataSets = map.Texts("data_sets");
        if (dataSets.Count == 0)
            map.Report("data_sets", "'data_sets' is missing; list those in which an official decides");
        foreach (var id in dataSets.Where(id => DataSetCatalogue.All.Any(known => known.Id == id && !known.IsProtected)))
            map.Report("data_sets", $"'{id}' is not a protected data set: whoever is PENDING there would be told apart from somebody unknown");
        foreach (var id in dataSets.Where(id => DataSetCatalogue.All.All(known => known.Id != id)))
            map.Report("data_sets", $"there is no data set '{id}'{(Spelling.Nearest(id, DataSetCatalogue.All.Select(known => known.Id)) is { } near ? $"; did you mean '{near}'?" : "")}");
        var rules = new ApprovalRules(
            dataSets.ToHashSet(StringComparer.Ordinal),
            map.Duration("resolves_after", TimeSpan.FromMinutes(1), TimeSpan.FromDays(60), None.ResolvesAfter),
            (int)map.Whole("officials", 1, 2, None.Officials),
            map.Duration("good_for", TimeSpan.FromMinutes(1), TimeSpan.FromDays(60), None.GoodFor));
        map.RefuseUnknownKeys();
        return rules;
    }
}
