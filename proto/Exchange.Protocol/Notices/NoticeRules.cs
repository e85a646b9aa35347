using Exchange.Protocol.Sessions;

namespace Exchange.Protocol.Notices;

/// <summary>The numbers of docs/protocol.md for notices, for all who handle them.</summary>
public static class NoticeRules
{
    /// <summary>How long the hub keeps a notice for its recipient.</summary>
    public static readonly TimeSpan LongestWait = TimeSpan.FromDays(30);

    /// <summary>Request ids in one notice; of more there are several notices.</summary>
    public const int MostRequests = 256;

    /// <summary>Characters of what the sender's official says.</summary>
    public const int LongestNote = 300;

    /// <summary>Bytes to which every notice, and every reply to one, is padded: a size tells nothing.</summary>
    public const int NoticeSize = 8192, ReplySize = 512;

    /// <summary>Bytes of an id of a notice, of a recall and of a request; of a commitment; of an encapsulated key.</summary>
    public const int IdSize = 16, CommitmentSize = 32, EncSize = 32;

    /// <summary>Bytes of a notice or a reply beside what is sealed: certificates, for the most part.</summary>
    public const int LargestEnvelope = 12 * 1024;

    /// <summary>Bytes of what is sealed.</summary>
    public static int SealedSize(int padded) => padded + AeadKey.TagSize;

    /// <summary>Whether a notice written then may wait until this expiry.</summary>
    public static bool MayWaitUntil(long expiryUnixMs, long writtenUnixMs)
    {
        var wait = (Int128)expiryUnixMs - writtenUnixMs;
        return wait > 0 && wait <= (long)LongestWait.TotalMilliseconds;
    }
}
