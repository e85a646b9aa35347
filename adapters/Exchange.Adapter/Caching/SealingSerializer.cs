using System.Buffers;
using System.Security.Cryptography;
using Microsoft.Extensions.Caching.Hybrid;

namespace Exchange.Adapter.Caching;

/// <summary>An entry that can be sealed. <see cref="Broken"/> stands for bytes that do not open: a miss, not a fault.</summary>
interface ISealable<T> where T : ISealable<T>
{
    static abstract T Broken { get; }

    int Size { get; }

    void Write(Span<byte> content);

    /// <summary>Null when the content is not of this form.</summary>
    static abstract T? Read(ReadOnlySpan<byte> content);
}

sealed class SealingSerializer<T>(SealedValues sealing) : IHybridCacheSerializer<T> where T : class, ISealable<T>
{
    public void Serialize(T value, IBufferWriter<byte> target)
    {
        var content = new byte[value.Size];
        value.Write(content);
        var size = content.Length + SealedValues.Overhead;
        sealing.Seal(content, target.GetSpan(size)[..size]);
        target.Advance(size);
        CryptographicOperations.ZeroMemory(content);
    }

    public T Deserialize(ReadOnlySequence<byte> source) =>
        sealing.Open(source.IsSingleSegment ? source.FirstSpan : source.ToArray()) is { } content && T.Read(content) is { } value ? value : T.Broken;
}
