using Exchange.Adapter.Sources.Databases;
using Exchange.Hosting.Configuration;
using Exchange.Protocol.DataSets;
using Google.Protobuf.Reflection;

namespace Exchange.Adapter.Sources.Mapping;

/// <summary>How the rows of a data set, or of one of its lists, are found: <c>table</c>, <c>key</c> and <c>match</c>, or <c>query</c>.</summary>
static class RowsReader
{
    /// <param name="kind">Of the place: a file has no table and takes no query.</param>
    public static Rows Read(YamlMap map, DataSetContract contract, string? kind)
    {
        if (kind != PlaceReader.Csv && map.Has("query"))
            return ReadQuery(map, contract, kind == PlaceReader.Odbc);
        var table = ReadTable(map, kind);
        return table with { Match = ReadMatch(map, contract, table.Columns) };
    }

    /// <summary>A table or file whose rows are found by the person alone.</summary>
    public static Rows ReadTable(YamlMap map, string? kind)
    {
        var columns = new ColumnUses(kind != PlaceReader.Csv);
        var table = kind == PlaceReader.Csv ? "" : Table(map);
        return new Rows(map, columns, table, columns.Named(map, "key"), [], null, [], kind == PlaceReader.Odbc);
    }

    /// <summary>The name of a table, reported when it is none.</summary>
    static string Table(YamlMap map)
    {
        var table = map.Text("table");
        if (table.Length > 0 && !SqlName.IsTable(table))
            map.Report("table", $"'{table}' is not a table name; write letters, digits and underscores, with one dot after a schema");
        return table;
    }

    static List<(FieldDescriptor, string)> ReadMatch(YamlMap map, DataSetContract contract, ColumnUses columns)
    {
        var match = new List<(FieldDescriptor, string)>();
        if (map.Map("match") is { } pairs)
            foreach (var name in pairs.Keys)
            {
                if (QuestionField(pairs, contract, name, name) is { } field)
                    match.Add((field, columns.Named(pairs, name)));
                else
                    pairs.OptionalText(name);
            }
        return match;
    }

    static Rows ReadQuery(YamlMap map, DataSetContract contract, bool portable)
    {
        var query = map.Text("query");
        foreach (var other in new[] { "table", "key", "match", "order" })
            if (map.HoldsMap(other) ? map.Map(other) is not null : map.OptionalText(other) is not null)
                map.Report(other, $"'{other}' and 'query' exclude each other");
        var fields = new Dictionary<string, FieldDescriptor?>();
        if (QueryText.Scan(query, portable, out var parameters) is { } wrong)
            map.Report("query", wrong);
        var names = parameters.Select(one => one.Name).Distinct().ToList();
        foreach (var name in names)
        {
            if (name == Statement.Person)
                fields.Add(name, null);
            else if (!name.StartsWith(Statement.QuestionPrefix, StringComparison.Ordinal))
                map.Report("query", $"unknown parameter @{name}; there are @{Statement.Person} and {string.Join(", ", contract.Question.Fields.InDeclarationOrder().Select(field => "@" + Statement.QuestionPrefix + field.Name))}");
            else if (QuestionField(map, contract, "query", name[Statement.QuestionPrefix.Length..]) is { } field)
                fields.Add(name, field);
        }
        if (!names.Contains(Statement.Person))
            map.Report("query", $"the query does not use @{Statement.Person}, so it would answer everybody alike");
        var text = portable ? QueryText.WithMarks(query, parameters) : query;
        var given = (portable ? parameters.Select(one => one.Name) : names).Where(fields.ContainsKey).Select(name => (name, fields[name]));
        return new Rows(map, new ColumnUses(sql: true), "", "", [], text, [.. given], portable);
    }

    static FieldDescriptor? QuestionField(YamlMap at, DataSetContract contract, string key, string name)
    {
        var field = contract.Question.FindFieldByName(name);
        if (field is not null && CellConversion.Supports(field))
            return field;
        var known = contract.Question.Fields.InDeclarationOrder().Where(CellConversion.Supports).Select(one => one.Name).ToList();
        var near = Spelling.Nearest(name, known);
        at.Report(key, $"the question of {contract.Id} has no field '{name}' with a single value{(near is null ? $"; there are {string.Join(", ", known)}" : $"; did you mean '{near}'?")}");
        return null;
    }
}
