using Agency.V1;
using Exchange.Adapter.Jobs;
using Records.Municipality.V1;

namespace Exchange.Tax.Assessment;

/// <summary>How many people live in a household beside the person. No input or output.</summary>
/// <param name="Members">Null: not known.</param>
/// <param name="Missing">Why it is not known; none when it is.</param>
sealed record HouseholdCount(int? Members, IReadOnlyList<Finding> Missing)
{
    public static HouseholdCount Of(DateOnly on, JobAnswer<Household> answer) => HouseholdMembers.Count(answer, on) switch
    {
        { } count => new(count, []),
        null when answer.Record is null => new(null, answer.Missing),
        null => new(null, [Findings.Of("WITHHELD", "The municipality may not tell 'members'. Ask whoever keeps the policy matrix.", answer.Provider)]),
    };
}
