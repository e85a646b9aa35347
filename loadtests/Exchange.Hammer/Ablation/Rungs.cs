namespace Exchange.Hammer.Ablation;

/// <summary>The rungs, each with one stage more than the one before, but for the last two, which stand beside the one that ships.</summary>
static class Rungs
{
    public const string Relay = "relay", Tls = "tls", Memory = "memory", Durable = "durable", Shipped = "shipped", Recorded = "recorded", Cold = "cold";

    public static IReadOnlyList<string> All { get; } = [Relay, Tls, Memory, Durable, Shipped, Recorded, Cold];

    public static string What(string id) => id switch
    {
        Relay => "frames of the product's connections from a caller through a middle to a provider that answers 256 bytes from memory, HTTP/2 without TLS",
        Tls => "the same with TLS 1.3 and certificates on both sides",
        Memory => "the whole exchange, WARM, no traces, everybody's files on a memory disk: matrix, quota, sealing, journals, log, and no durable write",
        Durable => "the same with the files on the disk",
        Shipped => "the same as it ships: 1 % of traces recorded and exported, a context for each",
        Recorded => "the same with every trace recorded and exported",
        Cold => "as it ships, without what a lookup before has left: COLD lookups",
        _ => throw new ArgumentException($"No rung is called '{id}'.", nameof(id)),
    };

    /// <summary>Whose figures a rung's are held beside; null for the first.</summary>
    public static string? Before(string id) => id switch
    {
        Relay => null,
        Tls => Relay,
        Memory => Tls,
        Durable => Memory,
        Shipped => Durable,
        Recorded or Cold => Shipped,
        _ => throw new ArgumentException($"No rung is called '{id}'.", nameof(id)),
    };

    /// <summary>What is between a rung and the one before.</summary>
    public static string Stage(string id) => id switch
    {
        Relay => "connections",
        Tls => "mTLS",
        Memory => "policy, sealing, journals, log",
        Durable => "durable writes",
        Shipped => "tracing as it ships",
        Recorded => "every trace recorded",
        Cold => "no handle: COLD",
        _ => throw new ArgumentException($"No rung is called '{id}'.", nameof(id)),
    };
}
