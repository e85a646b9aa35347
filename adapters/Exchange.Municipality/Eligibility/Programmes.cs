using Exchange.Hosting.Configuration;
using Records.Pension.V1;

namespace Exchange.Municipality.Eligibility;

/// <summary>The programmes this town decides on.</summary>
static class Programmes
{
    const string LowIncomeHousehold = "low-income-household";

    static readonly HashSet<PensionKind> notTaxable = [PensionKind.Disability, PensionKind.Survivors];

    /// <summary>The ceilings follow the limits of exemption from resident tax; they rose with the basic deduction in 2026.</summary>
    public static IReadOnlyList<Programme> All { get; } =
    [
        new(LowIncomeHousehold, "2025-04", new DateOnly(2025, 4, 1), new DateOnly(2026, 3, 31),
            "Ordinance on support of low-income households, article 4", new IncomeCeiling([450_000, 1_010_000, 1_360_000, 1_710_000], 350_000), notTaxable),
        new(LowIncomeHousehold, "2026-04", new DateOnly(2026, 4, 1), null,
            "Ordinance on support of low-income households, article 4, as of April 2026", new IncomeCeiling([480_000, 1_060_000, 1_430_000, 1_800_000], 370_000), notTaxable),
    ];

    /// <param name="name">As the caller wrote it; empty: the only programme there is.</param>
    /// <param name="day">Null when it could not be read, which is told already.</param>
    /// <returns>Null, with the mistake added, when there is no such programme or no version of it on that day.</returns>
    public static Programme? Find(string name, DateOnly? day, List<string> mistakes)
    {
        var names = All.Select(one => one.Name).Distinct().ToArray();
        if (name.Length == 0 && names.Length == 1)
            name = names[0];
        if (!names.Contains(name))
        {
            // The word itself is not repeated: it may be anything. A long one is near to nothing.
            var near = name.Length <= 64 ? Spelling.Nearest(name, names) : null;
            mistakes.Add(near is null ? $"'programme' is unknown; there is {string.Join(", ", names)}" : $"'programme' is unknown; did you mean '{near}'?");
            return null;
        }
        if (day is null)
            return null;
        var versions = All.Where(one => one.Name == name).ToArray();
        var found = versions.SingleOrDefault(one => one.Covers(day.Value));
        if (found is null)
            mistakes.Add($"'{name}' has no rule for the day of 'decided_on'; its versions are in force {string.Join(", ", versions.Select(InForce))}");
        return found;
    }

    static string InForce(Programme version) => version.ValidUntil is { } until ? $"{version.ValidFrom:yyyy-MM-dd} to {until:yyyy-MM-dd}" : $"from {version.ValidFrom:yyyy-MM-dd}";
}
