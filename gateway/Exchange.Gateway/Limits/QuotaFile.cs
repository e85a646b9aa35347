using System.Security.Cryptography;
using Exchange.Gateway.Directory;
using Exchange.Hosting.Configuration;

namespace Exchange.Gateway.Limits;

/// <summary>
/// Reads <c>quotas.yaml</c>: <c>lookups</c> and <c>enrolment</c>, each with a <c>default</c> and <c>overrides</c>.
/// What is left out keeps the default of <see cref="QuotaRules"/>.
/// </summary>
public sealed class QuotaFile
{
    readonly AgencyDirectory directory;
    readonly Vocabulary agencies;
    readonly Vocabulary kinds;
    readonly Vocabulary dataSets;

    QuotaFile(AgencyDirectory directory)
    {
        this.directory = directory;
        agencies = new Vocabulary("agency", directory.Agencies.Select(agency => agency.Id));
        kinds = new Vocabulary("kind", directory.Kinds);
        dataSets = new Vocabulary("data set", directory.DataSets.Select(one => one.Id));
    }

    /// <returns>Null when there was a mistake; each is added to the problems.</returns>
    public static QuotaRules? Parse(string file, byte[] bytes, AgencyDirectory directory, Problems problems)
    {
        var before = problems.Found.Count;
        var root = YamlFile.Parse(file, bytes, problems);
        if (problems.Found.Count > before)
            return null;
        var reader = new QuotaFile(directory);
        var (lookup, lookups) = reader.ReadSection(root.Map("lookups"), QuotaRules.DefaultLookup, smallestBurst: 1, byDataSet: true);
        var (enrolment, enrolments) = reader.ReadSection(root.Map("enrolment"), QuotaRules.DefaultEnrolment, QuotaRules.SmallestEnrolmentBurst, byDataSet: false);
        root.RefuseUnknownKeys();
        return problems.Found.Count > before ? null
            : new QuotaRules(directory, lookup, lookups, enrolment, enrolments) { Version = Convert.ToHexStringLower(SHA256.HashData(bytes)) };
    }

    (Limit Default, List<QuotaOverride> Overrides) ReadSection(YamlMap? section, Limit otherwise, int smallestBurst, bool byDataSet)
    {
        if (section is null)
            return (otherwise, []);
        var limit = otherwise;
        if (section.Map("default") is { } map)
        {
            limit = ReadLimit(map, smallestBurst);
            map.RefuseUnknownKeys();
        }
        var overrides = new List<QuotaOverride>();
        var lines = new Dictionary<(string?, string?, string?), int>();
        foreach (var one in section.Maps("overrides"))
        {
            var read = ReadOverride(one, smallestBurst, byDataSet);
            if (lines.TryAdd((read.Agency, read.Kind, read.DataSet), one.Line))
                overrides.Add(read);
            else
                one.Report("", $"line {lines[(read.Agency, read.Kind, read.DataSet)]} already gives a limit for the same");
        }
        section.RefuseUnknownKeys();
        return (limit, overrides);
    }

    QuotaOverride ReadOverride(YamlMap map, int smallestBurst, bool byDataSet)
    {
        var agency = map.OptionalText("agency");
        var kind = map.OptionalText("kind");
        var dataSet = byDataSet ? map.OptionalText("data_set") : null;
        if (agency is not null && kind is not null)
            map.Report("kind", "an override names an agency or a kind, not both");
        if (agency is null && kind is null && dataSet is null)
            map.Report("", byDataSet ? "an override names an agency, a kind or a data set" : "an override names an agency or a kind");
        if (agency is not null && !directory.TryGetAgency(agency, out _))
            map.Report("agency", agencies.Unknown(agency));
        if (kind is not null && !directory.HasKind(kind))
            map.Report("kind", kinds.Unknown(kind));
        if (dataSet is not null && !directory.TryGetDataSet(dataSet, out _))
            map.Report("data_set", dataSets.Unknown(dataSet));
        var limit = ReadLimit(map, smallestBurst);
        map.RefuseUnknownKeys();
        return new QuotaOverride(agency, kind, dataSet, limit);
    }

    static Limit ReadLimit(YamlMap map, int smallestBurst)
    {
        var rate = map.Text("rate");
        if (!Limit.TryParseRate(rate, out var count, out var period) && rate.Length > 0)
            map.Report("rate", $"'rate' is '{rate}'; write a count and a period such as 20/s, 600/m, 10000/h or 1000000/d, at most {Limit.MaximumPerSecond} a second");
        var burst = (int)map.Whole("burst", smallestBurst, Limit.MaximumBurst);
        return count == 0 || period == default ? QuotaRules.DefaultLookup : new Limit(count, period, burst);
    }
}
