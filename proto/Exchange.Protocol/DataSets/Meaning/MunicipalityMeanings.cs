using Records.Municipality.V1;
using static Exchange.Protocol.DataSets.Meaning.MeaningRules;

namespace Exchange.Protocol.DataSets.Meaning;

/// <summary>What municipalities' records mean.</summary>
static class MunicipalityMeanings
{
    public static RecordMeaning ResidentTax { get; } = RecordMeaning.Of<ResidentTaxQuestion, ResidentTax>("1.0",
    [
        new("fiscal_year", Unit.Year, "2026"),
        new("assessment_state", Unit.Name, "ASSESSED"),
        new("total_income", Unit.Yen, "3250000"),
        new("taxable_income", Unit.Yen, "2390000"),
        new("municipal_income_levy", Unit.Yen, "143400"),
        new("prefectural_income_levy", Unit.Yen, "95600"),
        new("municipal_per_capita_levy", Unit.Yen, "3000"),
        new("prefectural_per_capita_levy", Unit.Yen, "1000"),
        new("total_levy", Unit.Yen, "243000"),
        new("dependants", Unit.Count, "1"),
        new("assessed_on", Unit.Date, "2026-06-01"),
    ],
    [
        new("year-asked", "fiscal_year is the year that was asked for", (asked, told) => !told.HasFiscalYear || told.FiscalYear == asked.FiscalYear),
        new("state-said", "assessment_state is said", (_, told) => told.AssessmentState != AssessmentState.Unspecified),
        new("nothing-known", "of an UNDECLARED or NOT_YET_ASSESSED year no income and no income levy is told, not even 0",
            (_, told) => told.AssessmentState is not (AssessmentState.Undeclared or AssessmentState.NotYetAssessed)
                || !(told.HasTotalIncome || told.HasTaxableIncome || told.HasMunicipalIncomeLevy || told.HasPrefecturalIncomeLevy)),
        new("exempt-untaxed", "EXEMPT goes with income levies of 0", (_, told) => told.AssessmentState != AssessmentState.Exempt
            || (!told.HasMunicipalIncomeLevy || told.MunicipalIncomeLevy == 0) && (!told.HasPrefecturalIncomeLevy || told.PrefecturalIncomeLevy == 0)),
        new("taxable-of-total", "taxable_income is not more than total_income",
            (_, told) => NotMore(told.HasTaxableIncome ? told.TaxableIncome : null, told.HasTotalIncome ? told.TotalIncome : null)),
        new("levy-total", "municipal_income_levy, prefectural_income_levy, municipal_per_capita_levy and prefectural_per_capita_levy add up to total_levy",
            (_, told) => AddsUp(told.HasTotalLevy ? told.TotalLevy : null,
                told.HasMunicipalIncomeLevy ? told.MunicipalIncomeLevy : null, told.HasPrefecturalIncomeLevy ? told.PrefecturalIncomeLevy : null,
                told.HasMunicipalPerCapitaLevy ? told.MunicipalPerCapitaLevy : null, told.HasPrefecturalPerCapitaLevy ? told.PrefecturalPerCapitaLevy : null)),
        new("levy-of-income", "an income levy is not more than taxable_income", (_, told) => NotMore(
            told.HasMunicipalIncomeLevy && told.HasPrefecturalIncomeLevy ? told.MunicipalIncomeLevy + told.PrefecturalIncomeLevy : null, told.HasTaxableIncome ? told.TaxableIncome : null)),
    ]);

    public static RecordMeaning Household { get; } = RecordMeaning.Of<HouseholdQuestion, Household>("1.0",
    [
        new("relationship", Unit.Name, "HEAD"),
        new("moved_in_on", Unit.Date, "2012-04-01"),
        new("moved_from", Unit.MunicipalityCode, "131024"),
        new("moved_out_on", Unit.Date, "2026-03-25"),
        new("moved_to", Unit.MunicipalityCode, "271004"),
        new("moved_abroad", Unit.YesNo, "false"),
        new("members.relationship", Unit.Name, "SPOUSE"),
        new("members.birth_year", Unit.Year, "1984"),
        new("members.moved_in_on", Unit.Date, "2012-04-01"),
        new("members.moved_out_on", Unit.Date, "2026-03-25"),
    ],
    [
        new("in-before-out", "moved_in_on is before moved_out_on", (_, told) => Before(told.MovedInOn, told.MovedOutOn)),
        new("out-has-day", "moved_to and moved_abroad go with moved_out_on", (_, told) => told.MovedOutOn.Length > 0 || told.MovedTo.Length == 0 && !told.MovedAbroad),
        new("abroad-or-to", "whoever moved abroad has no moved_to", (_, told) => !told.MovedAbroad || told.MovedTo.Length == 0),
        new("one-head", "a household has one HEAD at most, the person asked about included",
            (_, told) => told.Members.Count(one => one.Relationship == Relationship.Head) + (told.Relationship == Relationship.Head ? 1 : 0) <= 1),
        new("members-in-before-out", "of each member moved_in_on is before moved_out_on", (_, told) => told.Members.All(one => Before(one.MovedInOn, one.MovedOutOn))),
    ]);

    public static RecordMeaning Benefits { get; } = RecordMeaning.Of<BenefitsQuestion, Benefits>("1.0",
    [
        new("month", Unit.Month, "2026-10"),
        new("welfare_started_on", Unit.Date, "2024-02-01"),
        new("welfare_ended_on", Unit.Date, "2026-09-30"),
        new("aids.kind", Unit.Name, "LIVELIHOOD"),
        new("aids.amount", Unit.Yen, "76000"),
        new("welfare_monthly_total", Unit.Yen, "122000"),
        new("disability_certificate_number", Unit.Code, "13-104-0221"),
        new("disability_grade", Unit.Grade, "3"),
        new("disability_certificate_expires_on", Unit.Date, "2028-03-31"),
        new("child_allowance_month", Unit.Month, "2026-10"),
        new("child_allowance_amount", Unit.Yen, "15000"),
    ],
    [
        new("month-asked", "month is the one that was asked for", (asked, told) => told.Month.Length == 0 || told.Month == asked.Month),
        new("start-before-end", "welfare_started_on is not after welfare_ended_on", (_, told) => NotAfter(told.WelfareStartedOn, told.WelfareEndedOn)),
        new("aid-has-start", "aids go with welfare_started_on", (_, told) => told.Aids.Count == 0 || told.WelfareStartedOn.Length > 0),
        new("aid-kind-said", "the kind of each aid is said", (_, told) => told.Aids.All(aid => aid.Kind != WelfareAidKind.Unspecified)),
        new("aid-total", "the amounts of aids add up to welfare_monthly_total",
            (_, told) => AddsUp(told.HasWelfareMonthlyTotal ? told.WelfareMonthlyTotal : null, told.Aids.Select(aid => aid.HasAmount ? (long?)aid.Amount : null))),
    ]);
}
