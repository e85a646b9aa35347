using System.Text.Json;
using System.Text.Json.Serialization;

namespace Exchange.Hosting.Secrets;

/// <summary>Bytes as hex, read without a string in between, since strings cannot be zeroed.</summary>
public sealed class HexConverter : JsonConverter<byte[]>
{
    /// <summary>So that null is refused like anything else that is not hex.</summary>
    public override bool HandleNull => true;

    public override byte[] Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.String || reader.HasValueSequence || reader.ValueIsEscaped)
            throw new JsonException("expected bytes in hex");
        try
        {
            return Convert.FromHexString(reader.ValueSpan);
        }
        catch (FormatException)
        {
            throw new JsonException("expected bytes in hex");
        }
    }

    public override void Write(Utf8JsonWriter writer, byte[] value, JsonSerializerOptions options)
    {
        Span<byte> hex = stackalloc byte[2 * value.Length];
        Convert.TryToHexStringLower(value, hex, out _);
        writer.WriteStringValue(hex);
        hex.Clear();
    }
}
