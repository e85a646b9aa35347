namespace Exchange.Sandbox.Files;

/// <summary>The policy matrix of an exchange on this machine.</summary>
static class MatrixRows
{
    public const string Text = """
        # Who may ask whom for what, and by which law. No row, no exchange.
        rows:
          - requester: municipality
            task: benefit-eligibility
            provider: tax
            data_set: tax.income.v1
            fields: [year, assessment_state, total_income, taxable_income, total_deductions, dependants, municipal_income_levy, prefectural_income_levy]
            condition: none
            legal_basis: Number Act article 19 (8), benefit eligibility
            valid_from: 2025-01-01
          - requester: municipality
            task: benefit-eligibility
            provider: pension
            data_set: pension.payments.v1
            fields: [year, kind, total_paid]
            condition: none
            legal_basis: Number Act article 19 (8), benefit eligibility
            valid_from: 2025-01-01
          - requester: municipality
            task: benefit-eligibility
            provider: municipality
            data_set: municipality.resident-tax.v1
            fields: [fiscal_year, assessment_state, total_income, taxable_income, municipal_income_levy, prefectural_income_levy, dependants]
            condition: none
            legal_basis: Number Act article 19 (8), benefit eligibility
            valid_from: 2025-01-01
          - requester: municipality
            task: benefit-eligibility
            provider: municipality
            data_set: municipality.household.v1
            fields: [relationship, moved_in_on, moved_out_on, members]
            condition: none
            legal_basis: Number Act article 19 (8), benefit eligibility
            valid_from: 2025-01-01
          - requester: municipality
            task: child-allowance
            provider: municipality
            data_set: municipality.resident-tax.v1
            fields: [fiscal_year, assessment_state, total_income, dependants]
            condition: none
            legal_basis: Number Act article 19 (8), child allowance
            valid_from: 2025-01-01
          - requester: municipality
            task: price-relief
            provider: tax
            data_set: tax.income.v1
            predicates:
              - { name: low-income, version: "2025-10", test: total_income < 1500000 }
              - { name: levy-exempt, version: "2025", test: municipal_income_levy = 0 and prefectural_income_levy = 0 }
            condition: none
            legal_basis: Number Act article 19 (8), relief from rising prices
            valid_from: 2025-10-01
          - requester: pension
            task: premium-exemption
            provider: municipality
            data_set: municipality.resident-tax.v1
            fields: [fiscal_year, assessment_state, total_income, dependants]
            condition: none
            legal_basis: Number Act article 19 (8), exemption from premiums (National Pension Act article 90)
            valid_from: 2025-01-01
          - requester: pension
            task: premium-exemption
            provider: tax
            data_set: tax.income.v1
            fields: [year, assessment_state, total_income, dependants]
            condition: none
            legal_basis: Number Act article 19 (8), exemption from premiums (National Pension Act article 90)
            valid_from: 2025-01-01
          - requester: pension
            task: record-linking
            provider: municipality
            data_set: municipality.household.v1
            fields: [moved_in_on, moved_out_on, moved_to, moved_abroad, members]
            condition: none
            legal_basis: Number Act article 19 (8), records of insured persons (National Pension Act article 14)
            valid_from: 2025-04-01
          - requester: pension
            task: record-linking
            provider: tax
            data_set: tax.employment.v1
            fields: [year, statements]
            condition: none
            legal_basis: Number Act article 19 (8), records of insured persons (National Pension Act article 14)
            valid_from: 2025-04-01
          - requester: tax
            task: income-assessment
            provider: pension
            data_set: pension.payments.v1
            fields: [year, kind, total_paid]
            condition: none
            legal_basis: Number Act article 19 (8), assessment of income tax, as until March 2026
            valid_from: 2025-01-01
            valid_until: 2026-03-31
          - requester: tax
            task: income-assessment
            provider: pension
            data_set: pension.payments.v1
            fields: [year, kind, payments, total_paid]
            condition: none
            legal_basis: Number Act article 19 (8), assessment of income tax
            valid_from: 2026-04-01
          - requester: tax
            task: income-assessment
            provider: municipality
            data_set: municipality.household.v1
            fields: [members]
            condition: none
            legal_basis: Number Act article 19 (8), assessment of income tax
            valid_from: 2025-01-01
          - requester: municipality
            task: access-to-own-records
            provider: tax
            data_set: tax.history.v1
            fields: [entries, has_older]
            condition: none
            legal_basis: Act on the Protection of Personal Information article 76, disclosure to the person
            valid_from: 2025-01-01
          - requester: municipality
            task: access-to-own-records
            provider: pension
            data_set: pension.history.v1
            fields: [entries, has_older]
            condition: none
            legal_basis: Act on the Protection of Personal Information article 76, disclosure to the person
            valid_from: 2025-01-01
          - requester: municipality
            task: access-to-own-records
            provider: municipality
            data_set: municipality.history.v1
            fields: [entries, has_older]
            condition: none
            legal_basis: Act on the Protection of Personal Information article 76, disclosure to the person
            valid_from: 2025-01-01

        """;
}
