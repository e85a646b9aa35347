using Exchange.Adapter.Asking;
using Exchange.Protocol.Refusals;
using Exchange.V1;
using Google.Protobuf;

namespace Exchange.Adapter.Tests.Jobs;

/// <summary>What comes of questions.</summary>
static class Outcomes
{
    public static AskOutcome Found(string provider, IMessage record, params uint[] withheld) => new()
    {
        Status = AnswerStatus.Found,
        Provider = provider,
        Record = record.ToByteString(),
        Withheld = withheld,
        Receipts = [Receipt(7)],
    };

    public static AskOutcome Answered(string provider, AnswerStatus status) => new() { Status = status, Provider = provider, Receipts = [Receipt(8)] };

    public static AskOutcome Refused(Reason reason, string provider = "") => new() { Refusal = Reasons.Refuse(reason), Provider = provider };

    public static CandidateOutcome Candidate(string provider, AnswerStatus status) => new(provider, null, status, [Receipt(9)]);

    public static CandidateOutcome Candidate(string provider, Reason reason) => new(provider, Reasons.Refuse(reason), default, []);

    public static Receipt Receipt(byte id) => new() { Log = "hub-1", Index = id, LeafHash = ByteString.CopyFrom(1), RequestId = ByteString.CopyFrom(id) };
}
