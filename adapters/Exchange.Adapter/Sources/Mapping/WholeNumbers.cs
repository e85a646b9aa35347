using System.Globalization;
using System.Text.RegularExpressions;
using Google.Protobuf.Reflection;

namespace Exchange.Adapter.Sources.Mapping;

/// <summary>Whole numbers without rounding, clipping or guessing.</summary>
static partial class WholeNumbers
{
    public static bool TryRead(object cell, CellFormat format, out decimal number)
    {
        number = 0;
        switch (cell)
        {
            case long or int or short or byte or decimal:
                number = Convert.ToDecimal(cell, CultureInfo.InvariantCulture);
                break;
            case double or float:
                var floating = Convert.ToDouble(cell, CultureInfo.InvariantCulture);
                if (!(Math.Abs(floating) <= 1L << 53))
                    return false;
                number = (decimal)floating;
                break;
            case string text:
                if (!TryParse(text.Trim(), format.Grouped, out number))
                    return false;
                break;
            default:
                return false;
        }
        if (number != decimal.Truncate(number) || Math.Abs(number) > ulong.MaxValue)
            return false;
        number *= format.Times;
        return true;
    }

    /// <summary>Boxed in the field's own type; null when it does not fit.</summary>
    public static object? Fit(decimal number, FieldType type) => type switch
    {
        FieldType.Int32 or FieldType.SInt32 or FieldType.SFixed32 when number is >= int.MinValue and <= int.MaxValue => (int)number,
        FieldType.Int64 or FieldType.SInt64 or FieldType.SFixed64 when number is >= long.MinValue and <= long.MaxValue => (long)number,
        FieldType.UInt32 or FieldType.Fixed32 when number is >= 0 and <= uint.MaxValue => (uint)number,
        FieldType.UInt64 or FieldType.Fixed64 when number is >= 0 and <= ulong.MaxValue => (ulong)number,
        _ => null,
    };

    static bool TryParse(string text, bool grouped, out decimal number)
    {
        if (grouped && Grouped().IsMatch(text))
            text = text.Replace(",", "", StringComparison.Ordinal);
        return decimal.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out number);
    }

    [GeneratedRegex(@"\A[+-]?[0-9]{1,3}(,[0-9]{3})+\z", RegexOptions.CultureInvariant)]
    private static partial Regex Grouped();
}
