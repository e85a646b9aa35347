using System.Globalization;
using System.Text.Json;

namespace Exchange.Protocol.Transparency;

/// <summary>A receipt as somebody brings it: on the command line, or in what the local API of an agency answered.</summary>
/// <param name="LeafHash">32 bytes.</param>
/// <param name="RequestId">16 bytes.</param>
public sealed record GivenReceipt(string Log, ulong Index, byte[] LeafHash, byte[] RequestId)
{
    /// <summary>No answer is larger.</summary>
    const int LargestFile = 64 * 1024 * 1024;

    const int RequestIdLength = 16;

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Log}:{Index}:{Convert.ToHexStringLower(LeafHash)}:{Convert.ToHexStringLower(RequestId)}");

    /// <summary>LOG:INDEX:LEAFHASH:REQUESTID, or the path of a JSON file.</summary>
    /// <exception cref="FormatException">It is neither. The message says what is wrong.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static IReadOnlyList<GivenReceipt> Read(string given) => File.Exists(given) ? ReadFile(given) : [ReadText(given)];

    static GivenReceipt ReadText(string text)
    {
        // A log's name may have colons, the rest has none.
        var parts = text.Split(':');
        if (parts.Length < 4)
            throw new FormatException($"'{text}' is no receipt and no file");
        return Of(string.Join(':', parts[..^3]), parts[^3], parts[^2], parts[^1]);
    }

    /// <summary>Every receipt anywhere in it, in either spelling of protobuf's JSON. One that has a request id alone, of a lookup that was refused, is passed over.</summary>
    static List<GivenReceipt> ReadFile(string path)
    {
        if (new FileInfo(path).Length > LargestFile)
            throw new FormatException($"{path} is larger than any answer of the local API");
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(path));
            var found = new List<GivenReceipt>();
            Collect(document.RootElement, found);
            return found.Count > 0 ? found : throw new FormatException($"{path} holds no receipt: an object with log, index, leafHash and requestId. A refused lookup has none; search for its request id");
        }
        catch (JsonException e)
        {
            throw new FormatException($"{path} is not JSON: {e.Message}", e);
        }
    }

    static void Collect(JsonElement element, List<GivenReceipt> found)
    {
        if (element.ValueKind == JsonValueKind.Array)
            foreach (var one in element.EnumerateArray())
                Collect(one, found);
        if (element.ValueKind != JsonValueKind.Object)
            return;
        if ((Text(element, "leafHash") ?? Text(element, "leaf_hash")) is { Length: > 0 } leafHash && Text(element, "log") is { } log)
            found.Add(Of(log, Text(element, "index") ?? "0", leafHash, Text(element, "requestId") ?? Text(element, "request_id") ?? ""));
        foreach (var property in element.EnumerateObject())
            Collect(property.Value, found);
    }

    /// <summary>Numbers of 64 bits stand as text in JSON, and 0 not at all.</summary>
    static string? Text(JsonElement element, string name) => element.TryGetProperty(name, out var value)
        ? value.ValueKind == JsonValueKind.String ? value.GetString() : value.ValueKind == JsonValueKind.Number ? value.GetRawText() : null
        : null;

    static GivenReceipt Of(string log, string index, string leafHash, string requestId)
    {
        if (!ulong.TryParse(index, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            throw new FormatException($"'{index}' is no number of an entry");
        return new GivenReceipt(log, number, Hex(leafHash, TreeHash.Length, "leaf hash"), Hex(requestId, RequestIdLength, "request id"));
    }

    static byte[] Hex(string text, int length, string what)
    {
        var bytes = new byte[length];
        return text.Length == 2 * length && Convert.FromHexString(text, bytes, out _, out _) == System.Buffers.OperationStatus.Done
            ? bytes : throw new FormatException($"'{text}' is no {what}: it has {2 * length} hexadecimal digits");
    }
}
