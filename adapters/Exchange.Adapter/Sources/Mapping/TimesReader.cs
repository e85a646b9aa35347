using System.Globalization;
using Exchange.Hosting.Configuration;

namespace Exchange.Adapter.Sources.Mapping;

/// <summary><c>as_of</c> and <c>next_update</c>: a word, or a map with column (and format and utc_offset) or fixed.</summary>
static class TimesReader
{
    /// <summary>Japan's, which has no summer time.</summary>
    static readonly TimeSpan defaultOffset = TimeSpan.FromHours(9);

    /// <param name="words">Those allowed here, with what they mean.</param>
    public static TimeMapping? Read(YamlMap dataSet, string key, ColumnUses columns, params ReadOnlySpan<(string Word, TimeOrigin Origin)> words)
    {
        if (!dataSet.Has(key))
        {
            dataSet.OptionalText(key);
            return null;
        }
        if (dataSet.HoldsMap(key))
            return ReadMap(dataSet.Map(key)!, columns);
        var text = dataSet.OptionalText(key);
        foreach (var (word, origin) in words)
            if (text == word)
                return new TimeMapping(origin);
        var known = new List<string>();
        foreach (var (word, _) in words)
            known.Add(word);
        dataSet.Report(key, $"'{key}' is '{text}'; write {string.Concat(known.Select(word => word + ", "))}a map with 'column', or a map with 'fixed'");
        return null;
    }

    static TimeMapping? ReadMap(YamlMap map, ColumnUses columns)
    {
        if (map.Has("fixed"))
        {
            var text = map.Text("fixed");
            map.RefuseUnknownKeys();
            if (DateTimeOffset.TryParseExact(text, ["yyyy-MM-ddTHH:mm:ssK", "yyyy-MM-ddTHH:mmK"], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
                && (text.EndsWith('Z') || text.LastIndexOfAny(['+', '-']) > 10))
                return new TimeMapping(TimeOrigin.Fixed, FixedUnixMs: time.ToUnixTimeMilliseconds());
            map.Report("fixed", $"'{text}' is no time with an offset; write one such as 2025-06-01T00:00:00+09:00");
            return null;
        }
        var index = columns.Read(map, "column", out var column);
        var format = map.OptionalText("format");
        var offset = Offset(map);
        map.RefuseUnknownKeys();
        return new TimeMapping(TimeOrigin.Column, index, column, format, offset);
    }

    static TimeSpan Offset(YamlMap map)
    {
        var text = map.OptionalText("utc_offset");
        if (text is null)
            return defaultOffset;
        if (text.Length == 6 && text[0] is '+' or '-'
            && TimeSpan.TryParseExact(text.AsSpan(1), @"hh\:mm", CultureInfo.InvariantCulture, out var offset) && offset <= TimeSpan.FromHours(14))
            return text[0] == '-' ? -offset : offset;
        map.Report("utc_offset", $"'{text}' is no offset; write one such as \"+09:00\"");
        return defaultOffset;
    }
}
