using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using X25519Function = Exchange.Protocol.Pseudonyms.X25519;

namespace Exchange.Protocol.Hpke;

/// <summary>HPKE in Base mode (RFC 9180 section 5.1.1), setup on either side; keys come from <see cref="HpkeContext.Export"/>.</summary>
public static class HpkeSetup
{
    /// <summary>False when the public key is not one a secret can be agreed with, or the suite is unknown.</summary>
    /// <param name="enc">The encapsulated key to send.</param>
    public static bool TrySender(
        string suite, ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> info, [NotNullWhen(true)] out byte[]? enc, [NotNullWhen(true)] out HpkeContext? context)
    {
        enc = null;
        context = null;
        if (!HpkeSuite.IsKnown(suite))
            return false;
        using var ephemeral = HpkeKeyPair.Generate(suite);
        return TrySender(ephemeral, publicKey, info, out enc, out context);
    }

    /// <summary>False when the encapsulated key is not one a secret can be agreed with.</summary>
    public static bool TryRecipient(HpkeKeyPair keys, ReadOnlySpan<byte> enc, ReadOnlySpan<byte> info, [NotNullWhen(true)] out HpkeContext? context)
    {
        context = null;
        return keys.Suite == HpkeSuite.X25519 && TryAgree(keys, enc, enc, keys.PublicKey, info, out context);
    }

    /// <summary>With a given ephemeral key, for known answers; it must never serve twice.</summary>
    internal static bool TrySender(
        HpkeKeyPair ephemeral, ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> info, [NotNullWhen(true)] out byte[]? enc, [NotNullWhen(true)] out HpkeContext? context)
    {
        var agreed = TryAgree(ephemeral, publicKey, ephemeral.PublicKey, publicKey, info, out context);
        enc = agreed ? ephemeral.PublicKey : null;
        return agreed;
    }

    static bool TryAgree(
        HpkeKeyPair own, ReadOnlySpan<byte> other, ReadOnlySpan<byte> enc, ReadOnlySpan<byte> recipient, ReadOnlySpan<byte> info,
        [NotNullWhen(true)] out HpkeContext? context)
    {
        context = null;
        Span<byte> dh = stackalloc byte[X25519Function.Length];
        if (!X25519Function.TryMultiply(own.PrivateKey, other, dh))
            return false;
        Span<byte> kemContext = stackalloc byte[2 * X25519Function.Length];
        enc.CopyTo(kemContext);
        recipient.CopyTo(kemContext[X25519Function.Length..]);
        Span<byte> sharedSecret = stackalloc byte[KeySchedule.HashLength];
        KeySchedule.KemSharedSecret(dh, kemContext, sharedSecret);
        context = new HpkeContext(sharedSecret, info);
        CryptographicOperations.ZeroMemory(dh);
        CryptographicOperations.ZeroMemory(sharedSecret);
        return true;
    }
}
