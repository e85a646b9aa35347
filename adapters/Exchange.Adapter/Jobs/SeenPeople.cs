using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Exchange.Adapter.Jobs;

/// <summary>
/// Who stood in a list already, by 16 bytes of a hash. A list may be longer than what is remembered: whoever comes first
/// after <see cref="Most"/> people is not remembered, and would be asked about again. Not for several threads at once.
/// </summary>
sealed class SeenPeople(int most = SeenPeople.Most)
{
    /// <summary>Some 40 MB.</summary>
    public const int Most = 1_000_000;

    readonly HashSet<UInt128> hashes = [];

    /// <returns>False: the person was there before.</returns>
    public bool Add(string person)
    {
        Span<byte> hash = stackalloc byte[32];
        SHA256.HashData(Encoding.UTF8.GetBytes(person), hash);
        var short16 = BinaryPrimitives.ReadUInt128LittleEndian(hash);
        return hashes.Count < most ? hashes.Add(short16) : !hashes.Contains(short16);
    }
}
