using Exchange.Adapter.Sources.Csv;
using Exchange.Adapter.Sources.Databases;
using Exchange.Hosting.Configuration;
using Exchange.Protocol.DataSets;
using Npgsql;

namespace Exchange.Adapter.Sources.Mapping;

/// <summary>One data set of a mapping file: where its records are, how a row is found, what becomes of its columns, and its lists.</summary>
sealed class DataSetReader(YamlMap map, DataSetContract contract, string folder, QueryGates gates, SourceSettings settings, Problems problems)
{
    /// <returns>Null when something is wrong, which has been reported.</returns>
    public IRecordSource? Open()
    {
        var before = problems.Found.Count;
        var place = PlaceReader.Read(map, folder);
        var kind = map.OptionalText("source");
        var limits = LimitsReader.Read(map);
        var rows = RowsReader.Read(map, contract, kind);
        var fields = FieldsReader.Read(map, contract.Record, contract.Id, rows.Columns);
        var mapping = ReadRecord(rows.Columns, fields, kind);
        var lists = ListsReader.Read(map, contract, kind, place, folder);
        var channel = kind == PlaceReader.Postgres ? Channel() : null;
        map.RefuseUnknownKeys();
        if (place is null || problems.Found.Count > before)
            return null;
        return place.Kind switch
        {
            PlaceReader.Csv => OpenCsv(place, rows, mapping, lists, limits),
            PlaceReader.Sqlite => OpenSqlite(place, rows, mapping, lists, limits),
            PlaceReader.Odbc => OpenOdbc(place, rows, mapping, lists, limits),
            _ => OpenPostgres(place, rows, mapping, lists, limits, channel),
        };
    }

    /// <summary>On which PostgreSQL tells of changes; null where it does not.</summary>
    string? Channel()
    {
        var channel = map.OptionalText("notify");
        if (channel is not null && !SqlName.IsColumn(channel))
            map.Report("notify", $"'{channel}' is no name of a channel; write letters, digits and underscores, as in pg_notify");
        return channel;
    }

    RecordMapping ReadRecord(ColumnUses columns, IReadOnlyList<FieldMapping> fields, string? kind)
    {
        var origin = kind == PlaceReader.Csv ? TimeOrigin.File : TimeOrigin.Now;
        var asOf = kind switch
        {
            PlaceReader.Csv => TimesReader.Read(map, "as_of", columns, ("file_time", TimeOrigin.File)),
            PlaceReader.Sqlite => TimesReader.Read(map, "as_of", columns, ("now", TimeOrigin.Now), ("file_time", TimeOrigin.File)),
            _ => TimesReader.Read(map, "as_of", columns, ("now", TimeOrigin.Now)),
        };
        var nextUpdate = TimesReader.Read(map, "next_update", columns);
        var revision = -1;
        if (map.HoldsMap("revision"))
        {
            var at = map.Map("revision")!;
            revision = columns.Read(at, "column", out _);
            at.RefuseUnknownKeys();
        }
        else if (map.OptionalText("revision") is { } word and not "content")
            map.Report("revision", $"'revision' is '{word}'; write content, or a map with 'column'");
        return new RecordMapping(new RowMapping(contract.Record, columns.Cells, fields), asOf ?? new TimeMapping(origin), revision, nextUpdate, settings.RevisionKey);
    }

    CsvSource? OpenCsv(Place place, Rows rows, RecordMapping mapping, IReadOnlyList<MappedList> lists, SourceLimits limits)
    {
        var before = problems.Found.Count;
        rows.CheckFile(place);
        foreach (var list in lists)
            list.Rows.CheckFile(list.Place!);
        if (problems.Found.Count > before)
            return null;
        var records = rows.OpenFile(place, mapping.Row.Columns, StoredRecord.Keep(mapping), oneEach: true, settings);
        var files = lists.Select(list => list.Rows.OpenFile(list.Place!, list.Mapping.Row.Columns, CsvList.Keep(list.Mapping, list.Order), oneEach: false, settings)).ToArray();
        return problems.Found.Count > before ? null
            : new CsvSource(contract, records!, mapping, [.. files.Zip(lists, (file, list) => new CsvList(file!, list.Mapping, list.Order))], limits);
    }

    SqliteSource? OpenSqlite(Place place, Rows rows, RecordMapping mapping, IReadOnlyList<MappedList> lists, SourceLimits limits) =>
        Fits(rows, lists, (select, parameters) => Schema.OfSqlite(place.Path, select, parameters))
            ? new SqliteSource(place.Path, contract, Layout(rows, mapping, lists), limits, gates.Of(place, limits), settings.Time)
            : null;

    DatabaseSource? OpenOdbc(Place place, Rows rows, RecordMapping mapping, IReadOnlyList<MappedList> lists, SourceLimits limits) =>
        Fits(rows, lists, (select, parameters) => Schema.OfOdbc(place.ConnectionString, limits.Timeout, select, parameters))
            ? new DatabaseSource(new OdbcDatabase(place.ConnectionString, contract.Id, limits, gates.Of(place, limits), settings.Time), contract, Layout(rows, mapping, lists), settings.Time)
            : null;

    PostgresSource? OpenPostgres(Place place, Rows rows, RecordMapping mapping, IReadOnlyList<MappedList> lists, SourceLimits limits, string? channel)
    {
        NpgsqlDataSource? database = PostgresDatabase.Open(place.ConnectionString, limits);
        try
        {
            if (!Fits(rows, lists, (select, parameters) => Schema.OfPostgres(database, select, parameters)))
                return null;
            var source = new PostgresSource(new PostgresDatabase(database, contract.Id, limits, gates.Of(place, limits), settings.Time), contract, Layout(rows, mapping, lists), place.ConnectionString, channel, settings);
            database = null;
            return source;
        }
        finally
        {
            database?.Dispose();
        }
    }

    static DatabaseLayout Layout(Rows rows, RecordMapping mapping, IReadOnlyList<MappedList> lists) => new(
        mapping, rows.Statement(mapping.Row.Columns, most: 1),
        [.. lists.Select(list => (list.Mapping, list.Rows.Statement(list.Mapping.Row.Columns, list.Mapping.Most, list.Order)))]);

    bool Fits(Rows rows, IReadOnlyList<MappedList> lists, Func<string, IEnumerable<string>, Schema> ask)
    {
        var before = problems.Found.Count;
        foreach (var one in (Rows[])[rows, .. lists.Select(list => list.Rows)])
        {
            var schema = one.Check(ask);
            if (schema.Away is { } away)
                settings.Notice($"{contract.Id}: {away}; its columns are checked when it is read");
            if (schema.Away is not null || schema.Missing is not null)
                break;
        }
        return problems.Found.Count == before;
    }
}
