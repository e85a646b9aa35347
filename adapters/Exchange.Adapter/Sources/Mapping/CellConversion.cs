using System.Globalization;
using Exchange.Protocol.DataSets;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace Exchange.Adapter.Sources.Mapping;

/// <summary>A cell, as a database or a file gives it, to the value of a protobuf field.</summary>
static class CellConversion
{
    /// <summary>Longest text taken from one cell, in characters; no answer is larger.</summary>
    public const int LongestText = 64 * 1024;

    public static bool Supports(FieldDescriptor field) =>
        !field.IsRepeated && field.FieldType is not (FieldType.Message or FieldType.Group);

    /// <param name="value">Null for NULL and for blank: the field stays unset.</param>
    /// <param name="expected">What the column should hold, when the answer is false.</param>
    public static bool TryConvert(object? cell, FieldDescriptor field, CellFormat format, out object? value, out string expected)
    {
        value = null;
        expected = "";
        if (IsMissing(cell))
            return true;
        if (format.Values is not null)
        {
            expected = "one of the values listed in the mapping";
            if (Text(cell!) is not { } text || !format.Values.TryGetValue(text.Trim(), out var mapped))
                return false;
            cell = mapped;
            format = CellFormat.Plain;
        }
        switch (field.FieldType)
        {
            case FieldType.String:
                return TryText(cell!, format, out value, out expected);
            case FieldType.Bytes:
                expected = "bytes of at most 64 KB";
                value = cell is byte[] { Length: <= LongestText } bytes ? ByteString.CopyFrom(bytes) : null;
                return value is not null;
            case FieldType.Bool:
                expected = "true or false";
                value = Flag(cell!);
                return value is not null;
            case FieldType.Enum:
                expected = "a name of its enumeration";
                value = Text(cell!) is { } name ? EnumNames.Find(field.EnumType, name.Trim()) : null;
                return value is not null;
            case FieldType.Double or FieldType.Float:
                expected = "a number";
                var number = Floating(cell!);
                value = field.FieldType == FieldType.Double ? number : (float?)number;
                return value is not null;
            default:
                expected = $"a whole number that fits {field.FieldType.ToString().ToLowerInvariant()}";
                value = WholeNumbers.TryRead(cell!, format, out var whole) ? WholeNumbers.Fit(whole, field.FieldType) : null;
                return value is not null;
        }
    }

    public static bool IsMissing(object? cell) => cell switch
    {
        null or DBNull => true,
        string text => string.IsNullOrWhiteSpace(text),
        _ => false,
    };

    /// <summary>Null for a cell that is not one line of text or a number.</summary>
    public static string? Text(object cell) => cell switch
    {
        string text => text,
        DateOnly date => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        DateTime time when time.TimeOfDay == TimeSpan.Zero => time.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        DateTime time => time.ToString("yyyy-MM-ddTHH:mm:ss.FFFFFFFK", CultureInfo.InvariantCulture),
        bool flag => flag ? "true" : "false",
        Guid id => id.ToString(),
        long or int or short or byte or decimal or double or float or char => Convert.ToString(cell, CultureInfo.InvariantCulture),
        _ => null,
    };

    static bool TryText(object cell, CellFormat format, out object? value, out string expected)
    {
        value = null;
        if (format.Date is { } pattern && cell is not (DateOnly or DateTime))
        {
            expected = $"a date written {pattern}";
            if (!Dates.TryRead(cell, pattern, out var date))
                return false;
            value = date.ToString(Dates.Iso, CultureInfo.InvariantCulture);
            return true;
        }
        expected = "text of at most 65,536 characters";
        if (format.Date is not null && cell is DateTime time)
            cell = DateOnly.FromDateTime(time);
        value = Text(cell) is { Length: <= LongestText } text ? text : null;
        return value is not null;
    }

    static object? Flag(object cell) => cell switch
    {
        bool flag => flag,
        _ => Text(cell)?.Trim() switch
        {
            "1" or "true" or "TRUE" or "True" or "t" => true,
            "0" or "false" or "FALSE" or "False" or "f" => false,
            _ => null,
        },
    };

    static double? Floating(object cell) =>
        double.TryParse(Text(cell)?.Trim(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? number : null;
}
