using System.Runtime.InteropServices;

namespace Exchange.Protocol.Pseudonyms;

/// <summary>libsodium's functions as they are; every int is 0 for success, -1 for a rejection.</summary>
static unsafe partial class Sodium
{
    const string Library = "libsodium";

    static Sodium()
    {
        if (Initialise() < 0)
            throw new PlatformNotSupportedException("libsodium could not be initialised");
    }

    [LibraryImport(Library, EntryPoint = "sodium_init")]
    private static partial int Initialise();

    [LibraryImport(Library, EntryPoint = "crypto_scalarmult_ristretto255")]
    internal static partial int RistrettoMultiply(byte* result, byte* scalar, byte* point);

    [LibraryImport(Library, EntryPoint = "crypto_scalarmult_ristretto255_base")]
    internal static partial int RistrettoMultiplyBase(byte* result, byte* scalar);

    [LibraryImport(Library, EntryPoint = "crypto_core_ristretto255_add")]
    internal static partial int RistrettoAdd(byte* result, byte* left, byte* right);

    [LibraryImport(Library, EntryPoint = "crypto_core_ristretto255_is_valid_point")]
    internal static partial int RistrettoIsValidPoint(byte* point);

    [LibraryImport(Library, EntryPoint = "crypto_core_ristretto255_from_hash")]
    internal static partial int RistrettoFromHash(byte* result, byte* hash);

    [LibraryImport(Library, EntryPoint = "crypto_core_ristretto255_scalar_reduce")]
    internal static partial void ScalarReduce(byte* result, byte* wide);

    [LibraryImport(Library, EntryPoint = "crypto_core_ristretto255_scalar_invert")]
    internal static partial int ScalarInvert(byte* result, byte* scalar);

    [LibraryImport(Library, EntryPoint = "crypto_core_ristretto255_scalar_mul")]
    internal static partial void ScalarMultiply(byte* result, byte* left, byte* right);

    [LibraryImport(Library, EntryPoint = "crypto_core_ristretto255_scalar_add")]
    internal static partial void ScalarAdd(byte* result, byte* left, byte* right);

    [LibraryImport(Library, EntryPoint = "crypto_core_ristretto255_scalar_sub")]
    internal static partial void ScalarSubtract(byte* result, byte* left, byte* right);

    [LibraryImport(Library, EntryPoint = "crypto_scalarmult_curve25519")]
    internal static partial int X25519(byte* result, byte* scalar, byte* point);

    [LibraryImport(Library, EntryPoint = "crypto_scalarmult_curve25519_base")]
    internal static partial int X25519Base(byte* result, byte* scalar);

    [LibraryImport(Library, EntryPoint = "crypto_sign_ed25519_seed_keypair")]
    internal static partial int Ed25519FromSeed(byte* key, byte* secret, byte* seed);

    [LibraryImport(Library, EntryPoint = "crypto_sign_ed25519_detached")]
    internal static partial int Ed25519Sign(byte* signature, ulong* length, byte* message, ulong messageLength, byte* secret);

    [LibraryImport(Library, EntryPoint = "crypto_sign_ed25519_verify_detached")]
    internal static partial int Ed25519Verify(byte* signature, byte* message, ulong messageLength, byte* key);

    [LibraryImport(Library, EntryPoint = "crypto_aead_aes256gcm_is_available")]
    internal static partial int AesGcmIsAvailable();

    [LibraryImport(Library, EntryPoint = "crypto_aead_aes256gcm_statebytes")]
    internal static partial nuint AesGcmStateSize();

    [LibraryImport(Library, EntryPoint = "crypto_aead_aes256gcm_beforenm")]
    internal static partial int AesGcmExpand(byte* state, byte* key);

    [LibraryImport(Library, EntryPoint = "crypto_aead_aes256gcm_encrypt_afternm")]
    internal static partial int AesGcmEncrypt(
        byte* ciphertext, ulong* ciphertextLength, byte* message, ulong messageLength, byte* data, ulong dataLength, byte* secretNonce, byte* nonce, byte* state);

    [LibraryImport(Library, EntryPoint = "crypto_aead_aes256gcm_decrypt_afternm")]
    internal static partial int AesGcmDecrypt(
        byte* message, ulong* messageLength, byte* secretNonce, byte* ciphertext, ulong ciphertextLength, byte* data, ulong dataLength, byte* nonce, byte* state);
}
