using Exchange.Adapter.Sources.Databases;
using Exchange.Adapter.Sources.Mapping;
using Exchange.Hosting.Configuration;
using Npgsql;

namespace Exchange.Adapter.Sources.Residences;

/// <summary>The <c>residences</c> of a mapping file: source, file or connection, table, key, from, until, municipality, abroad.</summary>
sealed class ResidencesReader(YamlMap map, string folder, QueryGates gates, SourceSettings settings, Problems problems)
{
    /// <summary>In the mapping file, and in exceptions.</summary>
    public const string Key = "residences";

    /// <returns>Null when something is wrong, which has been reported.</returns>
    public IResidences? Open()
    {
        var before = problems.Found.Count;
        var place = PlaceReader.Read(map, folder);
        var limits = LimitsReader.Read(map);
        var rows = RowsReader.ReadTable(map, map.OptionalText("source"));
        var from = Date("from", rows.Columns);
        var until = OptionalDate("until", rows.Columns);
        var municipality = rows.Columns.Read(map, "municipality", out _);
        var abroad = map.OptionalText("abroad") is null ? null : map.Text("abroad");
        var mapping = new MoveMapping(rows.Columns.Cells, from, until, municipality, abroad);
        map.RefuseUnknownKeys();
        if (place is null || problems.Found.Count > before)
            return null;
        return place.Kind switch
        {
            PlaceReader.Csv => OpenCsv(place, rows, mapping, limits),
            PlaceReader.Sqlite => Fits(rows, (select, parameters) => Schema.OfSqlite(place.Path, select, parameters))
                ? Table(new SqliteDatabase(place.Path, Key, limits, gates.Of(place, limits), settings.Time), rows, mapping) : null,
            PlaceReader.Odbc => Fits(rows, (select, parameters) => Schema.OfOdbc(place.ConnectionString, limits.Timeout, select, parameters))
                ? Table(new OdbcDatabase(place.ConnectionString, Key, limits, gates.Of(place, limits), settings.Time), rows, mapping) : null,
            _ => OpenPostgres(place, rows, mapping, limits),
        };
    }

    /// <summary>A column of days written as ISO 8601, or a map with <c>column</c> and <c>date</c>.</summary>
    DateColumn Date(string key, ColumnUses columns)
    {
        if (!map.HoldsMap(key))
            return new DateColumn(columns.Read(map, key, out var plain), plain, null);
        var at = map.Map(key)!;
        var index = columns.Read(at, "column", out var column);
        var format = FieldsReader.DateFormat(at);
        at.RefuseUnknownKeys();
        return new DateColumn(index, column, format);
    }

    DateColumn? OptionalDate(string key, ColumnUses columns)
    {
        if (map.Has(key))
            return Date(key, columns);
        map.OptionalText(key);
        return null;
    }

    ResidencesFile? OpenCsv(Place place, Rows rows, MoveMapping mapping, SourceLimits limits)
    {
        var before = problems.Found.Count;
        rows.CheckFile(place);
        if (problems.Found.Count > before)
            return null;
        var file = rows.OpenFile(place, mapping.Columns, ResidencesFile.Keep(mapping), oneEach: false, settings);
        return file is null ? null : new ResidencesFile(file, mapping, limits.Poll);
    }

    ResidencesTable? OpenPostgres(Place place, Rows rows, MoveMapping mapping, SourceLimits limits)
    {
        NpgsqlDataSource? database = PostgresDatabase.Open(place.ConnectionString, limits);
        try
        {
            if (!Fits(rows, (select, parameters) => Schema.OfPostgres(database, select, parameters)))
                return null;
            var table = Table(new PostgresDatabase(database, Key, limits, gates.Of(place, limits), settings.Time), rows, mapping);
            database = null;
            return table;
        }
        finally
        {
            database?.Dispose();
        }
    }

    static ResidencesTable Table(Database database, Rows rows, MoveMapping mapping) =>
        new(database, rows.Statement(mapping.Columns, MoveMapping.Most), mapping);

    bool Fits(Rows rows, Func<string, IEnumerable<string>, Schema> ask)
    {
        var before = problems.Found.Count;
        if (rows.Check(ask).Away is { } away)
            settings.Notice($"{Key}: {away}; its columns are checked when it is read");
        return problems.Found.Count == before;
    }
}
