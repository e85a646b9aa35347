using Exchange.Gateway.Policy;
using Exchange.V1;
using Google.Protobuf;

namespace Exchange.Gateway.Lookups;

/// <summary>What becomes known of one lookup on its way through the hub, and when. Nothing about a person.</summary>
public sealed class LookupJourney(string requester, SealedQuestion? question, ByteString requestId, TimeProvider time)
{
    public ByteString RequestId { get; } = requestId;

    public string Requester { get; } = requester;

    /// <summary>Null until read.</summary>
    public Header? Header { get; set; }

    /// <summary>What was in force when it was decided; null until the header was read.</summary>
    public PolicySnapshot? Policy { get; set; }

    /// <summary>Null until granted.</summary>
    public Grant? Grant { get; set; }

    /// <summary>It was granted within its quota.</summary>
    public bool IsAdmitted { get; private set; }

    /// <summary>Timestamps of <see cref="TimeProvider.GetTimestamp"/>; 0 when the stage was not reached.</summary>
    public long Started { get; } = time.GetTimestamp();

    public long DecidedAt { get; private set; }

    public long TranslatedAt { get; private set; }

    public long AnsweredAt { get; private set; }

    public long RecordedAt { get; private set; }

    /// <summary>It was granted and left for the provider: from here on it can fail, not be refused by the hub.</summary>
    public bool WasSent => AnsweredAt != 0;

    public void Admit() => IsAdmitted = true;

    public void Decided() => DecidedAt = time.GetTimestamp();

    public void Translated() => TranslatedAt = time.GetTimestamp();

    public void Answered() => AnsweredAt = time.GetTimestamp();

    public void Recorded() => RecordedAt = time.GetTimestamp();

    public TimeSpan Between(long from, long to) => from == 0 || to == 0 ? TimeSpan.Zero : time.GetElapsedTime(from, to);

    public AuditEntry ToEntry(AuditOutcome outcome, Reason reason, ByteString answerCommitment)
    {
        var lookup = new LookupEvent
        {
            RequestId = RequestId,
            Requester = Requester,
            Outcome = outcome,
            Reason = reason,
            PolicyVersion = Grant?.PolicyVersion ?? Policy?.Version ?? "",
            QuestionCommitment = question?.Commitment is { Length: 32 } commitment ? commitment : ByteString.Empty,
            AnswerCommitment = answerCommitment,
        };
        if (Header is { } header && Policy is { } policy)
        {
            // What was sent is written down only when the policy knows it: anything else could be anything, a person's name too.
            lookup.Provider = policy.Directory.TryGetAgency(header.Provider, out _) ? header.Provider : "";
            lookup.Task = policy.Matrix.Tasks.Contains(header.Task) ? header.Task : "";
            lookup.DataSet = policy.Directory.TryGetDataSet(header.DataSet, out _) ? header.DataSet : "";
            lookup.Kind = header.Kind;
        }
        if (Grant is { } grant)
        {
            lookup.Fields.AddRange(grant.Fields);
            lookup.Predicates.AddRange(grant.Predicates.Select(one => $"{one.Name}:{one.Version}"));
        }
        return new AuditEntry { TimeUnixMs = time.GetUtcNow().ToUnixTimeMilliseconds(), Lookup = lookup };
    }
}
