using Exchange.Protocol.Hpke;

namespace Exchange.Protocol.Sessions;

/// <summary>The numbers of docs/protocol.md section 4, for both sides.</summary>
public static class SessionRules
{
    /// <summary>Bytes.</summary>
    public const int SessionIdSize = 16, KeyIdSize = 8;

    /// <summary>Characters of a node id.</summary>
    public const int MaximumNodeLength = 64;

    /// <summary>The last sequence number of a session; the first is 1.</summary>
    public const ulong LastSequence = 1UL << 32;

    /// <summary>How far the clocks of two agencies may be apart, in offers, bundles and headers.</summary>
    public static readonly TimeSpan ClockTolerance = TimeSpan.FromSeconds(60);

    public static readonly TimeSpan MaximumLifetime = TimeSpan.FromHours(8);

    /// <summary>Age of a node's key when it is replaced.</summary>
    public static readonly TimeSpan KeyLifetime = TimeSpan.FromHours(24);

    /// <summary>What this version accepts when nothing else is configured.</summary>
    public static IReadOnlySet<string> DefaultSuites { get; } = new HashSet<string> { HpkeSuite.X25519 };

    /// <summary>1 to 64 ASCII letters, digits, dots, hyphens or underscores.</summary>
    public static bool IsNode(string node) =>
        node.Length is > 0 and <= MaximumNodeLength && node.All(one => char.IsAsciiLetterOrDigit(one) || one is '.' or '-' or '_');

    /// <summary>Whether two times in unix milliseconds are within the tolerance; any two numbers may be given.</summary>
    public static bool IsNear(long timeUnixMs, DateTimeOffset now) =>
        Int128.Abs((Int128)timeUnixMs - now.ToUnixTimeMilliseconds()) <= (long)ClockTolerance.TotalMilliseconds;
}
