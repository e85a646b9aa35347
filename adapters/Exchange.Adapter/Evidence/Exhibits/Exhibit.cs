using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Exchange.Hosting.Secrets;

namespace Exchange.Adapter.Evidence.Exhibits;

/// <summary>
/// One exchange, opened for a court: the messages, their commitments, where the hub's log has them, and the proof. A file of its own that says nothing
/// about any other exchange, and is checked without journal, hub or network.
/// </summary>
sealed record Exhibit
{
    /// <summary>No exchange is larger: question and answer have at most 64 KiB each, an entry too.</summary>
    const int LargestFile = 1024 * 1024;

    const int CurrentFormat = 1;

    static readonly JsonSerializerOptions json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        WriteIndented = true,
        // A checkpoint has plus signs and a dash.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new HexConverter() },
    };

    [JsonPropertyName("exhibit")]
    public required int Format { get; init; }

    /// <summary>Whose journal it is out of.</summary>
    public required string Agency { get; init; }

    /// <summary>requester or provider.</summary>
    public required string Role { get; init; }

    /// <summary>FOUND and the like, by the word of that journal: the commitment is over the answer without it.</summary>
    public required string Status { get; init; }

    /// <summary>The serialised header that both commitments are over.</summary>
    public required byte[] Header { get; init; }

    public required byte[] Question { get; init; }

    public required byte[] QuestionCommitment { get; init; }

    public required byte[] Answer { get; init; }

    public required byte[] AnswerCommitment { get; init; }

    public required ExhibitReceipt Receipt { get; init; }

    /// <summary>The hashes beside the way from the entry to the root.</summary>
    public required IReadOnlyList<byte[]> Path { get; init; }

    /// <summary>The note, with its signatures.</summary>
    public required string Checkpoint { get; init; }

    /// <summary>The entry itself, which has the commitments in it; null where it was not to be had.</summary>
    public byte[]? Entry { get; init; }

    public static Exhibit Of(string agency, string role, string status) => new()
    {
        Format = CurrentFormat,
        Agency = agency,
        Role = role,
        Status = status,
        Header = [],
        Question = [],
        QuestionCommitment = [],
        Answer = [],
        AnswerCommitment = [],
        Receipt = new ExhibitReceipt("", 0, [], []),
        Path = [],
        Checkpoint = "",
    };

    public string ToJson() => JsonSerializer.Serialize(this, json);

    /// <exception cref="FormatException">It is no exhibit. The message says what is wrong.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static Exhibit Read(string path)
    {
        if (new FileInfo(path).Length > LargestFile)
            throw new FormatException($"{path} is larger than any exhibit");
        try
        {
            var exhibit = JsonSerializer.Deserialize<Exhibit>(File.ReadAllBytes(path), json);
            return exhibit is { Format: CurrentFormat } && exhibit.Path.All(hash => hash is not null) ? exhibit : throw new FormatException($"{path} is no exhibit of format {CurrentFormat}");
        }
        catch (JsonException e)
        {
            throw new FormatException($"{path} is no exhibit: {e.Message}", e);
        }
    }
}

/// <param name="LeafHash">32 bytes.</param>
/// <param name="RequestId">16 bytes.</param>
sealed record ExhibitReceipt(string Log, ulong Index, byte[] LeafHash, byte[] RequestId);
