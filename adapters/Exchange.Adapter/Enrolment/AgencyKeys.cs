using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using Exchange.Hosting.Secrets;
using Exchange.Hosting.Storage;
using Exchange.Protocol.Lookups;
using Exchange.Protocol.Pseudonyms;

namespace Exchange.Adapter.Enrolment;

/// <summary>
/// What an agency keeps apart from its database, in a file of mode 0600: the closing scalar, the root of its handles,
/// and the keys of its caches. Without it the column is worthless, to a thief and to the agency.
/// </summary>
public sealed class AgencyKeys : IDisposable
{
    const int CurrentFormat = 1, KeyLength = 32;

    static readonly JsonSerializerOptions json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        WriteIndented = true,
        Converters = { new HexConverter() },
    };

    readonly Content content;

    AgencyKeys(Content content)
    {
        this.content = content;
        Closing = new ClosingScalar(content.Closing);
    }

    /// <summary>Names the closing scalar in the database, so that a file of another one is noticed.</summary>
    public string ClosingId => content.ClosingId;

    public ClosingScalar Closing { get; }

    public ReadOnlySpan<byte> HandleRoot => content.HandleRoot;

    /// <summary>k_cache: under what name a handle is cached.</summary>
    public ReadOnlySpan<byte> CacheNameKey => content.CacheNameKey;

    /// <summary>With what cached values are sealed.</summary>
    public ReadOnlySpan<byte> CacheSealKey => content.CacheSealKey;

    /// <summary>Draws all of them.</summary>
    /// <exception cref="SecretFileException">The file exists.</exception>
    public static void Create(string path)
    {
        using var closing = SecretScalar.Random();
        var content = new Content
        {
            Format = CurrentFormat,
            ClosingId = RandomNumberGenerator.GetHexString(8, lowercase: true),
            Closing = closing.Bytes.ToArray(),
            HandleRoot = RandomNumberGenerator.GetBytes(Handles.RootSize),
            CacheNameKey = RandomNumberGenerator.GetBytes(KeyLength),
            CacheSealKey = RandomNumberGenerator.GetBytes(KeyLength),
        };
        var text = JsonSerializer.SerializeToUtf8Bytes(content, json);
        Folder.CreateForOwner(Path.GetDirectoryName(Path.GetFullPath(path))!);
        SecretFile.Write(path, text);
        CryptographicOperations.ZeroMemory(text);
        content.Clear();
    }

    /// <exception cref="SecretFileException">Absent, open to others or malformed.</exception>
    public static AgencyKeys Read(string path)
    {
        var text = SecretFile.Read(path);
        try
        {
            var content = JsonSerializer.Deserialize<Content>(text, json) ?? throw new JsonException("the file is empty");
            return content.IsWhole ? new AgencyKeys(content) : throw new JsonException("a key is missing, damaged or of another format");
        }
        catch (JsonException e)
        {
            throw new SecretFileException($"{path} is not an agency's key file: {e.Message}", e);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(text);
        }
    }

    public void Dispose()
    {
        Closing.Dispose();
        content.Clear();
    }

    sealed class Content
    {
        public required int Format { get; init; }

        public required string ClosingId { get; init; }

        public required byte[] Closing { get; init; }

        public required byte[] HandleRoot { get; init; }

        public required byte[] CacheNameKey { get; init; }

        public required byte[] CacheSealKey { get; init; }

        [JsonIgnore]
        internal bool IsWhole => Format == CurrentFormat && ClosingId is { Length: > 0 and <= 64 } && Ristretto.IsScalar(Closing)
            && HandleRoot.Length == Handles.RootSize && CacheNameKey.Length == KeyLength && CacheSealKey.Length == KeyLength;

        internal void Clear()
        {
            foreach (var secret in new[] { Closing, HandleRoot, CacheNameKey, CacheSealKey })
                CryptographicOperations.ZeroMemory(secret);
        }
    }
}
