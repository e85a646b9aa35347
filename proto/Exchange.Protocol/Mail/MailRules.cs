using Exchange.Protocol.Notices;
using Exchange.Protocol.Sessions;

namespace Exchange.Protocol.Mail;

/// <summary>The numbers of docs/protocol.md for letters, for all who handle them.</summary>
public static class MailRules
{
    /// <summary>How long a letter may wait.</summary>
    public static readonly TimeSpan ShortestWait = TimeSpan.FromMinutes(1), LongestWait = TimeSpan.FromDays(14);

    /// <summary>Age of a mailbox's key when another takes its place.</summary>
    public static readonly TimeSpan KeyLifetime = TimeSpan.FromDays(1);

    /// <summary>For how long letters may be sealed for a key: an agency that is away for a week still has a mailbox.</summary>
    public static readonly TimeSpan AcceptedFor = TimeSpan.FromDays(8);

    /// <summary>For how long after a letter's expiry a hub keeps what became of it.</summary>
    public static readonly TimeSpan KeptAfterExpiry = TimeSpan.FromDays(14);

    /// <summary>After which no letter or notice that was sealed for a key can be under way any more, and its private half is forgotten.</summary>
    public static readonly TimeSpan KeyKeptFor = AcceptedFor + Longer(LongestWait + KeptAfterExpiry, NoticeRules.LongestWait) + SessionRules.ClockTolerance;

    static TimeSpan Longer(TimeSpan one, TimeSpan other) => one > other ? one : other;

    /// <summary>Whether a letter may wait so long, seen at this moment.</summary>
    public static bool MayWaitUntil(long expiryUnixMs, DateTimeOffset now)
    {
        var wait = (Int128)expiryUnixMs - now.ToUnixTimeMilliseconds();
        return wait >= (long)(ShortestWait - SessionRules.ClockTolerance / 2).TotalMilliseconds && wait <= (long)(LongestWait + SessionRules.ClockTolerance).TotalMilliseconds;
    }
}
