using System.Collections.Frozen;
using Exchange.Protocol.DataSets.Predicates;
using Exchange.V1;

namespace Exchange.Adapter.Answering;

/// <summary>
/// What a requester may be told: fields of the record, or verdicts in place of it. Verdicts are told all or none, so that
/// no answer has to say of one that it is not granted.
/// </summary>
/// <param name="Fields">None where predicates are asked for.</param>
/// <param name="Predicates">In the order in which they are asked for.</param>
public sealed record Release(FrozenSet<uint> Fields, IReadOnlyList<PredicateRule> Predicates)
{
    /// <summary>The fields in their order, as the journal has them.</summary>
    public IReadOnlyList<uint> Numbers { get; } = [.. Fields.Order()];

    public bool IsNothing => Fields.Count == 0 && Predicates.Count == 0;

    /// <summary>Whether a question asks for no more predicates than may be asked for, each by a name.</summary>
    public static bool CanBeAsked(Question question) =>
        question.Predicates.Count <= PredicateRule.MostAsked && question.Predicates.All(name => name.Length is > 0 and <= PredicateRule.LongestName)
        && (question.Predicates.Count == 0 || question.PageToken.IsEmpty);

    /// <summary>The grant, and of it what this agency releases itself.</summary>
    public static Release Of(AllowList allowed, Header header, Question question, Grant grant)
    {
        if (question.Predicates.Count == 0)
            return allowed.Release(header.Requester, header.Task, header.DataSet, grant.Fields);
        var rules = new List<PredicateRule>();
        foreach (var name in question.Predicates.Distinct())
        {
            if (grant.Predicates.FirstOrDefault(one => one.Name == name) is not { } granted || allowed.Find(header.Requester, header.Task, header.DataSet, granted) is not { } rule)
                return nothing;
            rules.Add(rule);
        }
        return new Release(FrozenSet<uint>.Empty, rules);
    }

    static readonly Release nothing = new(FrozenSet<uint>.Empty, []);
}
