using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Exchange.Protocol.Pseudonyms;

namespace Exchange.Protocol.Sessions;

/// <summary>
/// The round keys of an AES-256-GCM key, for the processor's AES instructions. Whoever uses them holds them meanwhile: they are
/// zeroed and freed when nobody does and the key is disposed of.
/// </summary>
sealed unsafe class ExpandedAesKey : SafeHandle
{
    /// <summary>Of crypto_aead_aes256gcm_state: libsodium wants 16, a cache line costs nothing.</summary>
    const int Alignment = 64;

    static readonly nuint size = Sodium.AesGcmStateSize();

    /// <param name="key">32 bytes.</param>
    public ExpandedAesKey(ReadOnlySpan<byte> key)
        : base(0, ownsHandle: true)
    {
        SetHandle((nint)NativeMemory.AlignedAlloc(size, Alignment));
        fixed (byte* k = key)
            if (Sodium.AesGcmExpand((byte*)handle, k) != 0)
                throw new CryptographicException("libsodium refused to expand a key");
    }

    /// <summary>The processor has the instructions.</summary>
    public static bool IsSupported { get; } = Sodium.AesGcmIsAvailable() == 1;

    public override bool IsInvalid => handle == 0;

    /// <returns>False once disposed of.</returns>
    public bool TrySeal(ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> plaintext, Span<byte> ciphertext, ReadOnlySpan<byte> associatedData)
    {
        if (!TryHold())
            return false;
        try
        {
            fixed (byte* c = ciphertext, m = plaintext, a = associatedData, n = nonce)
                return Sodium.AesGcmEncrypt(c, null, m, (ulong)plaintext.Length, a, (ulong)associatedData.Length, null, n, (byte*)handle) == 0;
        }
        finally
        {
            DangerousRelease();
        }
    }

    /// <returns>False when it does not open; the plaintext may then hold anything. False once disposed of.</returns>
    public bool TryOpen(ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> ciphertext, Span<byte> plaintext, ReadOnlySpan<byte> associatedData)
    {
        if (!TryHold())
            return false;
        try
        {
            fixed (byte* m = plaintext, c = ciphertext, a = associatedData, n = nonce)
                return Sodium.AesGcmDecrypt(m, null, null, c, (ulong)ciphertext.Length, a, (ulong)associatedData.Length, n, (byte*)handle) == 0;
        }
        finally
        {
            DangerousRelease();
        }
    }

    protected override bool ReleaseHandle()
    {
        CryptographicOperations.ZeroMemory(new Span<byte>((void*)handle, (int)size));
        NativeMemory.AlignedFree((void*)handle);
        return true;
    }

    bool TryHold()
    {
        var held = false;
        try
        {
            DangerousAddRef(ref held);
        }
        catch (ObjectDisposedException)
        {
            // Not held.
        }
        return held;
    }
}
