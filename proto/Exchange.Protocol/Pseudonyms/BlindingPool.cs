using System.Security.Cryptography;

namespace Exchange.Protocol.Pseudonyms;

/// <summary>
/// Pairs of a random scalar rho and u = rho^-1, drawn ahead by one background thread so that a lookup does not wait
/// for the inverse. A pair is removed before use and never returned; its slot is zeroed.
/// </summary>
public sealed class BlindingPool : IDisposable
{
    const int PairLength = 2 * Ristretto.ScalarLength;

    readonly Lock gate = new();
    readonly byte[] pairs;
    readonly int capacity;
    readonly SemaphoreSlim wanted = new(0, 1);
    readonly Thread refill;
    int count;
    bool stopping;

    /// <param name="capacity">Pairs kept, 64 bytes each.</param>
    public BlindingPool(int capacity = 4096)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(capacity);
        this.capacity = capacity;
        pairs = GC.AllocateArray<byte>(capacity * PairLength, pinned: true);
        refill = new Thread(Refill) { IsBackground = true, Name = "blinding pairs" };
        refill.Start();
    }

    /// <summary>How many pairs are ready.</summary>
    public int Count
    {
        get
        {
            lock (gate)
                return count;
        }
    }

    /// <summary>Computed on the spot when none is ready. The caller zeroes both after use.</summary>
    public void Take(Span<byte> rho, Span<byte> u)
    {
        if (!TryTake(rho, u))
            Draw(rho, u);
    }

    public void Dispose()
    {
        lock (gate)
        {
            if (stopping)
                return;
            stopping = true;
            Wake_NeedsLock();
        }
        refill.Join();
        wanted.Dispose();
        CryptographicOperations.ZeroMemory(pairs);
    }

    bool TryTake(Span<byte> rho, Span<byte> u)
    {
        lock (gate)
        {
            ObjectDisposedException.ThrowIf(stopping, this);
            Wake_NeedsLock();
            if (count == 0)
                return false;
            var pair = pairs.AsSpan(--count * PairLength, PairLength);
            pair[..Ristretto.ScalarLength].CopyTo(rho);
            pair[Ristretto.ScalarLength..].CopyTo(u);
            CryptographicOperations.ZeroMemory(pair);
            return true;
        }
    }

    void Wake_NeedsLock()
    {
        if (wanted.CurrentCount == 0)
            wanted.Release();
    }

    void Refill()
    {
        Span<byte> pair = stackalloc byte[PairLength];
        while (true)
        {
            Draw(pair[..Ristretto.ScalarLength], pair[Ristretto.ScalarLength..]);
            bool full;
            lock (gate)
            {
                if (stopping)
                    break;
                if (count < capacity)
                    pair.CopyTo(pairs.AsSpan(count++ * PairLength));
                full = count == capacity;
            }
            CryptographicOperations.ZeroMemory(pair);
            if (full)
                wanted.Wait();
        }
        CryptographicOperations.ZeroMemory(pair);
    }

    static void Draw(Span<byte> rho, Span<byte> u)
    {
        Ristretto.RandomScalar(rho);
        if (!Ristretto.TryInvert(rho, u))
            throw new CryptographicException("a random scalar has no inverse");
    }
}
