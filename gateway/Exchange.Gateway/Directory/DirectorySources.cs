using Exchange.Protocol.Identity;
using Exchange.V1;
using Grpc.Core;

namespace Exchange.Gateway.Directory;

/// <summary>What the directory hands out and others keep.</summary>
/// <param name="Caller">The agency the certificate of this call speaks for; throws the refusal when there is none.</param>
/// <param name="Bundle">Of one live node of the agency; null when none is connected.</param>
/// <param name="IsUp">Whether a node of the agency is connected.</param>
/// <param name="OpensAt">When the agency opens; null while it is open.</param>
/// <param name="Commitments">As signed by the key authority; null until they were fetched.</param>
/// <param name="RevocationList">The one in force, as signed by the CA; null when there is none.</param>
/// <param name="Refused">Writes down who wanted to open a session and got no bundle; throws the refusal when it cannot.</param>
public sealed record DirectorySources(
    Func<ServerCallContext, string> Caller,
    Func<string, Bundle?> Bundle,
    Func<string, bool> IsUp,
    Func<string, DateTimeOffset?> OpensAt,
    Func<Commitments?> Commitments,
    Func<RevocationList?> RevocationList,
    Func<SessionEvent, Task>? Refused = null);
