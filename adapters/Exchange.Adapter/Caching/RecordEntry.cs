using System.Buffers.Binary;
using System.ComponentModel;
using System.Text;
using Exchange.Adapter.Sources;
using Google.Protobuf;

namespace Exchange.Adapter.Caching;

/// <summary>A record, or that there is none, with the name it is kept under, the match generation and when it was read.</summary>
[ImmutableObject(true)]
sealed class RecordEntry : ISealable<RecordEntry>
{
    const int NameSize = 32, Fixed = NameSize + 8 + 8 + 1 + 8 + 8 + 4;

    int origin;

    RecordEntry(CacheLevel origin) => this.origin = (int)origin;

    public static RecordEntry Broken { get; } = new(CacheLevel.Memory);

    public bool IsBroken => Name.Length == 0;

    public byte[] Name { get; private init; } = [];

    public ulong Generation { get; private init; }

    /// <summary>UTC, before the source was asked.</summary>
    public long ReadAtTicks { get; private init; }

    /// <summary>By this process, before the source was asked, as its own clock counts; null: by another, or before a restart.</summary>
    public long? ReadAtStamp { get; private init; }

    public bool Found { get; private init; }

    public long AsOfUnixMs { get; private init; }

    public long NextUpdateUnixMs { get; private init; }

    public string Revision { get; private init; } = "";

    public byte[] Record { get; private init; } = [];

    public int Size => Fixed + Encoding.UTF8.GetByteCount(Revision) + Record.Length;

    public static RecordEntry Of(byte[] name, ulong generation, Moment readAt, SourceRecord? record) => new(CacheLevel.Source)
    {
        Name = name,
        Generation = generation,
        ReadAtTicks = readAt.UtcTicks,
        ReadAtStamp = readAt.Stamp,
        Found = record is not null,
        AsOfUnixMs = record?.AsOfUnixMs ?? 0,
        NextUpdateUnixMs = record?.NextUpdateUnixMs ?? 0,
        Revision = record?.Revision ?? "",
        Record = record?.Record.ToByteArray() ?? [],
    };

    public void Write(Span<byte> content)
    {
        Name.CopyTo(content);
        BinaryPrimitives.WriteUInt64BigEndian(content[32..], Generation);
        BinaryPrimitives.WriteInt64BigEndian(content[40..], ReadAtTicks);
        content[48] = Found ? (byte)1 : (byte)0;
        BinaryPrimitives.WriteInt64BigEndian(content[49..], AsOfUnixMs);
        BinaryPrimitives.WriteInt64BigEndian(content[57..], NextUpdateUnixMs);
        var length = Encoding.UTF8.GetBytes(Revision, content[Fixed..]);
        BinaryPrimitives.WriteInt32BigEndian(content[65..], length);
        Record.CopyTo(content[(Fixed + length)..]);
    }

    public static RecordEntry? Read(ReadOnlySpan<byte> content)
    {
        if (content.Length < Fixed || BinaryPrimitives.ReadInt32BigEndian(content[65..]) is var length && (length < 0 || length > content.Length - Fixed))
            return null;
        return new RecordEntry(CacheLevel.Redis)
        {
            Name = content[..NameSize].ToArray(),
            Generation = BinaryPrimitives.ReadUInt64BigEndian(content[32..]),
            ReadAtTicks = BinaryPrimitives.ReadInt64BigEndian(content[40..]),
            Found = content[48] == 1,
            AsOfUnixMs = BinaryPrimitives.ReadInt64BigEndian(content[49..]),
            NextUpdateUnixMs = BinaryPrimitives.ReadInt64BigEndian(content[57..]),
            Revision = Encoding.UTF8.GetString(content.Slice(Fixed, length)),
            Record = content[(Fixed + length)..].ToArray(),
        };
    }

    /// <summary>Where it came from the first time it is used, memory ever after.</summary>
    public CacheLevel TakeOrigin() =>
        origin == (int)CacheLevel.Memory ? CacheLevel.Memory : (CacheLevel)Interlocked.Exchange(ref origin, (int)CacheLevel.Memory);
}
