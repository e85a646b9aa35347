using System.Globalization;
using Dapper;
using Exchange.Sandbox.Residents;

namespace Exchange.Sandbox.Files.Records;

/// <summary>The tax agency's database: taxpayers, income, addresses, and what employers reported.</summary>
static class TaxRecords
{
    static readonly int[] taxYears = [2024, 2025];

    static readonly string[] payers = ["7123456789012", "4011001098993"];

    public static void Write(string path, IReadOnlyList<Resident> residents) => AgencyRecords.InDatabase(path, (connection, transaction) =>
    {
        connection.Execute("""
            CREATE TABLE taxpayer (taxpayer_no TEXT PRIMARY KEY, my_number TEXT NOT NULL, born_on TEXT);
            CREATE TABLE income (taxpayer_no TEXT, tax_year INTEGER, state TEXT, total INTEGER, taxable INTEGER, deductions INTEGER, basic INTEGER,
                social_insurance INTEGER, dependants INTEGER, levy_municipal INTEGER, levy_prefectural INTEGER, municipality TEXT, assessed_on TEXT,
                updated_at TEXT, PRIMARY KEY (taxpayer_no, tax_year)) WITHOUT ROWID;
            CREATE TABLE address (taxpayer_no TEXT, since TEXT, until TEXT, municipality TEXT);
            CREATE INDEX address_by_taxpayer ON address (taxpayer_no);
            CREATE TABLE employment (taxpayer_no TEXT, tax_year INTEGER, total INTEGER, updated_at TEXT, PRIMARY KEY (taxpayer_no, tax_year)) WITHOUT ROWID;
            CREATE TABLE statement (taxpayer_no TEXT, tax_year INTEGER, payer TEXT, since TEXT, until TEXT, paid INTEGER, income INTEGER, insurance INTEGER, withheld INTEGER);
            CREATE INDEX statement_by_taxpayer ON statement (taxpayer_no, tax_year);
            """, transaction: transaction);
        connection.Execute("INSERT INTO taxpayer VALUES (@TaxKey, @Number, @Born)", residents.Select(one => new { one.TaxKey, one.Number, Born = $"{one.BornOn:yyyy-MM-dd}" }), transaction);
        connection.Execute("""
            INSERT INTO income VALUES (@TaxKey, @Year, @State, @Total, @Taxable, @Deductions, @Basic, @Insurance, @Dependants, @Municipal, @Prefectural, @Municipality, @AssessedOn, @UpdatedAt)
            """, residents.SelectMany(one => taxYears, (one, year) => new
        {
            one.TaxKey,
            Year = year,
            State = one.State.ToString(),
            Total = AgencyRecords.Known(one, one.TotalIncome),
            Taxable = AgencyRecords.Known(one, one.TaxableIncome),
            Deductions = AgencyRecords.Known(one, one.Deductions),
            Basic = AgencyRecords.Known(one, 430_000),
            Insurance = AgencyRecords.Known(one, one.Deductions - 430_000),
            Dependants = one.State is 'U' or 'P' ? (int?)null : one.Dependants,
            Municipal = AgencyRecords.Known(one, one.MunicipalLevy),
            Prefectural = AgencyRecords.Known(one, one.PrefecturalLevy),
            Municipality = one.Town["jp.mun.".Length..],
            AssessedOn = one.State is 'A' or 'E' ? string.Create(CultureInfo.InvariantCulture, $"{year + 1}-06-01") : null,
            UpdatedAt = Updated(year),
        }), transaction);
        connection.Execute("INSERT INTO address VALUES (@Person, @Since, @Until, @Municipality)", residents.SelectMany(one => Addresses.Of(one, one.TaxKey)), transaction);
        connection.Execute("INSERT INTO employment VALUES (@TaxKey, @Year, @TotalIncome, @UpdatedAt)",
            residents.Where(one => one.IsEmployed).SelectMany(one => taxYears, (one, year) => new { one.TaxKey, Year = year, one.TotalIncome, UpdatedAt = Updated(year) }), transaction);
        connection.Execute("INSERT INTO statement VALUES (@TaxKey, @Year, @Payer, @Since, NULL, @TotalIncome, @Income, @Insurance, @Withheld)",
            residents.Where(one => one.IsEmployed).SelectMany(one => taxYears, (one, year) => new
            {
                one.TaxKey,
                Year = year,
                Payer = payers[one.Index % payers.Length],
                Since = "2015-04-01",
                one.TotalIncome,
                Income = Math.Max(0, one.TotalIncome - 550_000),
                Insurance = one.Deductions - 430_000,
                Withheld = one.TaxableIncome / 20 / 100 * 100,
            }), transaction);
    });

    static string Updated(int year) => string.Create(CultureInfo.InvariantCulture, $"{year + 1}-06-01T09:00:00");

    public const string Mapping = """
        # Where the tax agency's records are.
        people: { source: sqlite, file: records/income.db, table: taxpayer, key: taxpayer_no, number: my_number }
        residences: { source: sqlite, file: records/income.db, table: address, key: taxpayer_no, from: since, until: until, municipality: municipality, abroad: abroad }
        identities: { source: sqlite, file: records/income.db, table: taxpayer, key: taxpayer_no, fields: { birth_date: born_on } }
        data_sets:
          tax.income.v1:
            source: sqlite
            file: records/income.db
            table: income
            key: taxpayer_no
            match: { year: tax_year }
            fields:
              year: tax_year
              assessment_state: { column: state, values: { A: ASSESSED, E: EXEMPT, U: UNDECLARED, P: NOT_YET_ASSESSED } }
              total_income: total
              taxable_income: taxable
              total_deductions: deductions
              basic_deduction: basic
              social_insurance_deduction: social_insurance
              dependants: dependants
              municipal_income_levy: levy_municipal
              prefectural_income_levy: levy_prefectural
              taxing_municipality: municipality
              assessed_on: assessed_on
            as_of: { column: updated_at }
          tax.employment.v1:
            source: sqlite
            file: records/income.db
            table: employment
            key: taxpayer_no
            match: { year: tax_year }
            fields: { year: tax_year, total_paid: total }
            lists:
              statements:
                table: statement
                key: taxpayer_no
                match: { year: tax_year }
                order: since
                fields:
                  payer_corporate_number: payer
                  employed_from: since
                  employed_until: until
                  paid: paid
                  income: income
                  social_insurance_deducted: insurance
                  withheld_tax: withheld
            as_of: { column: updated_at }

        """;
}
