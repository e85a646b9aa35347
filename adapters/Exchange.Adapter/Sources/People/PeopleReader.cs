using Exchange.Adapter.Sources.Databases;
using Exchange.Adapter.Sources.Mapping;
using Exchange.Hosting.Configuration;

namespace Exchange.Adapter.Sources.People;

/// <summary>The <c>people</c> of a mapping file: source, file or connection, table, key, number, deltas.</summary>
static class PeopleReader
{
    /// <returns>Null for what is not there, or is wrong, which has been reported.</returns>
    public static (IPeople? People, DeltaPlace? Deltas) Read(YamlMap map, string folder, QueryGates gates, Problems problems)
    {
        var before = problems.Found.Count;
        var place = PlaceReader.Read(map, folder);
        var rows = RowsReader.ReadTable(map, map.OptionalText("source"));
        var number = rows.Columns.Named(map, "number");
        var deltas = DeltaReader.Read(map, folder, place?.Format);
        map.RefuseUnknownKeys();
        if (place?.Drop is not null)
            map.Report("drop", "people are read when they are enrolled, and from 'file' alone; put daily changes where 'deltas' says");
        if (place is null || problems.Found.Count > before)
            return (null, null);
        if (place.Kind != PlaceReader.Csv)
            gates.Of(place);
        return (Open(place, rows, number), deltas);
    }

    static IPeople Open(Place place, Rows rows, string number)
    {
        switch (place.Kind)
        {
            case PlaceReader.Csv:
                rows.CheckFile(place);
                return new PeopleFile(place.Path, rows.Key, number, place.Format);
            case PlaceReader.Sqlite:
                rows.Check((select, parameters) => Schema.OfSqlite(place.Path, select, parameters));
                return PeopleTable.InSqlite(place.Path, rows.Table, rows.Key, number);
            case PlaceReader.Odbc:
                rows.Check((select, parameters) => Schema.OfOdbc(place.ConnectionString, SourceLimits.Default.Timeout, select, parameters));
                return PeopleTable.InOdbc(place.ConnectionString, rows.Table, rows.Key, number);
            default:
                return PeopleTable.InPostgres(place.ConnectionString, rows.Table, rows.Key, number);
        }
    }
}
