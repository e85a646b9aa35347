using Exchange.Protocol.Lookups;
using Exchange.V1;

namespace Exchange.Protocol.DataSets.Predicates;

/// <summary>A predicate as a file states it: the matrix, to grant it, and a provider's own list, to release it.</summary>
/// <param name="Name">By which it is asked for, such as <c>low-income</c>.</param>
/// <param name="Version">Of the rule that it states, such as <c>2025-10</c>.</param>
public sealed record PredicateRule(string Name, string Version, PredicateTest Test)
{
    /// <summary>Characters of a name and of a version, and predicates that one question may ask for.</summary>
    public const int LongestName = 64, LongestVersion = 32, MostAsked = 16;

    public Predicate ToMessage() => new() { Name = Name, Version = Version, Test = Test.ToString() };

    /// <summary>Whether one answer of the data set can tell the verdicts of all of them.</summary>
    public static bool FitOneAnswer(IEnumerable<PredicateRule> rules, int declaredSize) => AnswerEnvelope.Fits(
        new Answer
        {
            Verdicts = { rules.Select(rule => new Verdict { Predicate = rule.Name, Version = rule.Version, Truth = Truth.NotKnown }) },
            IdentityChecked = true,
            Freshness = new Freshness { AsOfUnixMs = long.MaxValue, NextUpdateUnixMs = long.MaxValue, CachedAgeMs = long.MaxValue },
        },
        declaredSize);
}
