namespace Exchange.Sandbox.Files;

/// <summary>What an agency of each kind lets its own systems ask, and what it releases to others.</summary>
static class AgencyRules
{
    /// <summary>Rows of <c>may_ask</c> in callers.yaml, indented by six.</summary>
    public static string MayAsk(string kind) => kind switch
    {
        "tax" => """
                  - { task: income-assessment, data_sets: [pension.payments.v1, municipality.household.v1] }
            """,
        "pension" => """
                  - { task: record-linking, data_sets: [municipality.household.v1, tax.employment.v1] }
                  - { task: premium-exemption, data_sets: [tax.income.v1, municipality.resident-tax.v1] }
            """,
        _ => """
                  - { task: benefit-eligibility, data_sets: [tax.income.v1, pension.payments.v1, municipality.resident-tax.v1, municipality.household.v1] }
                  - { task: child-allowance, data_sets: [municipality.resident-tax.v1] }
                  - { task: price-relief, data_sets: [tax.income.v1] }
                  - { task: parking-permit, data_sets: [tax.income.v1] }
                  - { task: access-to-own-records, data_sets: [tax.history.v1, pension.history.v1, municipality.history.v1] }
            """,
    };

    public static string Allows(string kind) => kind switch { "tax" => Tax, "pension" => Pension, _ => Town };

    const string Tax = """
        # What this agency releases, whatever the hub grants.
        allow:
          - requester: jp.mun.*
            task: benefit-eligibility
            data_set: tax.income.v1
            fields: [year, assessment_state, total_income, taxable_income, total_deductions, dependants, municipal_income_levy, prefectural_income_levy]
          - requester: jp.mun.*
            task: price-relief
            data_set: tax.income.v1
            predicates:
              - { name: low-income, version: "2025-10", test: total_income < 1500000 }
              - { name: levy-exempt, version: "2025", test: municipal_income_levy = 0 and prefectural_income_levy = 0 }
          - requester: jp.pension
            task: premium-exemption
            data_set: tax.income.v1
            fields: [year, assessment_state, total_income, dependants]
          - requester: jp.pension
            task: record-linking
            data_set: tax.employment.v1
            fields: [year, statements]
          - requester: jp.mun.*
            task: access-to-own-records
            data_set: tax.history.v1
            fields: [entries, has_older]

        """;

    const string Pension = """
        # What this agency releases, whatever the hub grants.
        allow:
          - requester: jp.mun.*
            task: benefit-eligibility
            data_set: pension.payments.v1
            fields: [year, kind, total_paid]
          - requester: jp.tax
            task: income-assessment
            data_set: pension.payments.v1
            fields: [year, kind, payments, total_paid]
          - requester: jp.mun.*
            task: access-to-own-records
            data_set: pension.history.v1
            fields: [entries, has_older]

        """;

    const string Town = """
        # What this town releases, whatever the hub grants.
        allow:
          - requester: jp.mun.*
            task: benefit-eligibility
            data_set: municipality.resident-tax.v1
            fields: [fiscal_year, assessment_state, total_income, taxable_income, municipal_income_levy, prefectural_income_levy, dependants]
          - requester: jp.mun.*
            task: benefit-eligibility
            data_set: municipality.household.v1
            fields: [relationship, moved_in_on, moved_out_on, members]
          - requester: jp.mun.*
            task: child-allowance
            data_set: municipality.resident-tax.v1
            fields: [fiscal_year, assessment_state, total_income, dependants]
          - requester: jp.pension
            task: premium-exemption
            data_set: municipality.resident-tax.v1
            fields: [fiscal_year, assessment_state, total_income, dependants]
          - requester: jp.pension
            task: record-linking
            data_set: municipality.household.v1
            fields: [moved_in_on, moved_out_on, moved_to, moved_abroad, members]
          - requester: jp.tax
            task: income-assessment
            data_set: municipality.household.v1
            fields: [members]
          - requester: jp.mun.*
            task: access-to-own-records
            data_set: municipality.history.v1
            fields: [entries, has_older]

        """;
}
