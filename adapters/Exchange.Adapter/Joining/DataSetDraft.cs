using System.Globalization;
using System.Text;
using Exchange.Adapter.Sources.Mapping;
using Exchange.Protocol.DataSets;
using Exchange.Protocol.DataSets.Meaning;
using Google.Protobuf.Reflection;

namespace Exchange.Adapter.Joining;

/// <summary>A field of the record and the column it is suggested to come from.</summary>
/// <param name="Format">What stands behind the column in sources.yaml, such as <c>date: yyyy/MM/dd</c>; empty: nothing.</param>
/// <param name="Trouble">What has to be looked at; null when nothing.</param>
/// <param name="IsDate">It holds dates, and how they are written was not found out.</param>
sealed record DraftField(string Field, string Column, string Format, string? Trouble, bool IsDate = false)
{
    public const int MostWords = 50;

    /// <summary>With a meaning for every word of its column.</summary>
    /// <param name="names">Of the enumeration's values.</param>
    /// <param name="ask">What a word means that is not known.</param>
    public DraftField Meaning(FoundTable table, IReadOnlyList<string> names, Func<string, string> ask)
    {
        var known = table.Values(Column, MostWords).Select(value => value.Trim()).Distinct().Select(word => (Word: word, Meaning: ColumnNames.Meaning(word, names) ?? ask(word))).ToList();
        return this with { Format = known.All(one => one.Meaning == one.Word) ? "" : $"values: {{ {string.Join(", ", known.Select(one => $"{YamlWord.Of(one.Word)}: {one.Meaning}"))} }}", Trouble = null };
    }

    public static bool AreDates(IEnumerable<string> values, string format) =>
        values.All(value => DateOnly.TryParseExact(value.Trim(), format, CultureInfo.InvariantCulture, DateTimeStyles.None, out _));
}

/// <summary>The mapping of one data set, suggested from the columns of a table and from what stands in them.</summary>
sealed record DataSetDraft(DataSetContract Contract, FoundTable Table, string Key, IReadOnlyList<(string Field, string Column)> Match, IReadOnlyList<DraftField> Fields)
{
    const int Looked = 200;

    static readonly string[] dateFormats = ["yyyy-MM-dd", "yyyy/MM/dd", "yyyyMMdd", "yyyy.MM.dd", "yyyy/M/d", "yyyy年MM月dd日", "yyyy年M月d日"];

    /// <summary>Null with why when the table cannot be that of the data set.</summary>
    /// <param name="chosen">Columns by field, where somebody knows better than their names tell; empty: none.</param>
    public static DataSetDraft? Of(DataSetContract contract, FoundTable table, out string why, IReadOnlyDictionary<string, string>? chosen = null)
    {
        string? Column(string field) => chosen is null || !chosen.TryGetValue(field, out var column) ? ColumnNames.Find(field, table.Columns) : column.Length > 0 ? column : null;
        why = "";
        var key = Column(ColumnNames.Key);
        var match = contract.Question.Fields.InDeclarationOrder().Select(field => (field.Name, Column: Column(field.Name))).ToList();
        var fields = contract.Record.Fields.InFieldNumberOrder().Where(CellConversion.Supports)
            .Select(field => (Field: field, Column: Column(field.Name))).Where(one => one.Column is not null)
            .Select(one => Draft(contract, one.Field, one.Column!, table)).ToList();
        if (key is null)
            why = $"no column of {table.Name} looks like this agency's own key of a person; it has {string.Join(", ", table.Columns)}";
        else if (match.FirstOrDefault(one => one.Column is null) is { Name: { } missing })
            why = $"{contract.Id} is asked with '{missing}', and no column of {table.Name} looks like it; it has {string.Join(", ", table.Columns)}";
        else if (match.FirstOrDefault(one => contract.Question.FindFieldByName(one.Name).FieldType != FieldType.String && NoNumber(table.Values(one.Column!, Looked), "") is not null) is { Name: { } asked, Column: { } written })
            why = $"{contract.Id} is asked with '{asked}', and column {written} holds what is no number, such as '{NoNumber(table.Values(written, Looked), "")}'; have the export write a year as 2026";
        else if (fields.Count == 0)
            why = $"no column of {table.Name} looks like a field of {contract.Id}; it has {string.Join(", ", table.Columns)}";
        return why.Length > 0 ? null : new DataSetDraft(contract, table, key!, [.. match.Select(one => (one.Name, one.Column!))], fields);
    }

    /// <summary>As it stands in sources.yaml, indented by two.</summary>
    public string Yaml()
    {
        var text = new StringBuilder($"  {Contract.Id}:\n");
        foreach (var line in Table.Yaml)
            text.Append("    ").Append(line).Append('\n');
        text.Append("    key: ").Append(YamlWord.Of(Key)).Append('\n');
        if (Match.Count > 0)
            text.Append("    match: { ").AppendJoin(", ", Match.Select(one => $"{one.Field}: {YamlWord.Of(one.Column)}")).Append(" }\n");
        text.Append("    fields:\n");
        foreach (var field in Fields)
            text.Append("      ").Append(field.Field).Append(": ").Append(field.Format.Length == 0 ? YamlWord.Of(field.Column) : $"{{ column: {YamlWord.Of(field.Column)}, {field.Format} }}").Append('\n');
        var left = Contract.Record.Fields.InFieldNumberOrder().Select(field => field.Name).Except(Fields.Select(field => field.Field)).ToList();
        if (left.Count > 0)
            text.Append("      # not found in this table, so nobody is told: ").AppendJoin(", ", left).Append('\n');
        if (Table is FoundFile)
            text.Append("    as_of: file_time\n");
        return text.ToString();
    }

    static DraftField Draft(DataSetContract contract, FieldDescriptor field, string column, FoundTable table)
    {
        var values = table.Values(column, Looked);
        if (field.FieldType == FieldType.Enum)
            return Words(field, column, values);
        if (FoundTable.HasFullWidthDigits(values) && field.FieldType != FieldType.String)
            return new DraftField(field.Name, column, "", "digits are written in full width (１２３); have the export write them as 123");
        return contract.Meaning?.Fields.FirstOrDefault(one => one.Path == field.Name)?.Unit switch
        {
            Unit.Date when values.Count > 0 => Date(field, column, values),
            Unit.Yen => Amount(field, column, values),
            _ => new DraftField(field.Name, column, "", field.FieldType == FieldType.String ? null : NotNumbers(values, "")),
        };
    }

    static DraftField Words(FieldDescriptor field, string column, IReadOnlyList<string> values)
    {
        string[] names = [.. EnumNames.Short(field.EnumType).Skip(1)];
        var known = values.Take(DraftField.MostWords).Select(value => (Value: value.Trim(), Meaning: ColumnNames.Meaning(value, names))).ToList();
        var unknown = known.Where(one => one.Meaning is null).Select(one => one.Value).ToList();
        var format = known.All(one => one.Meaning == one.Value) ? "" : $"values: {{ {string.Join(", ", known.Where(one => one.Meaning is not null).Select(one => $"{YamlWord.Of(one.Value)}: {one.Meaning}"))} }}";
        return new DraftField(field.Name, column, format, unknown.Count == 0 ? null : $"what does it mean: {string.Join(", ", unknown.Take(5))}{(unknown.Count > 5 ? ", ..." : "")}?");
    }

    static DraftField Date(FieldDescriptor field, string column, IReadOnlyList<string> values) =>
        dateFormats.FirstOrDefault(format => DraftField.AreDates(values, format)) switch
        {
            null => new DraftField(field.Name, column, "", "its dates are written in no way that is known", IsDate: true),
            Dates.Iso => new DraftField(field.Name, column, "", null),
            var format => new DraftField(field.Name, column, $"date: {YamlWord.Of(format)}", null),
        };

    static DraftField Amount(FieldDescriptor field, string column, IReadOnlyList<string> values)
    {
        var thousands = column.Contains("千円", StringComparison.Ordinal);
        var grouped = values.Any(value => value.Contains(',', StringComparison.Ordinal));
        string[] formats = [.. grouped ? (string[])["number: grouped"] : [], .. thousands ? (string[])["times: 1000"] : []];
        return new DraftField(field.Name, column, string.Join(", ", formats), NotNumbers(values, ","));
    }

    static string? NotNumbers(IReadOnlyList<string> values, string passedOver) =>
        NoNumber(values, passedOver) is { } one ? $"'{one}' is no whole number; have the export write it in digits, such as 2026" : null;

    /// <summary>The first that is none; null when all are.</summary>
    /// <param name="passedOver">Letters between digits.</param>
    static string? NoNumber(IEnumerable<string> values, string passedOver) => values.FirstOrDefault(value =>
        !long.TryParse(passedOver.Length == 0 ? value.Trim() : value.Trim().Replace(passedOver, "", StringComparison.Ordinal), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _)
        && !bool.TryParse(value.Trim(), out _));
}
