using System.Buffers.Binary;
using System.Text;

namespace Exchange.Adapter.Sources.Csv;

enum EntryKind : byte
{
    Good,
    /// <summary>The row's key can be read and the rest cannot.</summary>
    Bad,
    /// <summary>Several rows have this key.</summary>
    Ambiguous,
}

/// <param name="Line">Of the first row with the key.</param>
readonly record struct CsvEntry(EntryKind Kind, int Line, ArraySegment<byte> Value);

/// <summary>
/// Keys to one value or several, filled once and then only read. Entries lie one after another in blocks, found by an
/// open-addressing table of the numbers of each key's latest: about 25 bytes a row beside its key and value.
/// </summary>
/// <param name="writtenUnixMs">When the file was.</param>
sealed class CsvIndex(long writtenUnixMs)
{
    const int BlockSize = 1 << 20, HeaderSize = 1 + 4 + 4 + 4 + 4;

    readonly List<byte[]> blocks = [];
    readonly List<long> positions = [];
    int[] slots = new int[1024];
    int used = BlockSize;

    public int Count => positions.Count;

    public long WrittenUnixMs => writtenUnixMs;

    /// <summary>Of the file, bad ones included.</summary>
    public int Rows { get; set; }

    /// <summary>Line of the first row that may be anybody's: whoever has no other may have that one. 0: there is none.</summary>
    public int UnknownLine { get; set; }

    /// <param name="alone">A key has one value.</param>
    /// <returns>The line of an earlier row with the same key, both alone and thereby ambiguous; 0 when there is none.</returns>
    public int Add(string key, EntryKind kind, int line, ReadOnlySpan<byte> value, bool alone)
    {
        var keyBytes = Encoding.UTF8.GetBytes(key);
        var slot = Slot(keyBytes);
        if (alone && slots[slot] != 0)
        {
            var earlier = Entry(slots[slot] - 1);
            earlier[0] = (byte)EntryKind.Ambiguous;
            return BinaryPrimitives.ReadInt32LittleEndian(earlier[1..]);
        }
        var size = HeaderSize + keyBytes.Length + value.Length;
        if (used + size > BlockSize)
        {
            blocks.Add(new byte[Math.Max(BlockSize, size)]);
            used = 0;
        }
        var entry = blocks[^1].AsSpan(used, size);
        entry[0] = (byte)kind;
        BinaryPrimitives.WriteInt32LittleEndian(entry[1..], line);
        BinaryPrimitives.WriteInt32LittleEndian(entry[5..], keyBytes.Length);
        BinaryPrimitives.WriteInt32LittleEndian(entry[9..], value.Length);
        BinaryPrimitives.WriteInt32LittleEndian(entry[13..], slots[slot]);
        keyBytes.CopyTo(entry[HeaderSize..]);
        value.CopyTo(entry[(HeaderSize + keyBytes.Length)..]);
        positions.Add(((long)(blocks.Count - 1) << 32) | (uint)used);
        used += size;
        slots[slot] = positions.Count;
        if (positions.Count > slots.Length / 4 * 3)
            Grow();
        return 0;
    }

    public CsvEntry? Find(string key)
    {
        var number = slots[Slot(Encoding.UTF8.GetBytes(key))];
        return number == 0 ? null : Read(number - 1);
    }

    /// <summary>All values of a key in the order in which they were added; of more than <paramref name="most"/>, the latest.</summary>
    public IReadOnlyList<CsvEntry> FindAll(string key, int most)
    {
        var found = new List<CsvEntry>();
        for (var number = slots[Slot(Encoding.UTF8.GetBytes(key))]; number != 0 && found.Count < most; number = BinaryPrimitives.ReadInt32LittleEndian(Entry(number - 1)[13..]))
            found.Add(Read(number - 1));
        found.Reverse();
        return found;
    }

    CsvEntry Read(int number)
    {
        var entry = Entry(number);
        var keyLength = BinaryPrimitives.ReadInt32LittleEndian(entry[5..]);
        var position = positions[number];
        return new CsvEntry(
            (EntryKind)entry[0],
            BinaryPrimitives.ReadInt32LittleEndian(entry[1..]),
            new ArraySegment<byte>(blocks[(int)(position >> 32)], (int)position + HeaderSize + keyLength, BinaryPrimitives.ReadInt32LittleEndian(entry[9..])));
    }

    Span<byte> Entry(int number) => blocks[(int)(positions[number] >> 32)].AsSpan((int)positions[number]);

    /// <summary>Where the key is, or where it would go.</summary>
    int Slot(ReadOnlySpan<byte> key)
    {
        // Seeded anew in each process: keys cannot be chosen to collide.
        var hash = default(HashCode);
        hash.AddBytes(key);
        var mask = slots.Length - 1;
        for (var slot = hash.ToHashCode() & mask; ; slot = (slot + 1) & mask)
            if (slots[slot] == 0 || Key(slots[slot] - 1).SequenceEqual(key))
                return slot;
    }

    Span<byte> Key(int number)
    {
        var entry = Entry(number);
        return entry.Slice(HeaderSize, BinaryPrimitives.ReadInt32LittleEndian(entry[5..]));
    }

    void Grow()
    {
        slots = new int[slots.Length * 2];
        for (var number = 0; number < positions.Count; number++)
            slots[Slot(Key(number))] = number + 1;
    }
}
