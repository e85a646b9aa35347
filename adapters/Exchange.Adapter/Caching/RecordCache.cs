using System.Buffers.Text;
using Exchange.Adapter.Sources;
using Exchange.Protocol.Encoding;
using Exchange.Protocol.Sessions;
using Google.Protobuf;
using Microsoft.Extensions.Caching.Hybrid;

namespace Exchange.Adapter.Caching;

/// <summary>Whose record is wanted, as the adapter's own table has it now.</summary>
/// <param name="Person">The agency's own key, which the source knows.</param>
public readonly record struct RecordOwner(string Person, UInt128 Row, ulong MatchGeneration)
{
    public override string ToString() => nameof(RecordOwner);
}

/// <param name="Record">The caller's own, to change as it likes; null when the agency has none.</param>
/// <param name="Age">Since the source was asked; zero when it was asked now.</param>
public sealed record CachedRecord(IMessage? Record, long AsOfUnixMs, string Revision, long NextUpdateUnixMs, TimeSpan Age, CacheLevel From);

/// <summary>
/// The provider's records in front of their source, for a short time. An entry serves only the match generation it was
/// read under, and no one after its person, or its data set, changed. Many who ask at once for the same are one read.
/// </summary>
public sealed class RecordCache : IAsyncDisposable
{
    /// <summary>That there is no record is believed for less long than a record.</summary>
    static readonly TimeSpan absentLongest = TimeSpan.FromSeconds(10);

    /// <summary>How far clocks of adapters that share a Redis may be apart.</summary>
    static readonly TimeSpan skew = TimeSpan.FromSeconds(1);

    readonly Levels<RecordEntry> levels;
    readonly HmacKey nameKey;
    readonly TimeSpan expiry;
    readonly TimeProvider time;
    readonly Drops drops;
    readonly HybridCacheEntryOptions first, again;
    readonly List<(IRecordSource Source, Action<string?> Handler)> watched = [];

    /// <param name="sealingKey">32 bytes.</param>
    /// <param name="nameKey">32 bytes, under which entries are named; shared by the adapters that share a Redis.</param>
    /// <param name="redis">Null: memory alone. Not disposed of here.</param>
    /// <param name="expiry">Default 60 s, at most an hour.</param>
    /// <param name="memoryBytes">Default 64 MB.</param>
    public RecordCache(
        ReadOnlySpan<byte> sealingKey, ReadOnlySpan<byte> nameKey, RedisLevel? redis = null, TimeProvider? time = null, TimeSpan? expiry = null, long memoryBytes = 64 << 20)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(nameKey.Length, 32);
        this.nameKey = new HmacKey(nameKey);
        this.time = time ?? TimeProvider.System;
        this.expiry = expiry ?? TimeSpan.FromSeconds(60);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(this.expiry, TimeSpan.FromHours(1), nameof(expiry));
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(this.expiry, TimeSpan.Zero, nameof(expiry));
        drops = new Drops(this.expiry + skew, this.time);
        first = new HybridCacheEntryOptions { Expiration = this.expiry, LocalCacheExpiration = this.expiry };
        again = new HybridCacheEntryOptions
        {
            Expiration = this.expiry,
            LocalCacheExpiration = this.expiry,
            Flags = HybridCacheEntryFlags.DisableLocalCacheRead | HybridCacheEntryFlags.DisableDistributedCacheRead,
        };
        levels = new Levels<RecordEntry>(new SealedValues(sealingKey, "record", this.time), memoryBytes, redis, this.time);
    }

    /// <summary>Drops what the source says has changed.</summary>
    public void Watch(IRecordSource source)
    {
        void Handler(string? person) => drops.Drop(source.Contract.Id, person);
        source.Changed += Handler;
        watched.Add((source, Handler));
    }

    /// <param name="person">The agency's own key; null: everybody.</param>
    public void Drop(string dataSet, string? person) => drops.Drop(dataSet, person);

    /// <param name="maxAge">Null: whatever the cache believes in.</param>
    /// <exception cref="SourceException">The source was asked and cannot be read; that is not kept.</exception>
    public async ValueTask<CachedRecord> Find(IRecordSource source, RecordOwner owner, IMessage question, TimeSpan? maxAge, CancellationToken cancellation)
    {
        var name = Name(source.Contract.Id, owner, question);
        var key = "r:" + Base64Url.EncodeToString(name);
        ValueTask<RecordEntry> Read(CancellationToken token) => ReadSource(source, owner, question, name, token);
        var entry = await levels.Cache.GetOrCreateAsync(key, Read, first, cancellationToken: cancellation);
        if (!Serves(entry, name, source, owner, maxAge))
        {
            if (entry.IsBroken || !entry.Name.AsSpan().SequenceEqual(name))
                CacheTelemetry.Rejected("record");
            entry = await levels.Cache.GetOrCreateAsync(key, Read, again, cancellationToken: cancellation);
        }
        // A read that others began may have begun before the change that is now known.
        if (!Serves(entry, name, source, owner, maxAge))
            entry = await ReadSource(source, owner, question, name, cancellation);
        var from = entry.TakeOrigin();
        CacheTelemetry.Read("record", CacheTelemetry.Name(from));
        var age = from == CacheLevel.Source || Age(entry) < TimeSpan.Zero ? TimeSpan.Zero : Age(entry);
        return new CachedRecord(entry.Found ? source.Contract.Record.Parser.ParseFrom(entry.Record) : null, entry.AsOfUnixMs, entry.Revision, entry.NextUpdateUnixMs, age, from);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var (source, handler) in watched)
            source.Changed -= handler;
        await levels.DisposeAsync();
        nameKey.Dispose();
    }

    bool Serves(RecordEntry entry, byte[] name, IRecordSource source, RecordOwner owner, TimeSpan? maxAge)
    {
        if (entry.IsBroken || entry.Generation != owner.MatchGeneration || !entry.Name.AsSpan().SequenceEqual(name))
            return false;
        var age = Age(entry);
        var longest = entry.Found || expiry < absentLongest ? expiry : absentLongest;
        var doubt = entry.ReadAtStamp is null ? skew : TimeSpan.Zero;
        if (age < -skew || age >= longest || age + doubt > maxAge)
            return false;
        if (drops.Last(source.Contract.Id, owner.Person) is not { } dropped)
            return true;
        return entry.ReadAtStamp is { } stamp ? stamp > dropped.Stamp : entry.ReadAtTicks > dropped.UtcTicks + doubt.Ticks;
    }

    /// <summary>By the clock that cannot be set back, where this process has read it.</summary>
    TimeSpan Age(RecordEntry entry) =>
        entry.ReadAtStamp is { } stamp ? time.GetElapsedTime(stamp) : TimeSpan.FromTicks(time.GetUtcNow().UtcTicks - entry.ReadAtTicks);

    async ValueTask<RecordEntry> ReadSource(IRecordSource source, RecordOwner owner, IMessage question, byte[] name, CancellationToken cancellation)
    {
        var readAt = Moment.Now(time);
        return RecordEntry.Of(name, owner.MatchGeneration, readAt, await source.Find(owner.Person, question, cancellation));
    }

    byte[] Name(string dataSet, RecordOwner owner, IMessage question)
    {
        Span<byte> row = stackalloc byte[16];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt128BigEndian(row, owner.Row);
        var parts = new PartsWriter(stackalloc byte[512], "xhub/v1/record-name"u8);
        parts.Add(dataSet);
        parts.Add(row);
        parts.Add(owner.MatchGeneration);
        parts.Add(question.ToByteArray());
        var name = new byte[HmacKey.HashSize];
        nameKey.Hash(parts.Written, name);
        parts.Dispose();
        return name;
    }
}
