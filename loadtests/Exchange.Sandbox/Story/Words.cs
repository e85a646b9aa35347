using System.Globalization;
using Exchange.Protocol.DataSets;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;

namespace Exchange.Sandbox.Story;

/// <summary>Values as people read them.</summary>
static class Words
{
    public static string Milliseconds(TimeSpan time) => string.Create(CultureInfo.InvariantCulture, $"{time.TotalMilliseconds:0.00} ms");

    public static string Seconds(TimeSpan time) => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.0} s");

    /// <summary>The beginning of a long hexadecimal text.</summary>
    public static string Short(string hex) => hex.Length <= 16 ? hex : hex[..16] + "…";

    public static string Short(ReadOnlySpan<byte> bytes) => Short(Convert.ToHexStringLower(bytes));

    public static string Fields(DataSetContract contract, IEnumerable<uint> numbers) => string.Join(", ", numbers.Select(number => contract.FieldName(number) ?? $"{number}"));

    public static IMessage Unpack(Any any) => any.Unpack(RecordTypes.Registry) ?? throw new StoryException($"{any.TypeUrl} is no record this version knows.");

    /// <summary>Every field that is set, as a name and a value.</summary>
    public static IEnumerable<(string Name, string Value)> Set(IMessage record) =>
        from field in record.Descriptor.Fields.InFieldNumberOrder()
        let value = field.Accessor.GetValue(record)
        where field.HasPresence ? field.Accessor.HasValue(record) : value is not ("" or 0)
        select (field.Name, Value(field, value));

    /// <summary>Without the prefix that protobuf wants: ASSESSED, not ASSESSMENT_STATE_ASSESSED.</summary>
    static string Name(EnumDescriptor type, int number)
    {
        var name = type.FindValueByNumber(number)?.Name ?? $"{number}";
        var shared = type.Values[0].Name.LastIndexOf("UNSPECIFIED", StringComparison.Ordinal);
        return shared > 0 && name.Length > shared ? name[shared..] : name;
    }

    static string Value(FieldDescriptor field, object value) => field.FieldType switch
    {
        FieldType.Int64 => string.Create(CultureInfo.InvariantCulture, $"{value:N0} yen"),
        FieldType.Enum => Name(field.EnumType, (int)value),
        _ => string.Create(CultureInfo.InvariantCulture, $"{value}"),
    };
}
