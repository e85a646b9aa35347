using Exchange.Adapter.Sources.Csv;
using Exchange.Adapter.Sources.Databases;
using Exchange.Hosting.Configuration;
using Google.Protobuf.Reflection;

namespace Exchange.Adapter.Sources.Mapping;

/// <summary>Rows as a mapping describes them: by a table's key and match, or by a query.</summary>
/// <param name="Map">Where the mapping says so.</param>
/// <param name="Query">Null for a table or a file.</param>
sealed record Rows(
    YamlMap Map, ColumnUses Columns, string Table, string Key, IReadOnlyList<(FieldDescriptor Field, string Column)> Match,
    string? Query, IReadOnlyList<(string Name, FieldDescriptor? Field)> Parameters)
{
    /// <param name="most">One row more than this is asked for, so that too many are noticed.</param>
    public Statement Statement(IReadOnlyList<string> columns, int most, RowOrder? order = null) =>
        Query is null ? Databases.Statement.OfTable(Table, Key, Match, columns, most, order) : new Statement(Query, Parameters, false);

    /// <summary>Compares table or query, and the columns, with those of the database.</summary>
    /// <param name="ask">Gives the schema of a select and its parameters.</param>
    /// <returns>Why the database cannot be reached now, which is no mistake; else null.</returns>
    public string? Check(Func<string, IEnumerable<string>, Schema> ask)
    {
        var schema = ask(Query ?? $"SELECT * FROM {SqlName.Table(Table)} t LIMIT 0", Parameters.Select(one => one.Name));
        if (schema.Problem is { } problem)
        {
            var key = Query is null ? "table" : "query";
            var near = Spelling.Nearest(Map.OptionalText(key) ?? "", schema.Tables);
            Map.Report(key, problem + (near is null ? "" : $"; did you mean '{near}'?"));
        }
        if (schema.Columns is { } known)
            Columns.ReportUnknown(known);
        return schema.Away;
    }

    /// <summary>Compares the columns with those of the file.</summary>
    public void CheckFile(Place place) => CsvHeader.Check(Map, place, Columns);

    /// <returns>Null when the file cannot be used, which has been reported.</returns>
    public CsvFile? OpenFile(Place place, IReadOnlyList<string> columns, CsvKeep keep, bool oneEach, SourceSettings settings)
    {
        try
        {
            return new CsvFile(new CsvLayout(place.Path, place.Format, Key, Match, columns, keep, oneEach), settings);
        }
        catch (Exception e) when (e is CsvException or IOException or UnauthorizedAccessException)
        {
            Map.Report("file", e is CsvException ? e.Message : $"the file cannot be read: {e.Message}");
            return null;
        }
    }
}
