using Exchange.Adapter.Sources.Csv;
using Exchange.Adapter.Sources.Drops;
using Exchange.Adapter.Sources.Mapping;
using Exchange.Hosting.Configuration;

namespace Exchange.Adapter.Sources.People;

/// <summary>The <c>deltas</c> of <c>people</c>: a pattern of files, or a map with <c>files</c>, names of columns, words, encoding and delimiter.</summary>
static class DeltaReader
{
    /// <param name="csv">Of the list of people, where that is a file.</param>
    /// <returns>Null where there are none, or something is wrong, which has been reported.</returns>
    public static DeltaPlace? Read(YamlMap people, string folder, CsvFormat? csv)
    {
        var standard = DeltaFormat.Default with { Csv = csv ?? DeltaFormat.Default.Csv };
        if (!people.HoldsMap("deltas"))
            return DropReader.ReadPattern(people, "deltas", folder) is { } files ? new DeltaPlace(files, standard) : null;
        var map = people.Map("deltas")!;
        if (!map.Has("files"))
            map.Report("files", "'files' is missing; write a pattern such as incoming/changes-*.csv");
        var pattern = DropReader.ReadPattern(map, "files", folder);
        var format = new DeltaFormat(
            Column(map, "change", standard.ChangeColumn), Column(map, "key", standard.KeyColumn), Column(map, "number", standard.NumberColumn),
            PlaceReader.ReadFormat(map, standard.Csv) ?? standard.Csv, Words(map));
        map.RefuseUnknownKeys();
        return pattern is null ? null : new DeltaPlace(pattern, format);
    }

    static string Column(YamlMap map, string key, string otherwise) => map.OptionalText(key) is null ? otherwise : map.Text(key);

    /// <summary>What stands in the column of changes: the words of <c>values</c>, or else our own.</summary>
    static IReadOnlyDictionary<string, Change> Words(YamlMap map)
    {
        if (map.Map("values") is not { } values)
            return DeltaFormat.OwnWords;
        var words = new Dictionary<string, Change>(StringComparer.Ordinal);
        foreach (var text in values.Keys)
            if (values.Choice(text, [.. DeltaFormat.OwnWords.Keys]) is { } word)
                words[text] = DeltaFormat.OwnWords[word];
        return words;
    }
}
