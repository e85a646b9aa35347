using Agency.V1;
using Exchange.Adapter.Jobs;
using Exchange.V1;
using Records.Municipality.V1;
using Records.Pension.V1;
using Records.Tax.V1;

namespace Exchange.Pension.Linking;

/// <summary>
/// Holds a household, employment statements and this agency's own enrolment record against each other. No input or
/// output. The household decides the outcome; a silence about it is FAILED and never NOT_FOUND, and so is a municipality
/// that could not be asked. What is not set in a record contradicts nothing.
/// </summary>
static class LinkComparison
{
    public static LinkingResult Of(LinkingDay day, JobAnswer<Household> household, JobAnswer<EmploymentIncome> employment, JobAnswer<Enrolment> own)
    {
        var findings = new List<Finding>();
        var outcome = household.Record is null ? WithoutHousehold(household, findings) : HouseholdComparison.Judge(day.On, household, findings);
        var isThere = outcome == LinkingOutcome.Linked;
        if (Employment(day, employment, own, findings) && isThere)
            outcome = LinkingOutcome.Conflicting;
        return new LinkingResult
        {
            Outcome = outcome,
            Municipality = household.Record is null ? "" : household.Provider,
            HouseholdSize = isThere && HouseholdMembers.Count(household, day.On) is { } others ? 1 + others : 0,
            Employers = employment.Record?.Statements.Count ?? 0,
            Findings = { Findings.Once(findings) },
            Receipts = { household.Receipts.Concat(employment.Receipts) },
        };
    }

    static LinkingOutcome WithoutHousehold(JobAnswer<Household> household, List<Finding> findings)
    {
        if (household.Refused == Reason.ResidenceAbroad)
        {
            findings.Add(Findings.Of("MOVED_ABROAD", "By this agency's register the person lived abroad on that day, so no municipality was asked."));
            return LinkingOutcome.Conflicting;
        }
        findings.AddRange(household.Missing);
        return household switch
        {
            { Refused: Reason.RecordsConflict } => LinkingOutcome.Conflicting,
            { Status: AnswerStatus.NotFound or AnswerStatus.NoRecord } => LinkingOutcome.NotFound,
            { Status: AnswerStatus.Withheld } => LinkingOutcome.Withheld,
            // By our own register nobody came into question. Whoever did and was not asked might hold the person.
            { Refused: Reason.ResidenceUnknown } => LinkingOutcome.NotFound,
            _ => LinkingOutcome.Failed,
        };
    }

    /// <returns>Whether an employment contradicts the enrolment record.</returns>
    static bool Employment(LinkingDay day, JobAnswer<EmploymentIncome> employment, JobAnswer<Enrolment> own, List<Finding> findings)
    {
        // Nobody reported to have paid anything: that is no finding. Anything else but a record is.
        if (employment.Record is null)
        {
            if (employment.Status != AnswerStatus.NoRecord)
                findings.AddRange(employment.Missing);
            return false;
        }
        if (employment.Withheld.Contains("statements"))
        {
            findings.Add(Findings.Of("WITHHELD", "Employment statements exist and are not told.", employment.Provider));
            return false;
        }
        if (own.Refused is not null)
        {
            findings.AddRange(own.Missing);
            return false;
        }
        var contradicts = false;
        foreach (var statement in employment.Record.Statements)
        {
            var months = InsuredMonths.Missing(statement, own.Record, day);
            if (months.Count == 0)
                continue;
            contradicts = true;
            findings.Add(Findings.Of(
                "EMPLOYED_NOT_INSURED", $"Employed in {string.Join(", ", months)} and not enrolled as an employee then; payer {Payer(statement)}.", employment.Provider));
        }
        return contradicts;
    }

    static string Payer(EmploymentStatement statement) => statement.PayerCorporateNumber.Length > 0 ? statement.PayerCorporateNumber : "not named";
}
