using Records.Tax.V1;
using static Exchange.Protocol.DataSets.Meaning.MeaningRules;

namespace Exchange.Protocol.DataSets.Meaning;

/// <summary>What the tax agency's records mean.</summary>
static class TaxMeanings
{
    /// <summary>Taxable income is rounded down to so many yen.</summary>
    const long Rounding = 1000;

    public static RecordMeaning Income { get; } = RecordMeaning.Of<IncomeQuestion, IncomeStatement>("1.0",
    [
        new("year", Unit.Year, "2025"),
        new("assessment_state", Unit.Name, "ASSESSED"),
        new("total_income", Unit.Yen, "3250000"),
        new("taxable_income", Unit.Yen, "2390000"),
        new("total_deductions", Unit.Yen, "860000"),
        new("basic_deduction", Unit.Yen, "430000"),
        new("spouse_deduction", Unit.Yen, "0"),
        new("dependant_deduction", Unit.Yen, "0"),
        new("social_insurance_deduction", Unit.Yen, "430000"),
        new("medical_deduction", Unit.Yen, "0"),
        new("dependants", Unit.Count, "1"),
        new("municipal_income_levy", Unit.Yen, "143400"),
        new("prefectural_income_levy", Unit.Yen, "95600"),
        new("taxing_municipality", Unit.MunicipalityCode, "131016"),
        new("assessed_on", Unit.Date, "2026-06-01"),
    ],
    [
        new("year-asked", "year is the one that was asked for", (asked, told) => !told.HasYear || told.Year == asked.Year),
        new("state-said", "assessment_state is said", (_, told) => told.AssessmentState != AssessmentState.Unspecified),
        new("nothing-known", "of an UNDECLARED or NOT_YET_ASSESSED year no income and no levy is told, not even 0",
            (_, told) => told.AssessmentState is not (AssessmentState.Undeclared or AssessmentState.NotYetAssessed)
                || !(told.HasTotalIncome || told.HasTaxableIncome || told.HasMunicipalIncomeLevy || told.HasPrefecturalIncomeLevy)),
        new("taxable-rounded", "taxable_income is total_income less total_deductions, rounded down to 1,000, and never below 0",
            (_, told) => !(told.HasTaxableIncome && told.HasTotalIncome && told.HasTotalDeductions)
                || told.TaxableIncome == Math.Max(0, (told.TotalIncome - told.TotalDeductions) / Rounding * Rounding)),
        new("deductions-total", "the deductions that are told are not more than total_deductions", (_, told) => NotMore(
            told.BasicDeduction + told.SpouseDeduction + told.DependantDeduction + told.SocialInsuranceDeduction + told.MedicalDeduction,
            told.HasTotalDeductions ? told.TotalDeductions : null)),
        new("exempt-untaxed", "EXEMPT goes with levies of 0", (_, told) => told.AssessmentState != AssessmentState.Exempt
            || (!told.HasMunicipalIncomeLevy || told.MunicipalIncomeLevy == 0) && (!told.HasPrefecturalIncomeLevy || told.PrefecturalIncomeLevy == 0)),
        new("assessed-after-year", "assessed_on is after the year", (_, told) => !told.HasYear || told.AssessedOn.Length == 0
            || string.CompareOrdinal(told.AssessedOn[..4], told.Year.ToString("0000", System.Globalization.CultureInfo.InvariantCulture)) > 0),
    ]);

    public static RecordMeaning Employment { get; } = RecordMeaning.Of<EmploymentQuestion, EmploymentIncome>("1.0",
    [
        new("year", Unit.Year, "2025"),
        new("statements.payer_corporate_number", Unit.CorporateNumber, "7123456789012"),
        new("statements.employed_from", Unit.Date, "2015-04-01"),
        new("statements.employed_until", Unit.Date, "2026-04-01"),
        new("statements.paid", Unit.Yen, "4100000"),
        new("statements.income", Unit.Yen, "2840000"),
        new("statements.social_insurance_deducted", Unit.Yen, "430000"),
        new("statements.withheld_tax", Unit.Yen, "96500"),
        new("total_paid", Unit.Yen, "4100000"),
    ],
    [
        new("year-asked", "year is the one that was asked for", (asked, told) => !told.HasYear || told.Year == asked.Year),
        new("paid-total", "what employers paid adds up to total_paid",
            (_, told) => AddsUp(told.HasTotalPaid ? told.TotalPaid : null, told.Statements.Select(one => one.HasPaid ? (long?)one.Paid : null))),
        new("from-before-until", "of each employment employed_from is before employed_until", (_, told) => told.Statements.All(one => Before(one.EmployedFrom, one.EmployedUntil))),
        new("in-order", "employments stand in order of employed_from", (_, told) => InOrder(told.Statements.Select(one => one.EmployedFrom))),
        new("income-of-paid", "of each employment income is not more than what was paid",
            (_, told) => told.Statements.All(one => NotMore(one.HasIncome ? one.Income : null, one.HasPaid ? one.Paid : null))),
    ]);
}
