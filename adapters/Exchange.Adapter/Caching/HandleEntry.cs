using System.Buffers.Binary;
using System.ComponentModel;
using Exchange.Protocol.Lookups;

namespace Exchange.Adapter.Caching;

/// <summary>name(32) || expiry(8) || handle(64): sealed together, so that a value moved under another name is noticed.</summary>
[ImmutableObject(true)]
sealed class HandleEntry : ISealable<HandleEntry>
{
    public const int ContentSize = HandleCacheKey.Size + sizeof(long) + Handles.Size;

    readonly byte[] content;
    int fromRedis;

    HandleEntry(byte[] content, bool fromRedis)
    {
        this.content = content;
        this.fromRedis = fromRedis ? 1 : 0;
    }

    public static HandleEntry Broken { get; } = new([], false);

    public bool IsBroken => content.Length == 0;

    public int Size => content.Length;

    public ReadOnlyMemory<byte> Handle => content.AsMemory(HandleCacheKey.Size + sizeof(long));

    public DateTimeOffset Expires => DateTimeOffset.FromUnixTimeMilliseconds(ExpiryUnixMs);

    long ExpiryUnixMs => BinaryPrimitives.ReadInt64BigEndian(content.AsSpan(HandleCacheKey.Size));

    public static HandleEntry Of(ReadOnlySpan<byte> name, ReadOnlySpan<byte> handle, DateTimeOffset expiry)
    {
        var content = new byte[ContentSize];
        name.CopyTo(content);
        BinaryPrimitives.WriteInt64BigEndian(content.AsSpan(HandleCacheKey.Size), expiry.ToUnixTimeMilliseconds());
        handle.CopyTo(content.AsSpan(HandleCacheKey.Size + sizeof(long)));
        return new HandleEntry(content, false);
    }

    public static HandleEntry? Read(ReadOnlySpan<byte> content) => content.Length == ContentSize ? new HandleEntry(content.ToArray(), true) : null;

    public void Write(Span<byte> target) => content.CopyTo(target);

    public bool Serves(ReadOnlySpan<byte> name, DateTimeOffset now) =>
        !IsBroken && content.AsSpan(0, HandleCacheKey.Size).SequenceEqual(name) && now.ToUnixTimeMilliseconds() < ExpiryUnixMs;

    /// <summary>Redis the first time an entry that came from there is used, memory ever after.</summary>
    public CacheLevel TakeOrigin() =>
        fromRedis != 0 && Interlocked.Exchange(ref fromRedis, 0) != 0 ? CacheLevel.Redis : CacheLevel.Memory;
}
