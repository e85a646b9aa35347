using System.Net;
using System.Security.Cryptography.X509Certificates;

namespace Exchange.KeyAuthority.Serving;

/// <summary>What <c>serve</c> needs.</summary>
public sealed record KeyAuthorityOptions
{
    /// <summary>How many people one agency may enrol in an hour when the file does not say: a city of two million.</summary>
    public const long DefaultPeoplePerHour = 2_000_000;

    /// <summary>Address and port; port 0 takes a free one.</summary>
    public required IPEndPoint Listen { get; init; }

    /// <summary>With its key; SAN URI <c>urn:xhub:authority</c>. The same key signs the commitments.</summary>
    public required X509Certificate2 Certificate { get; init; }

    /// <summary>The pinned root of hub and agencies.</summary>
    public required X509Certificate2 Root { get; init; }

    /// <summary>The root's revocation list, DER; read again when it changes.</summary>
    public required string RevocationListFile { get; init; }

    public required string KeyFile { get; init; }

    /// <summary>SQLite file that remembers batch ids within the time window, so that a restart forgets none.</summary>
    public required string BatchFile { get; init; }

    /// <summary>Names of the hub's replicas, which alone are served: <c>urn:xhub:hub:NAME</c>.</summary>
    public required IReadOnlyList<string> Hubs { get; init; }

    /// <summary>Most people one agency may enrol in an hour, and at once. From 4,096, one full batch.</summary>
    public long PeoplePerHour { get; init; } = DefaultPeoplePerHour;
}
