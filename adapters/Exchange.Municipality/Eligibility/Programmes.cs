using Exchange.Hosting.Configuration;

namespace Exchange.Municipality.Eligibility;

/// <summary>The programmes a town decides on, each in its versions, of which no two share a day.</summary>
/// <param name="all">Versions of a programme in the order of their days.</param>
sealed class Programmes(IReadOnlyList<Programme> all)
{
    /// <summary>Those of a town that names no file of its own.</summary>
    public static Programmes Shipped { get; } = ProgrammesFile.ReadShipped();

    public IReadOnlyList<Programme> All { get; } = all;

    /// <summary>Days for which a programme has no rule, between its versions and after the last, in words.</summary>
    public IEnumerable<string> Gaps
    {
        get
        {
            foreach (var versions in All.GroupBy(one => one.Name))
            {
                foreach (var (earlier, later) in versions.Zip(versions.Skip(1)))
                    if (earlier.ValidUntil is { } until && until.DayNumber + 1 < later.ValidFrom.DayNumber)
                        yield return $"'{versions.Key}' has no rule from {until.AddDays(1):yyyy-MM-dd} to {later.ValidFrom.AddDays(-1):yyyy-MM-dd}, between {earlier.Version} and {later.Version}";
                if (versions.Last() is { ValidUntil: { } end } last && end < DateOnly.MaxValue)
                    yield return $"'{versions.Key}' has no rule from {end.AddDays(1):yyyy-MM-dd} on, after {last.Version}";
            }
        }
    }

    /// <param name="name">As the caller wrote it; empty: the only programme there is.</param>
    /// <param name="day">Null when it could not be read, which is told already.</param>
    /// <returns>Null, with the mistake added, when there is no such programme or no version of it on that day.</returns>
    public Programme? Find(string name, DateOnly? day, List<string> mistakes)
    {
        var names = All.Select(one => one.Name).Distinct().ToArray();
        if (name.Length == 0 && names.Length == 1)
            name = names[0];
        if (!names.Contains(name))
        {
            // The word itself is not repeated: it may be anything. A long one is near to nothing.
            var near = name.Length <= 64 ? Spelling.Nearest(name, names) : null;
            mistakes.Add(
                name.Length == 0 ? $"'programme' is missing; there are {string.Join(", ", names)}"
                : near is null ? $"'programme' is unknown; there is {string.Join(", ", names)}"
                : $"'programme' is unknown; did you mean '{near}'?");
            return null;
        }
        if (day is null)
            return null;
        var versions = All.Where(one => one.Name == name).ToArray();
        var found = versions.SingleOrDefault(one => one.Covers(day.Value));
        if (found is null)
            mistakes.Add($"'{name}' has no rule for the day of 'decided_on'; its versions are in force {string.Join(", ", versions.Select(one => one.Days))}");
        return found;
    }
}
