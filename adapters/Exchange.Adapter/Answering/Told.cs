using Exchange.Protocol.DataSets;
using Exchange.V1;

namespace Exchange.Adapter.Answering;

/// <summary>What an answer says, before it is sealed.</summary>
public sealed record Told(AnswerStatus Status, Answer Answer)
{
    /// <summary>Of a status that comes without a record.</summary>
    public static Told Only(AnswerStatus status) => new(status, new Answer { Freshness = new Freshness() });

    /// <summary>
    /// In a protected data set nobody hears that somebody is held of whom nothing is told: QUARANTINED, WITHHELD, NO_RECORD and
    /// IDENTITY_MISMATCH are answered as for somebody unknown.
    /// </summary>
    public Told Within(DataSetContract dataSet) =>
        dataSet.IsProtected && Status is (AnswerStatus.Quarantined or AnswerStatus.Withheld or AnswerStatus.NoRecord or AnswerStatus.IdentityMismatch) ? Only(AnswerStatus.NotFound) : this;

    /// <summary>About a person.</summary>
    public override string ToString() => nameof(Told);
}
