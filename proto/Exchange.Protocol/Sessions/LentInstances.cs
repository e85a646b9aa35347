using System.Numerics;
using System.Security.Cryptography;

namespace Exchange.Protocol.Sessions;

/// <summary>
/// Instances keyed with one key, each of which serves one caller at a time: lent out of a few slots without a lock; when all are lent, one more
/// is made.
/// </summary>
sealed class LentInstances<T> : IDisposable
    where T : class, IDisposable
{
    static readonly int slots = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Clamp(Environment.ProcessorCount, 2, 32));

    readonly T?[] idle = new T?[slots];
    readonly Func<byte[], T> make;
    readonly byte[] key;

    // Guards key against being read while it is zeroed: an instance made from half a key would serve.
    readonly Lock gate = new();
    volatile bool disposed;

    /// <param name="key">Copied.</param>
    public LentInstances(ReadOnlySpan<byte> key, Func<byte[], T> make)
    {
        this.key = GC.AllocateArray<byte>(key.Length, pinned: true);
        key.CopyTo(this.key);
        this.make = make;
    }

    /// <returns>Null once the key is disposed of.</returns>
    public T? Rent()
    {
        if (disposed)
            return null;
        var first = Environment.CurrentManagedThreadId;
        for (var i = 0; i < slots; i++)
        {
            ref var slot = ref idle[(first + i) & (slots - 1)];
            if (Volatile.Read(ref slot) is not null && Interlocked.Exchange(ref slot, null) is { } one)
                return one;
        }
        lock (gate)
            return disposed ? null : make(key);
    }

    public void Return(T one)
    {
        var first = Environment.CurrentManagedThreadId;
        for (var i = 0; i < slots && !disposed; i++)
        {
            ref var slot = ref idle[(first + i) & (slots - 1)];
            if (Volatile.Read(ref slot) is not null || Interlocked.CompareExchange(ref slot, one, null) is not null)
                continue;
            if (disposed)
                DisposeIdle();
            return;
        }
        one.Dispose();
    }

    public void Dispose()
    {
        lock (gate)
        {
            disposed = true;
            CryptographicOperations.ZeroMemory(key);
        }
        DisposeIdle();
    }

    void DisposeIdle()
    {
        for (var i = 0; i < slots; i++)
            Interlocked.Exchange(ref idle[i], null)?.Dispose();
    }
}
