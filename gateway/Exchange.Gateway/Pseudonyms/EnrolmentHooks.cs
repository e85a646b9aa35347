using Exchange.V1;
using Grpc.Core;

namespace Exchange.Gateway.Pseudonyms;

/// <summary>What enrolment asks of the rest of the hub.</summary>
/// <param name="Caller">The agency the certificate of this call speaks for; throws the refusal when there is none.</param>
/// <param name="Quota">Room for so many people of the agency; null when there is.</param>
/// <param name="MayWrite">Room in the log for one more refusal of the agency; past it the refusal is counted.</param>
/// <param name="Audit">Completes when the entry is durable; nothing is released before. Throws when it cannot be.</param>
public sealed record EnrolmentHooks(
    Func<ServerCallContext, string> Caller,
    Func<string, int, Refusal?> Quota,
    Func<string, bool> MayWrite,
    Func<EnrolmentEvent, CancellationToken, ValueTask> Audit);
