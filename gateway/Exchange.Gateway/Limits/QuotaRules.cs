using System.Collections.Frozen;
using Exchange.Gateway.Directory;

namespace Exchange.Gateway.Limits;

/// <summary>Limits that depart from the default. What is null applies to all.</summary>
public sealed record QuotaOverride(string? Agency, string? Kind, string? DataSet, Limit Limit);

/// <summary>
/// Which limit holds for whom; immutable. An override that names the agency goes before one that names its kind, and
/// that before one that names neither; of two alike, the one that names the data set.
/// </summary>
public sealed class QuotaRules
{
    readonly FrozenDictionary<(string? Agency, string? Kind, string? DataSet), Limit> lookups;
    readonly FrozenDictionary<(string? Agency, string? Kind, string? DataSet), Limit> enrolments;

    public QuotaRules(
        AgencyDirectory directory, Limit lookup, IEnumerable<QuotaOverride> lookups, Limit enrolment, IEnumerable<QuotaOverride> enrolments)
    {
        Directory = directory;
        Lookup = lookup;
        Enrolment = enrolment;
        this.lookups = lookups.ToFrozenDictionary(one => (one.Agency, one.Kind, one.DataSet), one => one.Limit);
        this.enrolments = enrolments.ToFrozenDictionary(one => (one.Agency, one.Kind, one.DataSet), one => one.Limit);
    }

    /// <summary>Lookups of one data set by one agency: more than any town's peak, far less than a copy of a register in an hour.</summary>
    public static Limit DefaultLookup { get; } = new(50, TimeSpan.FromSeconds(1), 500);

    /// <summary>People enrolled by one agency. A batch has up to 4,096, so a burst is never less.</summary>
    public static Limit DefaultEnrolment { get; } = new(500, TimeSpan.FromSeconds(1), 8 * SmallestEnrolmentBurst);

    public const int SmallestEnrolmentBurst = 4096;

    /// <summary>Session offers of one agency: a few per provider and process, and again after a restart.</summary>
    public static Limit Sessions { get; } = new(20, TimeSpan.FromSeconds(1), 1000);

    /// <summary>Refusals of one agency that get an entry of their own in the log; the rest are counted.</summary>
    public static Limit Refusals { get; } = new(10, TimeSpan.FromSeconds(1), 500);

    /// <summary>Calls of one agency about letters; leaving one counts as a lookup besides.</summary>
    public static Limit Mail { get; } = new(100, TimeSpan.FromSeconds(1), 1000);

    public static QuotaRules Default(AgencyDirectory directory) => new(directory, DefaultLookup, [], DefaultEnrolment, []);

    /// <summary>SHA-256 of the file, hexadecimal; empty without one.</summary>
    public string Version { get; init; } = "";

    public AgencyDirectory Directory { get; }

    public Limit Lookup { get; }

    public Limit Enrolment { get; }

    public Limit LookupLimit(AgencyEntry agency, string dataSet) =>
        lookups.Count == 0 ? Lookup
        : lookups.TryGetValue((agency.Id, null, dataSet), out var limit)
        || lookups.TryGetValue((agency.Id, null, null), out limit)
        || lookups.TryGetValue((null, agency.Kind, dataSet), out limit)
        || lookups.TryGetValue((null, agency.Kind, null), out limit)
        || lookups.TryGetValue((null, null, dataSet), out limit) ? limit : Lookup;

    public Limit EnrolmentLimit(AgencyEntry agency) =>
        enrolments.TryGetValue((agency.Id, null, null), out var limit)
        || enrolments.TryGetValue((null, agency.Kind, null), out limit) ? limit : Enrolment;
}
