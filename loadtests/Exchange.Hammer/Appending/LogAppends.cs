using Exchange.Gateway.Audit;
using Exchange.Hammer.Contenders;
using Exchange.V1;
using Google.Protobuf;

namespace Exchange.Hammer.Appending;

/// <summary>The hub's log, and lookups that wait for their entry as the hub does.</summary>
sealed class LogAppends(AuditLog log) : IContender
{
    static readonly byte[] commitment = new byte[32];

    public string Name => "audit log";

    public int MaximumSlots => 65_536;

    /// <summary>The log's name, for receipts.</summary>
    public const string LogName = "hub-1";

    public async Task<string?> Ask(int slot, int slots, long turn)
    {
        var entry = Entry(slot, turn);
        var receipt = await log.Append(entry).ConfigureAwait(false);
        return receipt.RequestId == entry.Lookup.RequestId && receipt.LeafHash.Length == 32 ? null : "the receipt is of another entry";
    }

    /// <summary>As large as that of an answered lookup.</summary>
    public static AuditEntry Entry(int slot, long turn)
    {
        Span<byte> id = stackalloc byte[16];
        BitConverter.TryWriteBytes(id, slot);
        BitConverter.TryWriteBytes(id[8..], turn);
        return new AuditEntry
        {
            TimeUnixMs = 1_790_000_000_000 + turn,
            Lookup = new LookupEvent
            {
                RequestId = ByteString.CopyFrom(id),
                Requester = "jp.mun.131016",
                Provider = "jp.tax",
                Task = "benefit-eligibility",
                DataSet = "tax.income.v1",
                Kind = LookupKind.Warm,
                Outcome = AuditOutcome.Answered,
                PolicyVersion = "857276a75548e3b21157c06f12a78d371adddac14726da70b6a405e0a045bec2",
                Fields = { 1, 2, 3, 4, 5, 6, 7, 8 },
                QuestionCommitment = UnsafeByteOperations.UnsafeWrap(commitment),
                AnswerCommitment = UnsafeByteOperations.UnsafeWrap(commitment),
            },
        };
    }
}
