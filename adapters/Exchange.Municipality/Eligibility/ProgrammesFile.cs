using System.Globalization;
using Exchange.Hosting.Configuration;

namespace Exchange.Municipality.Eligibility;

/// <summary>Reads <c>programmes.yaml</c>: the benefits a town decides on, each with the versions of its rule.</summary>
static class ProgrammesFile
{
    const string Name = "programmes.yaml", Exempt = "resident_tax_exempt";

    const int NameLength = 64, TextLength = 500, OldestChild = 100;

    /// <summary>Yen. No household's income comes near it, and sums of it are far from the end of what is counted with.</summary>
    const long Most = 1_000_000_000_000;

    /// <exception cref="ConfigurationException">With every mistake of the file.</exception>
    public static Programmes Read(string path)
    {
        var problems = new Problems();
        return Read(YamlFile.Read(path, problems), problems);
    }

    public static Programmes ReadShipped()
    {
        using var file = typeof(ProgrammesFile).Assembly.GetManifestResourceStream(Name)!;
        using var text = new StreamReader(file);
        var problems = new Problems();
        return Read(YamlFile.Parse(Name, text.ReadToEnd(), problems), problems);
    }

    static Programmes Read(YamlMap root, Problems problems)
    {
        var programmes = root.Maps("programmes");
        if (programmes.Count == 0 && !problems.Any)
            root.Report("programmes", "'programmes' is missing; list at least one programme, with its name and versions");
        root.RefuseUnknownKeys();
        var names = new Dictionary<string, int>();
        var all = programmes.SelectMany(map => ReadVersions(map, names, problems)).ToArray();
        problems.ThrowIfAny();
        return new Programmes(all);
    }

    static IEnumerable<Programme> ReadVersions(YamlMap map, Dictionary<string, int> names, Problems problems)
    {
        var name = map.Text("name");
        if (name.Length > NameLength || !name.All(one => char.IsAsciiLetterLower(one) || char.IsAsciiDigit(one) || one == '-'))
            map.Report("name", $"'name' has to be at most {NameLength} lower-case letters, digits and hyphens, such as low-income-household");
        if (name.Length > 0 && !names.TryAdd(name, map.Line))
            map.Report("name", $"'{name}' stands in line {names[name]} already; list all its versions there");
        var maps = map.Maps("versions");
        if (maps.Count == 0)
            map.Report("versions", "'versions' is missing; list at least one version of the rule");
        map.RefuseUnknownKeys();
        var all = new List<Programme>();
        var dated = new List<(Programme Version, YamlMap Map)>();
        var versions = new Dictionary<string, int>();
        foreach (var one in maps)
        {
            var before = problems.Found.Count;
            var from = one.Date("valid_from");
            var until = one.OptionalDate("valid_until");
            if (until < from)
                one.Report("valid_until", $"'valid_until' is {until:yyyy-MM-dd}, before 'valid_from'; it is the last day");
            var areDaysKnown = problems.Found.Count == before;
            var version = ReadVersion(name, from, until, one);
            all.Add(version);
            if (version.Version.Length > 0 && !versions.TryAdd(version.Version, one.Line))
                one.Report("version", $"version {version.Version} stands in line {versions[version.Version]} already; give each its own name");
            // Days that could not be read would overlap with everything, or with nothing.
            if (areDaysKnown)
                dated.Add((version, one));
        }
        RefuseOverlaps([.. dated.OrderBy(one => one.Version.ValidFrom)]);
        return all.OrderBy(one => one.ValidFrom);
    }

    static void RefuseOverlaps(List<(Programme Version, YamlMap Map)> versions)
    {
        for (var i = 1; i < versions.Count; i++)
        {
            var (later, at) = versions[i];
            foreach (var (earlier, there) in versions.Take(i).Where(one => one.Version.Covers(later.ValidFrom)))
                at.Report("valid_from", $"{later.Version} is in force {later.Days}, and {earlier.Version} of line {there.Line} {earlier.Days}: one rule decides on a day; end the earlier one on the day before");
        }
    }

    static Programme ReadVersion(string programme, DateOnly from, DateOnly? until, YamlMap map)
    {
        var version = Text(map, "version", NameLength);
        var legalBasis = Text(map, "legal_basis", TextLength);
        var exempt = RequiredFlag(map, Exempt);
        var livedHere = RequiredFlag(map, "lived_here");
        var onTop = ReadWords(map, "pensions_on_top", PensionWords.All);
        foreach (var taxable in onTop.Where(one => one.Value == PensionWords.Taxable))
            map.Report(taxable, $"an {taxable.Value} pension is taxable and part of the total income already; it would count twice. Take it out");
        var ceiling = map.Map("ceiling");
        if (ceiling is null && !map.Has("ceiling"))
            map.Report("ceiling", "'ceiling' is missing; give it at least 'by_size'");
        map.RefuseUnknownKeys();
        return new Programme(programme, version, from, until, legalBasis, exempt, livedHere, ReadCeiling(ceiling), PensionWords.Kinds(onTop), ReadWaiver(ceiling, exempt));
    }

    static IncomeCeiling ReadCeiling(YamlMap? map)
    {
        if (map is null)
            return new IncomeCeiling([Most], 0);
        var bySize = ReadSizes(map);
        var further = map.Whole("each_further", 0, Most, 0);
        if (!map.Has("each_further") && bySize.Count is > 0 and < HouseholdCase.MaximumMembers)
            map.Report("by_size", $"a household of {bySize.Count + 1} to {HouseholdCase.MaximumMembers} would have no ceiling; give 'each_further', 0 when it rises no more");
        var children = map.Map("children");
        var addition = children is null ? null : new ChildAddition((int)children.Whole("under", 1, OldestChild), children.Whole("each", 1, Most));
        children?.RefuseUnknownKeys();
        return new IncomeCeiling(bySize.Count > 0 ? bySize : [Most], further, addition);
    }

    static CeilingWaiver ReadWaiver(YamlMap? map, bool exemptIsRequired)
    {
        var words = map is null ? [] : ReadWords(map, "waived_for", [Exempt, .. PensionWords.All]);
        foreach (var exempt in words.Where(one => one.Value == Exempt && exemptIsRequired))
            map!.Report(exempt, $"every adult has to be exempt by '{Exempt}: true', so the ceiling would never apply; take it out here or there");
        map?.RefuseUnknownKeys();
        return new CeilingWaiver(words.Any(one => one.Value == Exempt), PensionWords.Kinds(words));
    }

    static List<long> ReadSizes(YamlMap map)
    {
        var items = map.Items("by_size");
        if (items.Count == 0 && !map.Has("by_size"))
            map.Report("by_size", "'by_size' is missing; list the ceilings of a household of one, of two, and so on, in yen");
        if (items.Count > HouseholdCase.MaximumMembers)
            map.Report("by_size", $"'by_size' has {items.Count} ceilings; a household has at most {HouseholdCase.MaximumMembers} members");
        var sizes = new List<long>();
        foreach (var item in items)
        {
            if (!long.TryParse(item.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var ceiling) || ceiling is < 1 or > Most)
                map.Report(item, $"'{item.Value}' is no ceiling; give whole yen from 1 to {Most}");
            else if (sizes.Count > 0 && ceiling < sizes[^1])
                map.Report(item, $"the ceiling of {sizes.Count + 1} members is {ceiling}, lower than that of {sizes.Count}, {sizes[^1]}");
            sizes.Add(Math.Max(ceiling, 1));
        }
        return sizes;
    }

    /// <summary>A word that is none of those known is reported, and left out.</summary>
    static List<YamlText> ReadWords(YamlMap map, string key, IEnumerable<string> known)
    {
        var vocabulary = new Vocabulary($"word of '{key}'", known);
        var items = map.Items(key);
        foreach (var unknown in items.Where(one => !known.Contains(one.Value)))
            map.Report(unknown, $"{vocabulary.Unknown(unknown.Value)} (known: {string.Join(", ", known)})");
        return [.. items.Where(one => known.Contains(one.Value))];
    }

    /// <summary>A rule that forgot a condition would grant; so it is written either way.</summary>
    static bool RequiredFlag(YamlMap map, string key)
    {
        if (!map.Has(key))
            map.Report(key, $"'{key}' is missing; write true or false");
        return map.Flag(key, otherwise: false);
    }

    static string Text(YamlMap map, string key, int longest)
    {
        var text = map.Text(key);
        if (text.Length > longest || text.Any(char.IsControl))
            map.Report(key, $"'{key}' has to be one line of at most {longest} characters");
        return text;
    }
}
