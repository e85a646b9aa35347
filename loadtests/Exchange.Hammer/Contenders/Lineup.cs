namespace Exchange.Hammer.Contenders;

/// <summary>Everybody that can be measured, by the short names of the command line and of every result.</summary>
static class Lineup
{
    public const string Direct = "T0", Haproxy = "T1", Nginx = "T2", Yarp = "T3", Conventional = "T4", Warm = "T5-WARM", Cold = "T5-COLD", LocalApi = "T6";

    public static IReadOnlyList<string> All { get; } = [Direct, Haproxy, Nginx, Yarp, Conventional, Warm, Cold, LocalApi];

    public static IReadOnlyList<string> Quick { get; } = [Direct, Haproxy, Warm];

    /// <summary>The exchange beside the floor.</summary>
    public static IReadOnlyList<string> Run { get; } = [Direct, Warm, Cold];

    /// <summary>That of which a hub, a provider and a requester must be started.</summary>
    public static IReadOnlyList<string> Exchange { get; } = [Warm, Cold, LocalApi];

    public static string Name(string id) => id switch
    {
        Direct => "T0 direct",
        Haproxy => "T1 HAProxy",
        Nginx => "T2 nginx",
        Yarp => "T3 YARP",
        Conventional => "T4 conventional",
        Warm => "T5 exchange WARM",
        Cold => "T5 exchange COLD",
        LocalApi => "T6 local API",
        _ => throw new ArgumentException($"Nobody is called '{id}'.", nameof(id)),
    };

    public static string What(string id) => id switch
    {
        Direct => "requester calls provider, unary gRPC over mTLS 1.3, a record from memory. No policy, quota, sealing, journals or log",
        Haproxy or Nginx or Yarp => "the same call through a proxy, mTLS 1.3 on both legs. It only passes bytes along, and does far less than an exchange",
        Conventional => "the same call through a hub as most would write it: unary in, unary out, one row in SQLite committed before the answer leaves. No policy, quota or sealing",
        Warm => "requester's adapter runtime in the generator's process, hub and provider's adapter as they ship: mTLS 1.3, matrix, quota, answers sealed end to end, both journals, the audit entry durable before release, 1 % of traces recorded and exported. "
            + "A handle of an earlier answer is used; the provider reads records through its cache",
        Cold => "the same without a handle: it is dropped before each lookup, so requester, hub and provider multiply a point each",
        LocalApi => "WARM lookups as an agency's own system makes them: gRPC with a token to an adapter in a process of its own, and on through the hub",
        _ => throw new ArgumentException($"Nobody is called '{id}'.", nameof(id)),
    };
}
