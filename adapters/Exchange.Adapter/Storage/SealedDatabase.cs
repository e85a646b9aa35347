using System.Security.Cryptography;
using System.Text;
using Dapper;
using Exchange.Adapter.Enrolment;
using Exchange.Hosting.Storage;
using Exchange.Protocol.Encoding;
using Exchange.Protocol.Sessions;
using Google.Protobuf;
using Microsoft.Data.Sqlite;

namespace Exchange.Adapter.Storage;

/// <summary>
/// A store of which nothing can be read by itself: SQLite, each commit on disk when it returns. Names of rows are HMACs and contents are
/// sealed, with keys that lie in the agency's key file: whoever has the store alone learns how many rows there are.
/// </summary>
public abstract class SealedDatabase : IDisposable
{
    readonly StoreLock held;
    readonly SqliteConnection connection;
    readonly AeadKey seal;
    readonly byte[] nameKey;
    readonly Lock gate = new();

    /// <param name="purpose">Of the keys: no store's rows open in another.</param>
    /// <param name="migrations">Prefix of the embedded scripts.</param>
    /// <exception cref="StoreException">In use, damaged, or made by a newer program.</exception>
    protected SealedDatabase(string path, string purpose, string migrations, AgencyKeys keys, TimeProvider time)
    {
        Span<byte> key = stackalloc byte[AeadKey.KeySize];
        HKDF.DeriveKey(HashAlgorithmName.SHA256, keys.CacheSealKey, key, [], Encoding.ASCII.GetBytes(purpose));
        seal = new AeadKey(key);
        CryptographicOperations.ZeroMemory(key);
        nameKey = HKDF.DeriveKey(HashAlgorithmName.SHA256, [.. keys.CacheNameKey], 32, info: Encoding.ASCII.GetBytes(purpose + "-name"));
        var store = new SqliteStore(path, Durability.Disk);
        Folder.CreateForOwner(Path.GetDirectoryName(store.Path)!);
        held = StoreLock.Take(store.Path, time);
        try
        {
            store.Create();
            Migrations.Run(store.ConnectionString, typeof(SealedDatabase).Assembly, migrations);
            connection = store.Open();
            // What is deleted is overwritten: a key or an answer that is let go of is not to be found in the file.
            connection.Execute("PRAGMA secure_delete = ON");
        }
        catch
        {
            connection?.Dispose();
            held.Dispose();
            throw;
        }
    }

    /// <summary>32 bytes that say nothing without the key.</summary>
    public byte[] Name(string kind, params ReadOnlySpan<string> parts)
    {
        var written = new PartsWriter(stackalloc byte[512]);
        written.Add(kind);
        foreach (var part in parts)
            written.Add(part);
        var name = HMACSHA256.HashData(nameKey, written.Written);
        written.Dispose();
        return name;
    }

    /// <param name="bound">What the content belongs to, such as the row's name: a row copied elsewhere does not open.</param>
    public byte[] Seal(IMessage content, ReadOnlySpan<byte> bound) => Seal(content.ToByteArray(), bound);

    public byte[] Seal(ReadOnlySpan<byte> content, ReadOnlySpan<byte> bound)
    {
        var row = new byte[AeadKey.NonceSize + content.Length + AeadKey.TagSize];
        RandomNumberGenerator.Fill(row.AsSpan(0, AeadKey.NonceSize));
        ObjectDisposedException.ThrowIf(!seal.TrySeal(row.AsSpan(0, AeadKey.NonceSize), content, row.AsSpan(AeadKey.NonceSize), bound), this);
        return row;
    }

    /// <summary>Null for what was changed, or sealed with another key file.</summary>
    public byte[]? Open(byte[] row, ReadOnlySpan<byte> bound)
    {
        if (row.Length < AeadKey.NonceSize + AeadKey.TagSize)
            return null;
        var content = new byte[row.Length - AeadKey.NonceSize - AeadKey.TagSize];
        return seal.TryOpen(row.AsSpan(0, AeadKey.NonceSize), row.AsSpan(AeadKey.NonceSize), content, bound) ? content : null;
    }

    public IReadOnlyList<T> Read<T>(string sql, object? parameters = null)
    {
        lock (gate)
            return [.. connection.Query<T>(sql, parameters)];
    }

    /// <returns>Rows that were written.</returns>
    public int Write(string sql, object parameters)
    {
        lock (gate)
            return connection.Execute(sql, parameters);
    }

    /// <summary>Both or neither.</summary>
    public void Write(string first, string second, object parameters)
    {
        lock (gate)
        {
            using var transaction = connection.BeginTransaction();
            connection.Execute(first, parameters, transaction);
            connection.Execute(second, parameters, transaction);
            transaction.Commit();
        }
    }

    public void Dispose()
    {
        connection.Dispose();
        held.Dispose();
        seal.Dispose();
        CryptographicOperations.ZeroMemory(nameKey);
        GC.SuppressFinalize(this);
    }
}
