using System.Security.Cryptography;
using Google.Protobuf;

namespace Exchange.Protocol.Lookups;

static class Blinds
{
    /// <summary>32 random bytes.</summary>
    public static ByteString Draw()
    {
        var blind = new byte[MessageCommitment.BlindSize];
        RandomNumberGenerator.Fill(blind);
        return UnsafeByteOperations.UnsafeWrap(blind);
    }
}
