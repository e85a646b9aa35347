using System.Security.Cryptography;
using Google.Protobuf;

namespace Exchange.Protocol.Lookups;

/// <summary>
/// Random bytes for blinds, nonces, stand-in handles and trace ids, fetched a page at a time: a lookup wants a dozen bytes here
/// and there, and a call of the generator costs as much as sealing. Bytes handed out are zeroed in the page.
/// </summary>
public static class RandomBytes
{
    const int PageSize = 4096;

    [ThreadStatic]
    static byte[]? page;

    [ThreadStatic]
    static int left;

    /// <param name="bytes">At most 4096.</param>
    public static void Fill(Span<byte> bytes)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bytes.Length, PageSize);
        page ??= GC.AllocateArray<byte>(PageSize, pinned: true);
        if (left < bytes.Length)
        {
            RandomNumberGenerator.Fill(page);
            left = PageSize;
        }
        left -= bytes.Length;
        var taken = page.AsSpan(left, bytes.Length);
        taken.CopyTo(bytes);
        taken.Clear();
    }

    /// <summary>32 random bytes, without which a guessed message could be tested against its commitment.</summary>
    internal static ByteString Blind()
    {
        var blind = new byte[MessageCommitment.BlindSize];
        Fill(blind);
        return UnsafeByteOperations.UnsafeWrap(blind);
    }
}
