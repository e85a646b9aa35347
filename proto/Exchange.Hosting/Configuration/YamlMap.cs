using System.Globalization;
using YamlDotNet.RepresentationModel;

namespace Exchange.Hosting.Configuration;

/// <summary>
/// One map of a YAML file. Each reader names the keys it takes, then calls <see cref="RefuseUnknownKeys"/>.
/// A value that is missing or wrong is reported and replaced by a harmless one: nothing of it is used, since the
/// caller ends with <see cref="Problems.ThrowIfAny"/>.
/// </summary>
public sealed class YamlMap
{
    readonly string file;
    readonly YamlMappingNode node;
    readonly Problems problems;
    readonly HashSet<string> taken = new(StringComparer.Ordinal);

    internal YamlMap(string file, YamlMappingNode node, Problems problems)
    {
        this.file = file;
        this.node = node;
        this.problems = problems;
    }

    internal static YamlMap Empty(string file, Problems problems) => new(file, [], problems);

    public int Line => (int)node.Start.Line;

    public int Column => (int)node.Start.Column;

    public bool Has(string key) => Find(key) is not null;

    /// <summary>Whether the value of a key is a map rather than a single value or a list; for keys that may be either.</summary>
    public bool HoldsMap(string key) => Find(key) is YamlMappingNode;

    /// <summary>Reports a mistake at the value of a key, or at the map when the key is absent.</summary>
    public void Report(string key, string what)
    {
        var at = Find(key) ?? node;
        problems.Add(file, (int)at.Start.Line, (int)at.Start.Column, what);
    }

    public string Text(string key)
    {
        if (OptionalText(key) is { Length: > 0 } text)
            return text;
        if (Find(key) is null or YamlScalarNode)
            Report(key, $"'{key}' is missing; give it a value");
        return "";
    }

    public string? OptionalText(string key)
    {
        switch (Take(key))
        {
            case null:
                return null;
            case YamlScalarNode scalar:
                return scalar.Value;
            default:
                Report(key, $"'{key}' must be a single value");
                return null;
        }
    }

    /// <summary>A whole number within the range, or the default when the key is absent; without a default the key is required.</summary>
    public long Whole(string key, long minimum, long maximum, long? otherwise = null)
    {
        var text = OptionalText(key);
        if (text is null)
        {
            if (otherwise is null && Find(key) is null)
                Report(key, $"'{key}' is missing; give a whole number from {minimum} to {maximum}");
            return otherwise ?? minimum;
        }
        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) && value >= minimum && value <= maximum)
            return value;
        Report(key, $"'{key}' is '{text}'; give a whole number from {minimum} to {maximum}");
        return otherwise ?? minimum;
    }

    /// <summary>Such as <c>250ms</c>, <c>30s</c>, <c>5m</c>, <c>8h</c> or <c>7d</c>.</summary>
    public TimeSpan Duration(string key, TimeSpan minimum, TimeSpan maximum, TimeSpan? otherwise = null)
    {
        var text = OptionalText(key);
        if (text is null)
        {
            if (otherwise is null && Find(key) is null)
                Report(key, $"'{key}' is missing; give a duration such as 30s");
            return otherwise ?? minimum;
        }
        if (Durations.TryParse(text, out var value) && value >= minimum && value <= maximum)
            return value;
        Report(key, $"'{key}' is '{text}'; give a duration from {Durations.Write(minimum)} to {Durations.Write(maximum)}, such as 250ms, 30s, 5m, 8h or 7d");
        return otherwise ?? minimum;
    }

    public bool Flag(string key, bool otherwise)
    {
        switch (OptionalText(key))
        {
            case null:
                return otherwise;
            case "true":
                return true;
            case "false":
                return false;
            case var text:
                Report(key, $"'{key}' is '{text}'; write true or false");
                return otherwise;
        }
    }

    /// <summary>An ISO 8601 date, or null when the key is absent.</summary>
    public DateOnly? OptionalDate(string key)
    {
        var text = OptionalText(key);
        if (string.IsNullOrEmpty(text))
            return null;
        if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date))
            return date;
        Report(key, $"'{key}' is '{text}'; write a date as YYYY-MM-DD");
        return null;
    }

    /// <summary>An ISO 8601 date; the default, reported, when the key is absent.</summary>
    public DateOnly Date(string key)
    {
        if (OptionalDate(key) is { } date)
            return date;
        if (Find(key) is null or YamlScalarNode { Value: null or "" })
            Report(key, $"'{key}' is missing; write a date as YYYY-MM-DD");
        return default;
    }

    /// <summary>One of the words given, or null (reported when absent or another word).</summary>
    public string? Choice(string key, params ReadOnlySpan<string> words)
    {
        var text = OptionalText(key);
        foreach (var word in words)
            if (text == word)
                return word;
        Report(key, text is null ? $"'{key}' is missing; write one of {string.Join(", ", words)}" : $"'{key}' is '{text}'; write one of {string.Join(", ", words)}");
        return null;
    }

    /// <summary>A list of single values; empty when the key is absent.</summary>
    public IReadOnlyList<string> Texts(string key) => [.. Items(key).Select(item => item.Value)];

    /// <summary>A list of single values, each with its place; empty when the key is absent.</summary>
    public IReadOnlyList<YamlText> Items(string key)
    {
        switch (Take(key))
        {
            case null:
                return [];
            case YamlSequenceNode list when list.All(item => item is YamlScalarNode):
                return [.. list.Select(item => ItemOf((YamlScalarNode)item))];
            case YamlScalarNode { Value.Length: > 0 } one:
                return [ItemOf(one)];
            default:
                Report(key, $"'{key}' must be a list of values");
                return [];
        }
    }

    /// <summary>Reports a mistake at one item of a list.</summary>
    public void Report(YamlText item, string what) => problems.Add(file, item.Line, item.Column, what);

    /// <summary>A list of maps; empty when the key is absent.</summary>
    public IReadOnlyList<YamlMap> Maps(string key)
    {
        switch (Take(key))
        {
            case null:
                return [];
            case YamlSequenceNode list:
                var maps = new List<YamlMap>(list.Children.Count);
                foreach (var item in list)
                {
                    if (item is YamlMappingNode map)
                        maps.Add(new YamlMap(file, map, problems));
                    else
                        problems.Add(file, (int)item.Start.Line, (int)item.Start.Column, $"each item of '{key}' must be a map of keys to values");
                }
                return maps;
            default:
                Report(key, $"'{key}' must be a list");
                return [];
        }
    }

    /// <summary>A map within this one, or null when the key is absent.</summary>
    public YamlMap? Map(string key)
    {
        switch (Take(key))
        {
            case null:
                return null;
            case YamlMappingNode map:
                return new YamlMap(file, map, problems);
            default:
                Report(key, $"'{key}' must be a map of keys to values");
                return null;
        }
    }

    /// <summary>Every key of a map whose keys are not known beforehand; reading its values marks them as taken.</summary>
    public IEnumerable<string> Keys => node.Children.Keys.OfType<YamlScalarNode>().Select(key => key.Value ?? "");

    /// <summary>Reports each key nobody asked for, with the nearest one that exists.</summary>
    public void RefuseUnknownKeys()
    {
        foreach (var key in node.Children.Keys)
        {
            var name = (key as YamlScalarNode)?.Value ?? "";
            if (taken.Contains(name))
                continue;
            var near = taken.Count == 0 ? null : taken.MinBy(known => Spelling.Distance(known, name));
            var hint = near is not null && Spelling.Distance(near, name) <= 2 ? $"; did you mean '{near}'?" : $"; known here: {string.Join(", ", taken.Order(StringComparer.Ordinal))}";
            problems.Add(file, (int)key.Start.Line, (int)key.Start.Column, $"unknown key '{name}'{hint}");
        }
    }

    static YamlText ItemOf(YamlScalarNode node) => new(node.Value ?? "", (int)node.Start.Line, (int)node.Start.Column);

    YamlNode? Take(string key)
    {
        taken.Add(key);
        return Find(key);
    }

    YamlNode? Find(string key) => node.Children.TryGetValue(new YamlScalarNode(key), out var value) ? value : null;
}
