using Exchange.Adapter.Sources.Csv;
using Exchange.Adapter.Sources.Databases;
using Exchange.Hosting.Configuration;
using Google.Protobuf.Reflection;

namespace Exchange.Adapter.Sources.Mapping;

/// <summary>Rows as a mapping describes them: by a table's key and match, or by a query.</summary>
/// <param name="Map">Where the mapping says so.</param>
/// <param name="Query">Null for a table or a file.</param>
/// <param name="Portable">Whether statements are for whatever ODBC leads to; a query has question marks then.</param>
sealed record Rows(
    YamlMap Map, ColumnUses Columns, string Table, string Key, IReadOnlyList<(FieldDescriptor Field, string Column)> Match,
    string? Query, IReadOnlyList<(string Name, FieldDescriptor? Field)> Parameters, bool Portable)
{
    /// <param name="most">One row more than this is asked for, so that too many are noticed.</param>
    public Statement Statement(IReadOnlyList<string> columns, int most, RowOrder? order = null) =>
        Query is null ? Databases.Statement.OfTable(Table, Key, Match, columns, most, order, Portable) : new Statement(Query, Parameters, false);

    /// <summary>Compares table or query, and the columns, with those of the database.</summary>
    /// <param name="ask">Gives the schema of a select and its parameters.</param>
    /// <returns>What it was; that the database is away is no mistake.</returns>
    public Schema Check(Func<string, IEnumerable<string>, Schema> ask)
    {
        var schema = ask(Query ?? $"SELECT * FROM {SqlName.Table(Table)} t WHERE 1 = 0", Parameters.Select(one => one.Name));
        if (schema.Missing is { } missing)
            Map.Report("connection", missing);
        if (schema.Problem is { } problem)
        {
            var key = Query is null ? "table" : "query";
            var said = Map.OptionalText(key) ?? "";
            var others = schema.Tables.Where(one => one != said).ToList();
            var near = others.FirstOrDefault(one => one.Equals(said, StringComparison.OrdinalIgnoreCase)) ?? Spelling.Nearest(said, others);
            Map.Report(key, problem + (near is null ? "" : $"; did you mean '{near}'?"));
        }
        if (schema.Columns is { } known)
            Columns.ReportUnknown(known);
        return schema;
    }

    /// <summary>Compares the columns with those of the file.</summary>
    public void CheckFile(Place place) => CsvHeader.Check(Map, place, Columns);

    /// <returns>Null when the file cannot be used, which has been reported.</returns>
    public CsvFile? OpenFile(Place place, IReadOnlyList<string> columns, CsvKeep keep, bool oneEach, SourceSettings settings)
    {
        try
        {
            return new CsvFile(new CsvLayout(place.Path, place.Format, Key, Match, columns, keep, oneEach), settings.TakesDropped || !File.Exists(place.Path) ? place.Drop : null, settings);
        }
        catch (Exception e) when (e is CsvException or IOException or UnauthorizedAccessException)
        {
            Map.Report("file", e is CsvException ? e.Message : $"the file cannot be read: {e.Message}");
            return null;
        }
    }
}
