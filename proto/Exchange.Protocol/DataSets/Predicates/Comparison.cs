using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.RegularExpressions;
using Exchange.Protocol.DataSets.Meaning;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace Exchange.Protocol.DataSets.Predicates;

/// <summary>One field held against one value.</summary>
sealed partial class Comparison
{
    readonly FieldDescriptor field;
    readonly string sign;
    readonly IComparable value;
    readonly string written;

    Comparison(FieldDescriptor field, string sign, IComparable value, string written)
    {
        this.field = field;
        this.sign = sign;
        this.value = value;
        this.written = written;
    }

    public string Field => this.field.Name;

    public override string ToString() => $"{field.Name} {sign} {written}";

    public static bool TryParse(string text, DataSetContract dataSet, [NotNullWhen(true)] out Comparison? comparison, out string mistake)
    {
        comparison = null;
        mistake = "";
        if (Form().Match(text) is not { Success: true } match)
            mistake = "a test reads FIELD < VALUE, with <, <=, =, !=, >= or >, and further ones after 'and'; such as total_income < 1500000";
        else if (dataSet.Record.FindFieldByName(match.Groups["field"].Value) is not { } field)
            mistake = $"{dataSet.Id} has no field '{match.Groups["field"].Value}'; it has {string.Join(", ", dataSet.FieldNames)}";
        else if (Value(field, dataSet, match.Groups["value"].Value, out var isOrdered, out var expected) is not { } value)
            mistake = expected;
        else if (!isOrdered && match.Groups["sign"].Value is not ("=" or "!="))
            mistake = $"'{field.Name}' has no order; compare it with = or !=";
        else
            comparison = new Comparison(field, match.Groups["sign"].Value, value, Written(field, value));
        return comparison is not null;
    }

    /// <summary>Null when the record does not have the field: what is not set is not known, and is never zero by absence.</summary>
    public bool? Of(IMessage record)
    {
        if (field.HasPresence && !field.Accessor.HasValue(record))
            return null;
        IComparable? actual = field.Accessor.GetValue(record) switch
        {
            "" => null,
            string text => text,
            bool flag => flag,
            Enum state when Number(state) == 0 => null,
            var number => Number(number),
        };
        if (actual is null)
            return null;
        // Dates as their texts, byte by byte.
        var order = actual is string said ? string.CompareOrdinal(said, (string)value) : actual.CompareTo(value);
        return sign switch
        {
            "<" => order < 0,
            "<=" => order <= 0,
            "=" => order == 0,
            "!=" => order != 0,
            ">=" => order >= 0,
            _ => order > 0,
        };
    }

    static IComparable? Value(FieldDescriptor field, DataSetContract dataSet, string text, out bool isOrdered, out string expected)
    {
        isOrdered = false;
        expected = "";
        if (field.IsRepeated)
        {
            expected = $"'{field.Name}' is a list; a test compares single fields";
            return null;
        }
        if (!field.HasPresence && field.FieldType is not (FieldType.Enum or FieldType.String))
        {
            expected = $"'{field.Name}' is 0 where it is not known, so a test could not tell the two apart";
            return null;
        }
        switch (field.FieldType)
        {
            case FieldType.Int32 or FieldType.Int64 or FieldType.UInt32 or FieldType.UInt64 or FieldType.SInt32 or FieldType.SInt64:
                isOrdered = true;
                expected = $"'{field.Name}' is a whole number, and '{text}' is none; write it without separators, such as 1500000";
                return long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? (decimal)number : null;
            case FieldType.Enum:
                expected = $"'{field.Name}' is one of {string.Join(", ", EnumNames.Short(field.EnumType).Skip(1))}";
                return EnumNames.Find(field.EnumType, text) is int named and not 0 ? (decimal)named : null;
            case FieldType.Bool:
                expected = $"'{field.Name}' is true or false";
                return text switch { "true" => true, "false" => false, _ => null };
            case FieldType.String:
                var unit = Meaning(dataSet)?.Fields.FirstOrDefault(one => one.Path == field.Name)?.Unit ?? Unit.Code;
                isOrdered = unit is Unit.Date or Unit.Month;
                expected = $"'{field.Name}' is {Units.Problem(unit, text)}";
                return Units.Problem(unit, text) is null ? text : null;
            default:
                expected = $"'{field.Name}' cannot be compared";
                return null;
        }
    }

    /// <summary>A directory says of a data set what it looks like, and not what it means.</summary>
    static RecordMeaning? Meaning(DataSetContract dataSet) => dataSet.Meaning ?? DataSetCatalogue.All.FirstOrDefault(one => one.Record == dataSet.Record)?.Meaning;

    static string Written(FieldDescriptor field, IComparable value) => value switch
    {
        decimal number when field.FieldType == FieldType.Enum => EnumNames.Name(field.EnumType, (int)number)!,
        bool flag => flag ? "true" : "false",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };

    static decimal Number(object value) => value is Enum state ? Convert.ToInt32(state, CultureInfo.InvariantCulture) : Convert.ToDecimal(value, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^\s*(?<field>[a-z][a-z0-9_]*)\s*(?<sign><=|>=|!=|<|>|=)\s*(?<value>[^\s<>=!]+)\s*$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Form();
}
