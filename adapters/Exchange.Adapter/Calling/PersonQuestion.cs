using Agency.V1;
using Exchange.Protocol.DataSets;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;

namespace Exchange.Adapter.Calling;

/// <summary>One question as somebody at a desk puts it.</summary>
/// <param name="Person">This agency's own key.</param>
sealed record PersonQuestion(string Person, string Provider, string Task, DataSetContract DataSet, IMessage Question, string Official, string CaseId, Duration? MaxAge)
{
    /// <summary>Names of those whose verdicts are wanted in place of the record.</summary>
    public IReadOnlyList<string> Predicates { get; init; } = [];

    /// <summary>Where the law asks for it.</summary>
    public Consent? Consent { get; init; }

    /// <summary>Who is meant.</summary>
    public Identity? Identity { get; init; }

    public LookupRequest Request(ByteString page) => new()
    {
        Person = Person,
        Provider = Provider,
        Task = Task,
        DataSet = DataSet.Id,
        Question = Any.Pack(Question),
        Official = Official,
        CaseId = CaseId,
        MaxAge = MaxAge,
        PageToken = page,
        Predicates = { Predicates },
        Consent = Consent,
        Identity = Identity,
    };

    /// <summary>Says nothing about the person.</summary>
    public override string ToString() => $"{nameof(PersonQuestion)} {DataSet.Id}";
}
