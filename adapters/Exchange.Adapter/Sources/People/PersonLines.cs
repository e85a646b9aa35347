using System.Security.Cryptography;
using System.Text;
using Exchange.V1;

namespace Exchange.Adapter.Sources.People;

/// <summary>Tells usable lines from others: both cells filled, the key of bearable length and not seen before.</summary>
sealed class PersonLines(string keyColumn, string numberColumn)
{
    /// <summary>Characters of a local key.</summary>
    internal const int LongestKey = 256;

    /// <summary>First line of each key, by 16 bytes of its hash: as many people as a country has fit in memory.</summary>
    readonly Dictionary<UInt128, int> seen = [];

    public Person? Check(string key, string number, int line, Action<BadLine> bad)
    {
        key = key.Trim();
        number = number.Trim();
        var wrong = (key.Length, number.Length) switch
        {
            (0, _) => new BadLine(line, keyColumn, Reason.KeyInvalid, "blank"),
            ( > LongestKey, _) => new BadLine(line, keyColumn, Reason.KeyInvalid, $"more than {LongestKey} characters"),
            (_, 0) => new BadLine(line, numberColumn, Reason.NumberInvalid, "blank"),
            (_, > LongestKey) => new BadLine(line, numberColumn, Reason.NumberInvalid, $"more than {LongestKey} characters"),
            _ => null,
        };
        if (wrong is null && !seen.TryAdd(Hash(key), line))
            wrong = new BadLine(line, keyColumn, Reason.KeyRepeated, $"the same key as line {seen[Hash(key)]}");
        if (wrong is null)
            return new Person(key, number, line);
        bad(wrong);
        return null;
    }

    static UInt128 Hash(string key)
    {
        Span<byte> hash = stackalloc byte[32];
        SHA256.HashData(Encoding.UTF8.GetBytes(key), hash);
        return System.Buffers.Binary.BinaryPrimitives.ReadUInt128LittleEndian(hash);
    }
}
