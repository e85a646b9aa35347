using Exchange.Adapter.Sources.Csv;
using Exchange.Adapter.Sources.Databases;
using Exchange.Hosting.Configuration;
using Exchange.Protocol.DataSets;
using Google.Protobuf.Reflection;
using Npgsql;

namespace Exchange.Adapter.Sources.Mapping;

/// <summary>One data set of a mapping file: where its records are, how a row is found, what becomes of its columns.</summary>
sealed class DataSetReader(YamlMap map, DataSetContract contract, string folder, SourceSettings settings, Problems problems)
{
    /// <returns>Null when something is wrong, which has been reported.</returns>
    public IRecordSource? Open()
    {
        var before = problems.Found.Count;
        var place = PlaceReader.Read(map, folder);
        var kind = map.OptionalText("source");
        var columns = new ColumnUses(kind != PlaceReader.Csv);
        var limits = new SourceLimits(
            map.Duration("timeout", TimeSpan.FromMilliseconds(50), TimeSpan.FromMinutes(1), SourceLimits.Default.Timeout),
            (int)map.Whole("concurrency", 1, 256, SourceLimits.Default.Concurrency),
            map.Duration("poll", TimeSpan.FromMilliseconds(100), TimeSpan.FromHours(1), SourceLimits.Default.Poll));
        var row = kind == PlaceReader.Csv || !map.Has("query") ? ReadTable(columns, kind) : ReadQuery();
        var fields = FieldsReader.Read(map, contract, columns);
        var mapping = ReadRecord(columns, fields, kind);
        map.RefuseUnknownKeys();
        if (place is null || problems.Found.Count > before)
            return null;
        return place.Kind switch
        {
            PlaceReader.Csv => OpenCsv(place, row, mapping, columns, limits),
            PlaceReader.Sqlite => OpenSqlite(place, row, mapping, columns, limits),
            _ => OpenPostgres(place, row, mapping, columns, limits),
        };
    }

    /// <param name="Query">Null for a table.</param>
    sealed record RowBy(string Table, string Key, IReadOnlyList<(FieldDescriptor Field, string Column)> Match, string? Query, IReadOnlyList<(string, FieldDescriptor?)> Parameters)
    {
        public Statement Statement(IReadOnlyList<string> columns) =>
            Query is null ? Databases.Statement.OfTable(Table, Key, Match, columns) : new Statement(Query, Parameters, false);

        public string Probe => Query ?? $"SELECT * FROM {SqlName.Table(Table)} t LIMIT 0";

        public IEnumerable<string> Names => Parameters.Select(one => one.Item1);
    }

    RowBy ReadTable(ColumnUses columns, string? kind)
    {
        var table = "";
        if (kind != PlaceReader.Csv)
        {
            table = map.Text("table");
            if (table.Length > 0 && !SqlName.IsTable(table))
                map.Report("table", $"'{table}' is not a table name; write letters, digits and underscores, with one dot after a schema");
        }
        var key = columns.Named(map, "key");
        var match = new List<(FieldDescriptor, string)>();
        if (map.Map("match") is { } pairs)
            foreach (var name in pairs.Keys)
            {
                if (QuestionField(pairs, name, name) is { } field)
                    match.Add((field, columns.Named(pairs, name)));
                else
                    pairs.OptionalText(name);
            }
        return new RowBy(table, key, match, null, []);
    }

    RowBy ReadQuery()
    {
        var query = map.Text("query");
        foreach (var other in new[] { "table", "key", "match" })
            if (map.Has(other))
                map.Report(other, $"'{other}' and 'query' exclude each other");
        var parameters = new List<(string, FieldDescriptor?)>();
        if (QueryText.Scan(query, out var names) is { } wrong)
            map.Report("query", wrong);
        foreach (var name in names)
        {
            if (name == Statement.Person)
                parameters.Add((name, null));
            else if (!name.StartsWith(Statement.QuestionPrefix, StringComparison.Ordinal))
                map.Report("query", $"unknown parameter @{name}; there are @{Statement.Person} and {string.Join(", ", contract.Question.Fields.InDeclarationOrder().Select(field => "@" + Statement.QuestionPrefix + field.Name))}");
            else if (QuestionField(map, "query", name[Statement.QuestionPrefix.Length..]) is { } field)
                parameters.Add((name, field));
        }
        if (!names.Contains(Statement.Person))
            map.Report("query", $"the query does not use @{Statement.Person}, so it would answer everybody alike");
        return new RowBy("", "", [], query, parameters);
    }

    FieldDescriptor? QuestionField(YamlMap at, string key, string name)
    {
        var field = contract.Question.FindFieldByName(name);
        if (field is not null && CellConversion.Supports(field))
            return field;
        var known = contract.Question.Fields.InDeclarationOrder().Where(CellConversion.Supports).Select(one => one.Name).ToList();
        var near = Spelling.Nearest(name, known);
        at.Report(key, $"the question of {contract.Id} has no field '{name}' with a single value{(near is null ? $"; there are {string.Join(", ", known)}" : $"; did you mean '{near}'?")}");
        return null;
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
        return new RecordMapping(contract.Record, columns.Cells, fields, asOf ?? new TimeMapping(origin), revision, nextUpdate, settings.RevisionKey);
    }

    CsvSource? OpenCsv(Place place, RowBy row, RecordMapping mapping, ColumnUses columns, SourceLimits limits)
    {
        var before = problems.Found.Count;
        try
        {
            columns.ReportUnknown(new CsvTable(place.Path, place.Format).Header);
            return problems.Found.Count > before ? null
                : new CsvSource(contract, new CsvLayout(place.Path, place.Format, row.Key, row.Match, mapping), limits, settings);
        }
        catch (Exception e) when (e is CsvException or IOException or UnauthorizedAccessException)
        {
            map.Report("file", e is CsvException ? e.Message : $"the file cannot be read: {e.Message}");
            return null;
        }
    }

    SqliteSource? OpenSqlite(Place place, RowBy row, RecordMapping mapping, ColumnUses columns, SourceLimits limits) =>
        Fits(Schema.OfSqlite(place.Path, row.Probe, row.Names), columns)
            ? new SqliteSource(place.Path, contract, mapping, row.Statement(mapping.Columns), limits, settings.Time)
            : null;

    PostgresSource? OpenPostgres(Place place, RowBy row, RecordMapping mapping, ColumnUses columns, SourceLimits limits)
    {
        NpgsqlDataSource? database = PostgresSource.Open(place.ConnectionString, limits);
        try
        {
            if (!Fits(Schema.OfPostgres(database, row.Probe, row.Names), columns))
                return null;
            var source = new PostgresSource(database, contract, mapping, row.Statement(mapping.Columns), limits, settings.Time);
            database = null;
            return source;
        }
        finally
        {
            database?.Dispose();
        }
    }

    bool Fits(Schema schema, ColumnUses columns)
    {
        var before = problems.Found.Count;
        if (schema.Problem is { } problem)
        {
            var key = map.Has("query") ? "query" : "table";
            var near = Spelling.Nearest(map.OptionalText(key) ?? "", schema.Tables);
            map.Report(key, problem + (near is null ? "" : $"; did you mean '{near}'?"));
        }
        if (schema.Away is { } away)
            settings.Notice($"{contract.Id}: {away}; its columns are checked when it is read");
        if (schema.Columns is { } known)
            columns.ReportUnknown(known);
        return problems.Found.Count == before;
    }
}
