using System.Text;
using Google.Protobuf.Reflection;

namespace Exchange.Protocol.DataSets;

/// <summary>Values of an enumeration by full name (ASSESSMENT_STATE_EXEMPT) or without the prefix all its names share (EXEMPT).</summary>
public static class EnumNames
{
    /// <summary>The number, boxed as the reflection of protobuf wants it; null when there is no such name.</summary>
    public static object? Find(EnumDescriptor type, string name) =>
        (type.FindValueByName(name) ?? type.FindValueByName(Prefix(type) + name)) is { } value ? value.Number : null;

    /// <summary>Every value of it, that of 0 included.</summary>
    public static IEnumerable<string> Short(EnumDescriptor type) =>
        type.Values.Select(value => Strip(type, value.Name));

    /// <summary>Null for a number it does not have.</summary>
    public static string? Name(EnumDescriptor type, int number) =>
        type.FindValueByNumber(number) is { } value ? Strip(type, value.Name) : null;

    static string Strip(EnumDescriptor type, string name)
    {
        var prefix = Prefix(type);
        return name.StartsWith(prefix, StringComparison.Ordinal) ? name[prefix.Length..] : name;
    }

    static string Prefix(EnumDescriptor type)
    {
        var prefix = new StringBuilder();
        foreach (var letter in type.Name)
        {
            if (char.IsUpper(letter) && prefix.Length > 0)
                prefix.Append('_');
            prefix.Append(char.ToUpperInvariant(letter));
        }
        return prefix.Append('_').ToString();
    }
}
