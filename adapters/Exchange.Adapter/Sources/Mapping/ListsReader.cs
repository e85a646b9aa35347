using Exchange.Hosting.Configuration;
using Exchange.Protocol.DataSets;
using Google.Protobuf.Reflection;

namespace Exchange.Adapter.Sources.Mapping;

/// <param name="Place">A file of its own; null in a database, where a list is in that of its data set.</param>
sealed record MappedList(ListMapping Mapping, Rows Rows, RowOrder? Order, Place? Place);

/// <summary>The <c>lists</c> of a data set: for each list of the record its rows, their order, how many at most, and the fields of an element.</summary>
static class ListsReader
{
    /// <param name="place">Of the data set; null when something is wrong with it.</param>
    public static IReadOnlyList<MappedList> Read(YamlMap dataSet, DataSetContract contract, string? kind, Place? place, string folder)
    {
        if (dataSet.Map("lists") is not { } lists)
            return [];
        var read = new List<MappedList>();
        foreach (var name in lists.Keys)
        {
            if (Field(lists, contract, name) is { } field && lists.Map(name) is { } map)
                read.Add(ReadOne(map, field, contract, kind, place, folder));
        }
        return read;
    }

    public static bool IsList(FieldDescriptor field) => field is { IsRepeated: true, IsMap: false, FieldType: FieldType.Message };

    static MappedList ReadOne(YamlMap map, FieldDescriptor field, DataSetContract contract, string? kind, Place? place, string folder)
    {
        var own = kind == PlaceReader.Csv ? PlaceReader.ReadCsv(map, folder, place?.Format) : null;
        var rows = RowsReader.Read(map, contract, kind);
        var order = rows.Query is null ? Order(map, rows.Columns) : null;
        var most = (int)map.Whole("most", 1, ListMapping.LargestMost, ListMapping.DefaultMost);
        var fields = FieldsReader.Read(map, field.MessageType, $"an element of '{field.Name}'", rows.Columns);
        map.RefuseUnknownKeys();
        return new MappedList(new ListMapping(field, new RowMapping(field.MessageType, rows.Columns.Cells, fields), most), rows, order, own);
    }

    /// <summary>A column, and perhaps the word desc.</summary>
    static RowOrder? Order(YamlMap map, ColumnUses columns)
    {
        const string Downwards = " desc";
        if (map.OptionalText("order") is not { } text)
            return null;
        var descending = text.EndsWith(Downwards, StringComparison.Ordinal);
        var column = descending ? text[..^Downwards.Length].TrimEnd() : text;
        return new RowOrder(column, columns.Read(map, "order", column), descending);
    }

    static FieldDescriptor? Field(YamlMap lists, DataSetContract contract, string name)
    {
        var field = contract.Record.FindFieldByName(name);
        if (field is not null && IsList(field))
            return field;
        var known = contract.Record.Fields.InFieldNumberOrder().Where(IsList).Select(one => one.Name).ToList();
        var near = Spelling.Nearest(name, known);
        lists.Report(name, field is not null ? $"'{name}' is no list; map it under 'fields'"
            : known.Count == 0 ? $"the records of {contract.Id} have no lists"
            : $"{contract.Id} has no list '{name}'{(near is null ? $"; there are {string.Join(", ", known)}" : $"; did you mean '{near}'?")}");
        return null;
    }
}
