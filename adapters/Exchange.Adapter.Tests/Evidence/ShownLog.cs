using System.Buffers.Binary;
using System.Security.Cryptography;
using Exchange.Protocol.Transparency;
using Exchange.V1;
using Google.Protobuf;

namespace Exchange.Adapter.Tests.Evidence;

/// <summary>A hub's log in memory, laid out as tiles, that can be made to lie. What it shows is what was published last.</summary>
sealed class ShownLog : IDisposable
{
    readonly NoteSigner signer, witness;
    readonly List<byte[]> entries = [], leaves = [];

    public ShownLog(string name = "hub-1", byte seed = 1)
    {
        signer = new NoteSigner(name, NoteKeyUse.Note, Seed(seed));
        witness = new NoteSigner("commission", NoteKeyUse.Cosignature, Seed(99));
    }

    public NoteKey Key => signer.Key;

    public NoteKey Witness => witness.Key;

    /// <summary>What is shown as the checkpoint; null: there is none.</summary>
    public string? Note { get; set; }

    /// <summary>Tiles as they would be shown otherwise.</summary>
    public Func<Tile, byte[]?, byte[]?> Show { get; set; } = (_, bytes) => bytes;

    public int Size => leaves.Count;

    /// <summary>Every path that was asked for.</summary>
    public List<string> Asked { get; } = [];

    /// <summary>An entry of a lookup, and its receipt.</summary>
    public Receipt Add(LookupEvent? lookup = null)
    {
        lookup ??= new LookupEvent();
        if (lookup.RequestId.IsEmpty)
            lookup.RequestId = ByteString.CopyFrom(RandomNumberGenerator.GetBytes(16));
        var entry = new AuditEntry { TimeUnixMs = 1, Lookup = lookup }.ToByteArray();
        entries.Add(entry);
        leaves.Add(TreeHash.Leaf(entry));
        return ReceiptOf((ulong)leaves.Count - 1, lookup.RequestId, entry);
    }

    /// <summary>As a hub gives it, of whatever it says is the entry.</summary>
    public Receipt ReceiptOf(ulong index, ByteString requestId, byte[] entry) =>
        new() { Log = Key.Name, Index = index, LeafHash = ByteString.CopyFrom(TreeHash.Leaf(entry)), RequestId = requestId, Entry = ByteString.CopyFrom(entry) };

    public void Grow(int count)
    {
        for (var i = 0; i < count; i++)
            Add();
    }

    /// <summary>Puts another entry in the place of one.</summary>
    public void Change(int index) => leaves[index] = TreeHash.Leaf(BitConverter.GetBytes(index));

    /// <summary>Forgets what came after so many.</summary>
    public void PutBack(int size)
    {
        leaves.RemoveRange(size, leaves.Count - size);
        entries.RemoveRange(size, entries.Count - size);
    }

    /// <summary>The beginning of it, as it was once published.</summary>
    public void Publish(int size) => Note = Sign(new Checkpoint(Key.Name, (ulong)size, Root(size)));

    public void Publish(bool signed = true, bool cosigned = true) => Note = Sign(new Checkpoint(Key.Name, (ulong)leaves.Count, Root()), signed, cosigned);

    public string Sign(Checkpoint checkpoint, bool signed = true, bool cosigned = true)
    {
        using var other = new NoteSigner(Key.Name, NoteKeyUse.Note, Seed(77));
        return SignedNote.Sign(checkpoint.Body, signed ? signer : other) + (cosigned ? witness.Cosign(checkpoint.Body, DateTimeOffset.UnixEpoch.AddDays(20_000)) : "");
    }

    public byte[] Root(int? size = null)
    {
        var whole = new Frontier();
        leaves.Take(size ?? leaves.Count).ToList().ForEach(whole.Add);
        return whole.Root();
    }

    /// <summary>The bytes under a path; null when there are none.</summary>
    public byte[]? Read(string path)
    {
        lock (Asked)
            Asked.Add(path);
        if (path == "checkpoint")
            return Note is null ? null : System.Text.Encoding.UTF8.GetBytes(Note);
        return Tile.TryParse(path, out var tile) ? Show(tile, Bytes(tile)) : null;
    }

    public void Dispose()
    {
        signer.Dispose();
        witness.Dispose();
    }

    byte[]? Bytes(Tile tile)
    {
        var from = (int)tile.Index * Tile.FullWidth;
        if (tile.Level == Tile.Entries)
            return from + tile.Width > entries.Count ? null : [.. entries.Skip(from).Take(tile.Width).SelectMany(entry => (byte[])[.. Length(entry), .. entry])];
        var each = (int)Math.Pow(Tile.FullWidth, tile.Level);
        return (from + tile.Width) * each > leaves.Count ? null
            : [.. Enumerable.Range(from, tile.Width).SelectMany(node => TreeHash.Complete(leaves.Skip(node * each).Take(each).SelectMany(hash => hash).ToArray()))];
    }

    static byte[] Length(byte[] entry)
    {
        var length = new byte[sizeof(ushort)];
        BinaryPrimitives.WriteUInt16BigEndian(length, (ushort)entry.Length);
        return length;
    }

    static byte[] Seed(byte of) => [.. Enumerable.Repeat(of, NoteSigner.SeedLength)];
}
