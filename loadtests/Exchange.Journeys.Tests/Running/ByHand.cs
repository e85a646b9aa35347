using Exchange.V1;
using Google.Protobuf;

namespace Exchange.Journeys.Tests.Running;

/// <summary>Messages that the hub cannot tell from real ones, since it opens none.</summary>
static class ByHand
{
    public static SealedQuestion Warm(string requester, string provider, string node, ulong sequence, string dataSet, string task = RunningExchange.Benefits) => new()
    {
        Header = new Header
        {
            SessionId = ByteString.CopyFrom(new byte[16]),
            Sequence = sequence,
            Requester = requester,
            Provider = provider,
            Node = node,
            Task = task,
            DataSet = dataSet,
            RequesterEpoch = 1,
            TimeUnixMs = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds(),
            Kind = LookupKind.Warm,
        }.ToByteString(),
        Ciphertext = ByteString.CopyFrom(new byte[64 + 128 + 16]),
        Commitment = ByteString.CopyFrom(new byte[32]),
    };
}
