using System.Collections.Frozen;
using Exchange.Hosting.Configuration;
using Exchange.Protocol.DataSets;
using Google.Protobuf.Reflection;

namespace Exchange.Adapter.Sources.Mapping;

/// <summary>The <c>fields</c> of a record, or of an element of a list: field to column, or to a map with column or constant, values, date, number, times.</summary>
static class FieldsReader
{
    /// <param name="owner">Of the fields, in messages.</param>
    public static IReadOnlyList<FieldMapping> Read(YamlMap map, MessageDescriptor type, string owner, ColumnUses columns)
    {
        if (map.Map("fields") is not { } fields)
        {
            if (!map.Has("fields"))
                map.Report("fields", "'fields' is missing; map each field to a column");
            return [];
        }
        var known = type.Fields.InFieldNumberOrder().Select(one => one.Name).ToList();
        var mappings = new List<FieldMapping>();
        foreach (var name in fields.Keys)
        {
            if (type.FindFieldByName(name) is not { } field)
            {
                var near = Spelling.Nearest(name, known);
                fields.Report(name, $"{owner} has no field '{name}'{(near is null ? $"; its fields are {string.Join(", ", known)}" : $"; did you mean '{near}'?")}");
            }
            else if (!CellConversion.Supports(field))
                fields.Report(name, ListsReader.IsList(field) ? $"'{name}' is a list; describe it under 'lists' of its data set" : $"'{name}' is no single value; it cannot be mapped");
            else if (!fields.HoldsMap(name))
                mappings.Add(new FieldMapping(field, columns.Read(fields, name, out var column), column, CellFormat.Plain));
            else if (ReadOne(fields.Map(name)!, field, columns) is { } mapping)
                mappings.Add(mapping);
        }
        if (!fields.Keys.Any())
            map.Report("fields", "'fields' is empty; map each field to a column");
        return mappings;
    }

    /// <summary>The <c>date</c> of a map; null where there is none, or, reported, one that is no format.</summary>
    public static string? DateFormat(YamlMap map)
    {
        var date = map.OptionalText("date");
        if (date is null || Dates.IsFormat(date))
            return date;
        map.Report("date", $"'{date}' is no date format; write one such as yyyyMMdd or yyyy/MM/dd");
        return null;
    }

    static FieldMapping? ReadOne(YamlMap map, FieldDescriptor field, ColumnUses columns)
    {
        if (map.Has("constant"))
        {
            var text = map.Text("constant");
            map.RefuseUnknownKeys();
            if (CellConversion.TryConvert(text, field, CellFormat.Plain, out var constant, out var expected) && constant is not null)
                return new FieldMapping(field, constant);
            map.Report("constant", $"'{text}' is not {expected}{Names(field)}");
            return null;
        }
        var format = Format(map, field);
        var index = columns.Read(map, "column", out var column);
        map.RefuseUnknownKeys();
        return new FieldMapping(field, index, column, format);
    }

    static CellFormat Format(YamlMap map, FieldDescriptor field)
    {
        var whole = field.FieldType is not (FieldType.String or FieldType.Bytes or FieldType.Bool or FieldType.Enum or FieldType.Double or FieldType.Float);
        var date = DateFormat(map);
        if (date is not null && field.FieldType != FieldType.String)
            map.Report("date", $"'{field.Name}' is no text; a date format has no meaning here");
        var grouped = false;
        if (map.Has("number"))
            grouped = map.Choice("number", "plain", "grouped") == "grouped";
        var times = map.Whole("times", 1, 1_000_000_000, 1);
        if (!whole && (map.Has("number") || map.Has("times")))
            map.Report(map.Has("number") ? "number" : "times", $"'{field.Name}' is no whole number; 'number' and 'times' have no meaning here");
        if (map.Has("values") && (date is not null || map.Has("number") || map.Has("times")))
            map.Report("values", "'values' says what each text means; leave out 'date', 'number' and 'times'");
        return new CellFormat { Date = date, Grouped = grouped, Times = times, Values = Values(map, field) };
    }

    static FrozenDictionary<string, string>? Values(YamlMap map, FieldDescriptor field)
    {
        if (map.Map("values") is not { } values)
            return null;
        var meanings = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var text in values.Keys)
        {
            var meaning = values.Text(text);
            if (meaning.Length > 0 && !CellConversion.TryConvert(meaning, field, CellFormat.Plain, out _, out var expected))
                values.Report(text, $"'{meaning}' is not {expected}{Names(field, meaning)}");
            meanings[text] = meaning;
        }
        if (meanings.Count == 0)
            map.Report("values", "'values' is empty; give the meaning of each text, or leave it out");
        return meanings.ToFrozenDictionary(StringComparer.Ordinal);
    }

    static string Names(FieldDescriptor field, string? meant = null)
    {
        if (field.FieldType != FieldType.Enum)
            return "";
        var near = meant is null ? null : Spelling.Nearest(meant, EnumNames.Short(field.EnumType));
        return near is null ? $"; its names are {string.Join(", ", EnumNames.Short(field.EnumType))}" : $"; did you mean '{near}'?";
    }
}
