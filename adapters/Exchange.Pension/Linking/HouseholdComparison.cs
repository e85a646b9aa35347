using Agency.V1;
using Exchange.Adapter.Jobs;
using Exchange.Protocol.Refusals;
using Exchange.V1;
using Records.Municipality.V1;

namespace Exchange.Pension.Linking;

/// <summary>Whether a household says that the person was a resident on a day. No input or output.</summary>
static class HouseholdComparison
{
    /// <param name="household">With a record.</param>
    public static LinkingOutcome Judge(DateOnly on, JobAnswer<Household> household, List<Finding> findings)
    {
        var record = household.Record!;
        findings.AddRange(household.Silent);
        if (!RecordDate.TryRead(record.MovedInOn, out var movedIn) || !RecordDate.TryRead(record.MovedOutOn, out var movedOut))
        {
            findings.Add(Findings.Of(Reasons.Refuse(Reason.AnswerInvalid), household.Provider));
            return LinkingOutcome.Failed;
        }
        if (Contradiction(on, movedIn, movedOut, record, household.Provider) is { } contradiction)
        {
            findings.Add(contradiction);
            return LinkingOutcome.Conflicting;
        }
        string[] needed = ["moved_in_on", "moved_out_on"];
        if (needed.Where(household.Withheld.Contains).ToArray() is { Length: > 0 } withheld)
        {
            findings.Add(Findings.Of("WITHHELD", $"The municipality holds the person and may not tell {string.Join(" and ", withheld)}. Ask whoever keeps the policy matrix.", household.Provider));
            return LinkingOutcome.Withheld;
        }
        if (movedIn is null)
        {
            findings.Add(Findings.Of("NOT_KNOWN", "The municipality holds the person and does not say since when. Ask it by letter.", household.Provider));
            return LinkingOutcome.Failed;
        }
        return LinkingOutcome.Linked;
    }

    static Finding? Contradiction(DateOnly on, DateOnly? movedIn, DateOnly? movedOut, Household record, string municipality)
    {
        if (movedIn > on)
            return Findings.Of("MOVED_IN_LATER", $"The person moved in on {RecordDate.Text(movedIn.Value)} only, and our register has them there before.", municipality);
        var isGone = movedOut <= on;
        if (record is { HasMovedAbroad: true, MovedAbroad: true } && (isGone || movedOut is null))
            return Findings.Of("MOVED_ABROAD", $"The person moved abroad{(movedOut is { } left ? $" on {RecordDate.Text(left)}" : "")}, and our register has them there still.", municipality);
        if (!isGone)
            return null;
        var to = record.MovedTo.Length > 0 ? $" to {record.MovedTo}" : "";
        return Findings.Of("MOVED_OUT", $"The person moved out{to} on {RecordDate.Text(movedOut!.Value)}, and our register has them there still.", municipality);
    }
}
