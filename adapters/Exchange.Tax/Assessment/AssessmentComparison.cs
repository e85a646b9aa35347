using System.Globalization;
using Agency.V1;
using Exchange.Adapter.Jobs;
using Exchange.V1;
using Records.Municipality.V1;
using Records.Pension.V1;
using Records.Tax.V1;
using AssessmentState = Records.Tax.V1.AssessmentState;

namespace Exchange.Tax.Assessment;

/// <summary>
/// Holds an income statement against the pension paid and the household. No input or output. A difference between two
/// figures that are known stays one whatever else is not known; without one, anything not known is INCOMPLETE.
/// </summary>
static class AssessmentComparison
{
    public static AssessmentResult Of(AssessedYear year, JobAnswer<IncomeStatement> statement, JobAnswer<Payments> payments, JobAnswer<Household> household)
    {
        var pension = PaidPension.Of(payments);
        var members = HouseholdCount.Of(year.HouseholdOn, household);
        var differences = Differences(statement, pension, members, payments.Provider, household.Provider).ToArray();
        Finding[] missing = [.. Undecided(statement, pension), .. pension.Missing, .. members.Missing, .. household.Silent];
        var result = new AssessmentResult
        {
            Outcome = differences.Length > 0 ? AssessmentOutcome.Differs : missing.Length > 0 ? AssessmentOutcome.Incomplete : AssessmentOutcome.Consistent,
            Findings = { Findings.Once(differences.Concat(missing)) },
            Receipts = { payments.Receipts.Concat(household.Receipts) },
        };
        if (statement.Record is { HasTotalIncome: true } income)
            result.DeclaredIncome = income.TotalIncome;
        if (statement.Record is { HasDependants: true } declared)
            result.DeclaredDependants = declared.Dependants;
        if (pension.Paid is { } paid)
            result.PensionPaid = paid;
        if (pension.TaxWithheld is { } withheld)
            result.PensionTaxWithheld = withheld;
        if (members.Members is { } count)
            result.HouseholdMembers = count;
        return result;
    }

    static IEnumerable<Finding> Differences(JobAnswer<IncomeStatement> statement, PaidPension pension, HouseholdCount members, string service, string municipality)
    {
        if (statement is { Record: null, Status: AnswerStatus.NoRecord } && pension.Paid > PublicPensionRule.NoReturnUpTo)
            yield return Findings.Of("NO_STATEMENT", $"A taxable pension of {Yen(pension.Paid)} was paid, of which a return is due, and there is no income statement of the year.", service);
        if (statement.Record is not { AssessmentState: not AssessmentState.NotYetAssessed } record)
            yield break;
        if (record.AssessmentState == AssessmentState.Undeclared)
            yield return Findings.Of("UNDECLARED", $"No return was filed{(pension.Paid > 0 ? $", and a taxable pension of {Yen(pension.Paid)} was paid" : "")}.");
        else if (record.HasTotalIncome && LeastIncome(pension) is { } least && least > Math.Max(0, record.TotalIncome))
            yield return Findings.Of(
                "PENSION_NOT_DECLARED",
                $"A taxable pension of {Yen(pension.Paid)} was paid, an income of {Yen(least)} after the largest deduction there is, and the total income declared is {Yen(record.TotalIncome)}.",
                service);
        if (record.HasDependants && record.Dependants > members.Members)
            yield return Findings.Of("DEPENDANTS_EXCEED_HOUSEHOLD", $"{record.Dependants} dependants are declared, and {members.Members} people live in the household beside the person.", municipality);
    }

    static IEnumerable<Finding> Undecided(JobAnswer<IncomeStatement> statement, PaidPension pension) => statement switch
    {
        { Refused: not null } => statement.Missing,
        { Record: null or { AssessmentState: AssessmentState.Undeclared } } => [],
        { Record.AssessmentState: AssessmentState.NotYetAssessed } => [Findings.Of("NOT_YET_ASSESSED", "A return was filed and not yet worked on. Repeat when it is.")],
        { Record.HasTotalIncome: false } when LeastIncome(pension) != 0 => [Findings.Of("NOT_KNOWN", "The income statement does not tell the total income, so no pension can be held against it.")],
        { Record.HasDependants: false } => [Findings.Of("NOT_KNOWN", "The income statement does not tell the dependants, so no household can be held against them.")],
        _ => [],
    };

    /// <summary>Null when what was paid is not known.</summary>
    static long? LeastIncome(PaidPension pension) => pension.Paid is { } paid ? PublicPensionRule.LeastIncome(paid) : null;

    static string Yen(long? amount) => string.Create(CultureInfo.InvariantCulture, $"{amount} yen");
}
