using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Exchange.Adapter.Commands.Files;

/// <summary>What stands for cells where there are too many lines to keep them all: 16 bytes of a hash.</summary>
public static class CellDigest
{
    public static UInt128 Of(IEnumerable<string> cells)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> length = stackalloc byte[sizeof(int)];
        foreach (var cell in cells)
        {
            var bytes = Encoding.UTF8.GetBytes(cell);
            BinaryPrimitives.WriteInt32LittleEndian(length, bytes.Length);
            hash.AppendData(length);
            hash.AppendData(bytes);
        }
        Span<byte> whole = stackalloc byte[SHA256.HashSizeInBytes];
        hash.GetHashAndReset(whole);
        return BinaryPrimitives.ReadUInt128LittleEndian(whole);
    }
}
