using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using Exchange.Hosting.Secrets;
using Exchange.Hosting.Storage;

namespace Exchange.Adapter.Journal.Sealing;

/// <summary>
/// The keys of an agency's journal, oldest first, in a file of mode 0600 outside the folder of its databases. The newest
/// seals, all of them open. Without the file the journal can be read by nobody.
/// </summary>
public sealed class JournalKeys : IDisposable
{
    const int CurrentFormat = 1, MostKeys = 1000;

    static readonly JsonSerializerOptions json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        WriteIndented = true,
        Converters = { new HexConverter() },
    };

    readonly JournalKey[] keys;

    JournalKeys(Content content) => keys = [.. content.Keys.Select(key => new JournalKey(key))];

    public JournalKey Newest => keys[^1];

    /// <summary>From the newest to the oldest.</summary>
    public IEnumerable<JournalKey> All => keys.Reverse();

    /// <param name="id">4 bytes.</param>
    public JournalKey? Find(ReadOnlySpan<byte> id)
    {
        foreach (var key in keys)
            if (key.Id.SequenceEqual(id))
                return key;
        return null;
    }

    /// <summary>Draws the first key.</summary>
    /// <exception cref="SecretFileException">The file exists.</exception>
    public static void Create(string path)
    {
        Folder.CreateForOwner(Path.GetDirectoryName(Path.GetFullPath(path))!);
        Write(path, [], overwrite: false);
    }

    /// <summary>Draws one more, which seals from the adapter's next start on.</summary>
    /// <returns>How many there are now.</returns>
    /// <exception cref="SecretFileException">Absent, open to others or malformed.</exception>
    public static int Add(string path)
    {
        var content = ReadContent(path);
        if (content.Keys.Length == MostKeys)
            throw new SecretFileException($"{path} holds {MostKeys} keys and takes no more");
        Write(path, content.Keys, overwrite: true);
        return content.Keys.Length + 1;
    }

    /// <exception cref="SecretFileException">Absent, open to others or malformed.</exception>
    public static JournalKeys Read(string path)
    {
        var content = ReadContent(path);
        try
        {
            return new JournalKeys(content);
        }
        finally
        {
            content.Clear();
        }
    }

    public void Dispose()
    {
        foreach (var key in keys)
            key.Dispose();
    }

    static Content ReadContent(string path)
    {
        var text = SecretFile.Read(path);
        try
        {
            var content = JsonSerializer.Deserialize<Content>(text, json) ?? throw new JsonException("the file is empty");
            return content.IsWhole ? content : throw new JsonException("a key is missing, damaged, there twice or of another format");
        }
        catch (JsonException e)
        {
            throw new SecretFileException($"{path} is not the key file of a journal: {e.Message}", e);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(text);
        }
    }

    static void Write(string path, byte[][] before, bool overwrite)
    {
        var content = new Content { Format = CurrentFormat, Keys = [.. before, RandomNumberGenerator.GetBytes(JournalKey.Size)] };
        var text = JsonSerializer.SerializeToUtf8Bytes(content, json);
        try
        {
            SecretFile.Write(path, text, overwrite);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(text);
            content.Clear();
        }
    }

    sealed class Content
    {
        public required int Format { get; init; }

        /// <summary>Oldest first, 32 bytes each.</summary>
        public required byte[][] Keys { get; init; }

        [JsonIgnore]
        internal bool IsWhole => Format == CurrentFormat && Keys is { Length: > 0 and <= MostKeys } && Keys.All(key => key?.Length == JournalKey.Size)
            && Keys.Select(Convert.ToHexString).Distinct().Count() == Keys.Length;

        internal void Clear()
        {
            foreach (var key in Keys)
                CryptographicOperations.ZeroMemory(key);
        }
    }
}
