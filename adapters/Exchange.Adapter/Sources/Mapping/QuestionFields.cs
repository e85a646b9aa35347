using System.Globalization;
using Exchange.Protocol.DataSets;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace Exchange.Adapter.Sources.Mapping;

/// <summary>Values of a question's fields, to be bound as parameters or compared with cells.</summary>
static class QuestionFields
{
    /// <summary>Enumerations by their short name; null when the field is not set.</summary>
    public static object? Value(FieldDescriptor field, IMessage question) =>
        field.HasPresence && !field.Accessor.HasValue(question) ? null : Plain(field, field.Accessor.GetValue(question));

    /// <summary>As <see cref="Value"/>, in invariant text.</summary>
    public static string? Text(FieldDescriptor field, IMessage question) => Text(Value(field, question));

    /// <summary>The text of a cell once converted to the field's type, to be compared with that of a question.</summary>
    public static string? TextOfCell(FieldDescriptor field, object cell) => Text(Plain(field, cell));

    static object? Plain(FieldDescriptor field, object value) => value switch
    {
        ByteString bytes => bytes.ToByteArray(),
        Enum or int when field.FieldType == FieldType.Enum => EnumNames.Name(field.EnumType, Convert.ToInt32(value, CultureInfo.InvariantCulture)),
        int or uint => Convert.ToInt64(value, CultureInfo.InvariantCulture),
        ulong number => (decimal)number,
        float number => (double)number,
        _ => value,
    };

    static string? Text(object? plain) => plain switch
    {
        null => null,
        bool flag => flag ? "true" : "false",
        byte[] bytes => @"\x" + Convert.ToHexStringLower(bytes),
        _ => Convert.ToString(plain, CultureInfo.InvariantCulture),
    };
}
