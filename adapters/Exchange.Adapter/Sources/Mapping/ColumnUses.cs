using Exchange.Adapter.Sources.Databases;
using Exchange.Hosting.Configuration;

namespace Exchange.Adapter.Sources.Mapping;

/// <summary>Every column a mapping names and where it names it, so that unknown ones are told with their line.</summary>
sealed class ColumnUses(bool sql)
{
    readonly List<(YamlMap Map, string Key, string Column)> uses = [];
    readonly List<string> cells = [];

    /// <summary>Columns whose cells are read, each once.</summary>
    public IReadOnlyList<string> Cells => cells;

    /// <summary>A column that only finds the row.</summary>
    public string Named(YamlMap map, string key)
    {
        var column = map.Text(key);
        Use(map, key, column);
        return column;
    }

    /// <summary>A column whose cell is read; its index among them.</summary>
    public int Read(YamlMap map, string key, out string column) => Read(map, key, column = map.Text(key));

    /// <param name="column">What the value of the key says, beside other words.</param>
    public int Read(YamlMap map, string key, string column)
    {
        Use(map, key, column);
        var index = cells.IndexOf(column);
        if (index >= 0)
            return index;
        cells.Add(column);
        return cells.Count - 1;
    }

    public void ReportUnknown(IReadOnlyList<string> known)
    {
        foreach (var (map, key, column) in uses)
        {
            if (known.Contains(column))
                continue;
            var near = known.FirstOrDefault(one => string.Equals(one, column, StringComparison.OrdinalIgnoreCase)) ?? Spelling.Nearest(column, known);
            map.Report(key, $"there is no column '{column}'{(near is null ? $"; there are {string.Join(", ", known)}" : $"; did you mean '{near}'?")}");
        }
    }

    void Use(YamlMap map, string key, string column)
    {
        if (column.Length == 0)
            return;
        if (sql && !SqlName.IsColumn(column))
            map.Report(key, $"'{column}' is not a column name; write letters, digits and underscores, without quotes");
        else
            uses.Add((map, key, column));
    }
}
