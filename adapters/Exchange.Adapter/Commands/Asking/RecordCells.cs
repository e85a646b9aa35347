using System.Globalization;
using Exchange.Adapter.Sources.Mapping;
using Exchange.Protocol.DataSets;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace Exchange.Adapter.Commands.Asking;

/// <summary>A record as people read it: a text for each field, empty where it is not known, and a line for each element of a list.</summary>
static class RecordCells
{
    static readonly JsonFormatter json = new(JsonFormatter.Settings.Default.WithTypeRegistry(RecordTypes.Registry).WithPreserveProtoFieldNames(true));

    /// <summary>In the order of the fields; a list as JSON.</summary>
    public static IEnumerable<string> Of(MessageDescriptor type, IMessage? record) => type.Fields.InFieldNumberOrder().Select(field =>
        record is null ? ""
        : IsList(field) ? Elements(field, record) is { Count: > 0 } elements ? $"[{string.Join(", ", elements.Select(element => json.Format(element)))}]" : ""
        : Text(field, record));

    /// <summary>Name and value of each field that is known; elements of a list as <c>payments 1: paid_on 2025-02-14, amount 150000</c>.</summary>
    public static IEnumerable<(string Name, string Value)> Lines(IMessage record)
    {
        foreach (var field in record.Descriptor.Fields.InFieldNumberOrder())
            if (IsList(field))
                foreach (var (i, element) in Elements(field, record).Index())
                    yield return ($"{field.Name} {(i + 1).ToString(CultureInfo.InvariantCulture)}", string.Join(", ", Lines(element).Select(one => $"{one.Name} {one.Value}")));
            else if (Text(field, record) is { Length: > 0 } value)
                yield return (field.Name, value);
    }

    static bool IsList(FieldDescriptor field) => field is { IsRepeated: true, FieldType: FieldType.Message };

    static IReadOnlyList<IMessage> Elements(FieldDescriptor list, IMessage record) => [.. ((System.Collections.IEnumerable)list.Accessor.GetValue(record)).Cast<IMessage>()];

    static string Text(FieldDescriptor field, IMessage record) =>
        field.IsRepeated ? string.Join(' ', ((System.Collections.IEnumerable)field.Accessor.GetValue(record)).Cast<object>())
        : field.FieldType == FieldType.Enum && Convert.ToInt32(field.Accessor.GetValue(record), CultureInfo.InvariantCulture) == 0 ? "" : QuestionFields.Text(field, record) ?? "";
}
