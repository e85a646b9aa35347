using Exchange.Adapter.Sources.Databases;
using Exchange.Adapter.Sources.Mapping;
using Exchange.Hosting.Configuration;

namespace Exchange.Adapter.Sources.People;

/// <summary>The <c>people</c> of a mapping file: source, file or connection, table, key, number.</summary>
static class PeopleReader
{
    public static IPeople? Read(YamlMap map, string folder, Problems problems)
    {
        var before = problems.Found.Count;
        var place = PlaceReader.Read(map, folder);
        var kind = map.OptionalText("source");
        var columns = new ColumnUses(kind != PlaceReader.Csv);
        var key = columns.Named(map, "key");
        var number = columns.Named(map, "number");
        var table = kind == PlaceReader.Csv ? "" : RowsReader.Table(map);
        map.RefuseUnknownKeys();
        if (place is null || problems.Found.Count > before)
            return null;
        switch (place.Kind)
        {
            case PlaceReader.Csv:
                CsvHeader.Check(map, place, columns);
                return new PeopleFile(place.Path, key, number, place.Format);
            case PlaceReader.Sqlite:
                var schema = Schema.OfSqlite(place.Path, $"SELECT * FROM {SqlName.Table(table)} t LIMIT 0", []);
                if (schema.Problem is { } problem)
                    map.Report("table", problem + (Spelling.Nearest(table, schema.Tables) is { } near ? $"; did you mean '{near}'?" : ""));
                columns.ReportUnknown(schema.Columns ?? [key, number]);
                return PeopleTable.InSqlite(place.Path, table, key, number);
            default:
                return PeopleTable.InPostgres(place.ConnectionString, table, key, number);
        }
    }
}
