using System.Globalization;
using Records.Pension.V1;
using static Exchange.Protocol.DataSets.Meaning.MeaningRules;

namespace Exchange.Protocol.DataSets.Meaning;

/// <summary>What the pension service's records mean.</summary>
static class PensionMeanings
{
    public static RecordMeaning Payments { get; } = RecordMeaning.Of<PaymentsQuestion, Payments>("1.0",
    [
        new("year", Unit.Year, "2025"),
        new("pension_code", Unit.Code, "1150"),
        new("kind", Unit.Name, "OLD_AGE"),
        new("decided_on", Unit.Date, "2019-06-10"),
        new("entitled_on", Unit.Date, "2019-05-01"),
        new("first_paid_on", Unit.Date, "2019-06-14"),
        new("changes.changed_on", Unit.Date, "2025-04-01"),
        new("changes.reason", Unit.Name, "YEARLY_REVISION"),
        new("basic_amount", Unit.Yen, "780000"),
        new("additional_amount", Unit.Yen, "0"),
        new("employee_amount", Unit.Yen, "120000"),
        new("suspended_basic_amount", Unit.Yen, "0"),
        new("suspended_employee_amount", Unit.Yen, "0"),
        new("spouse_supplement", Unit.Yen, "0"),
        new("child_supplement", Unit.Yen, "0"),
        new("payments.paid_on", Unit.Date, "2025-02-14"),
        new("payments.amount", Unit.Yen, "150000"),
        new("payments.withheld_tax", Unit.Yen, "1500"),
        new("payments.withheld_care_premium", Unit.Yen, "6000"),
        new("payments.withheld_health_premium", Unit.Yen, "0"),
        new("payments.withheld_elderly_premium", Unit.Yen, "0"),
        new("payments.withheld_resident_tax", Unit.Yen, "0"),
        new("total_paid", Unit.Yen, "900000"),
    ],
    [
        new("year-asked", "year is the one that was asked for", (asked, told) => !told.HasYear || told.Year == asked.Year),
        new("kind-said", "the kind of a pension is said", (_, told) => told.Kind != PensionKind.Unspecified),
        new("entitled-before-paid", "entitled_on is not after first_paid_on", (_, told) => NotAfter(told.EntitledOn, told.FirstPaidOn)),
        new("paid-in-year", "each payment was made in the year", (_, told) => !told.HasYear
            || told.Payments_.All(one => one.PaidOn.Length == 0 || one.PaidOn.StartsWith(told.Year.ToString("0000", CultureInfo.InvariantCulture), StringComparison.Ordinal))),
        new("payments-in-order", "payments stand oldest first", (_, told) => InOrder(told.Payments_.Select(one => one.PaidOn))),
        new("paid-total", "payments add up to total_paid",
            (_, told) => AddsUp(told.HasTotalPaid ? told.TotalPaid : null, told.Payments_.Select(one => one.HasAmount ? (long?)one.Amount : null))),
        new("withheld-of-amount", "of each payment what is withheld is not more than its amount", (_, told) => told.Payments_.All(one => NotMore(
            one.WithheldTax + one.WithheldCarePremium + one.WithheldHealthPremium + one.WithheldElderlyPremium + one.WithheldResidentTax, one.HasAmount ? one.Amount : null))),
        new("untaxed-kinds", "of a DISABILITY or SURVIVORS pension no tax is withheld",
            (_, told) => told.Kind is not (PensionKind.Disability or PensionKind.Survivors) || told.Payments_.All(one => one.WithheldTax == 0)),
        new("changes-in-order", "changes stand newest first", (_, told) => InOrder(told.Changes.Select(one => one.ChangedOn).Reverse())),
        new("suspended-of-basic", "suspended_basic_amount is not more than basic_amount", (_, told) => NotMore(told.HasSuspendedBasicAmount ? told.SuspendedBasicAmount : null, told.HasBasicAmount ? told.BasicAmount : null)),
        new("suspended-of-employee", "suspended_employee_amount is not more than employee_amount",
            (_, told) => NotMore(told.HasSuspendedEmployeeAmount ? told.SuspendedEmployeeAmount : null, told.HasEmployeeAmount ? told.EmployeeAmount : null)),
    ]);

    public static RecordMeaning Enrolment { get; } = RecordMeaning.Of<EnrolmentQuestion, Enrolment>("1.0",
    [
        new("category", Unit.Name, "SECOND"),
        new("periods.category", Unit.Name, "SECOND"),
        new("periods.from", Unit.Date, "2015-04-01"),
        new("periods.until", Unit.Date, "2026-04-01"),
        new("periods.contributions", Unit.Name, "PAID"),
        new("periods.standard_remuneration", Unit.Yen, "340000"),
        new("contributed_months", Unit.Count, "240"),
        new("exempted_months", Unit.Count, "12"),
        new("unpaid_months", Unit.Count, "0"),
    ],
    [
        new("from-before-until", "of each period from is before until", (_, told) => told.Periods.All(one => Before(one.From, one.Until))),
        new("in-order", "periods stand oldest first", (_, told) => InOrder(told.Periods.Select(one => one.From))),
        new("one-at-a-time", "a period ends before the next begins, and only the last may have no end",
            (_, told) => Pairs(told.Periods).All(pair => pair.First.Until.Length > 0 && NotAfter(pair.First.Until, pair.Second.From))),
        new("category-said", "the category of each period is said", (_, told) => told.Periods.All(one => one.Category != InsuredCategory.Unspecified)),
        new("remuneration-of-employees", "a standard remuneration is told of the SECOND category alone",
            (_, told) => told.Periods.All(one => !one.HasStandardRemuneration || one.Category == InsuredCategory.Second)),
    ]);
}
