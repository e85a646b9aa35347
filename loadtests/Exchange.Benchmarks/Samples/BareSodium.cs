using System.Runtime.InteropServices;

namespace Exchange.Benchmarks.Samples;

/// <summary>One multiplication as libsodium has it, with nothing of the exchange around it.</summary>
static unsafe partial class BareSodium
{
    /// <returns>0, or -1 when it was refused.</returns>
    public static int Multiply(byte[] result, byte[] scalar, byte[] point)
    {
        fixed (byte* r = result, s = scalar, p = point)
            return RistrettoMultiply(r, s, p);
    }

    [LibraryImport("libsodium", EntryPoint = "crypto_scalarmult_ristretto255")]
    private static partial int RistrettoMultiply(byte* result, byte* scalar, byte* point);
}
