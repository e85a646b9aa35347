using System.Globalization;
using Dapper;
using Exchange.Sandbox.Residents;

namespace Exchange.Sandbox.Files.Records;

/// <summary>The pension service's database: the insured, their periods, and what was paid to those who draw a pension.</summary>
static class PensionRecords
{
    static readonly int[] years = [2024, 2025];

    public static void Write(string path, IReadOnlyList<Resident> residents) => AgencyRecords.InDatabase(path, (connection, transaction) =>
    {
        connection.Execute("""
            CREATE TABLE insured (person_no TEXT PRIMARY KEY, my_number TEXT NOT NULL, category INTEGER, contributed INTEGER, exempted INTEGER, unpaid INTEGER, updated_at TEXT);
            CREATE TABLE period (person_no TEXT, category INTEGER, since TEXT, until TEXT, state TEXT, remuneration INTEGER);
            CREATE INDEX period_by_person ON period (person_no);
            CREATE TABLE address (person_no TEXT, since TEXT, until TEXT, municipality TEXT);
            CREATE INDEX address_by_person ON address (person_no);
            CREATE TABLE pension (person_no TEXT, pay_year INTEGER, code TEXT, kind TEXT, decided TEXT, entitled TEXT, first_paid TEXT, basic INTEGER, additional INTEGER,
                employee INTEGER, suspended_basic INTEGER, suspended_employee INTEGER, spouse INTEGER, child INTEGER, total INTEGER, updated_at TEXT,
                PRIMARY KEY (person_no, pay_year)) WITHOUT ROWID;
            CREATE TABLE change (person_no TEXT, pay_year INTEGER, changed_on TEXT, reason TEXT);
            CREATE INDEX change_by_person ON change (person_no, pay_year);
            CREATE TABLE payment (person_no TEXT, pay_year INTEGER, paid_on TEXT, amount INTEGER, tax INTEGER, care INTEGER, health INTEGER, elderly INTEGER, resident_tax INTEGER);
            CREATE INDEX payment_by_person ON payment (person_no, pay_year);
            """, transaction: transaction);
        connection.Execute("INSERT INTO insured VALUES (@PensionKey, @Number, @Category, 240, 12, 0, '2026-10-01T06:00:00')",
            residents.Select(one => new { one.PensionKey, one.Number, Category = one.IsEmployed ? 2 : 1 }), transaction);
        connection.Execute("INSERT INTO period VALUES (@PensionKey, @Category, @Since, @Until, @State, @Remuneration)", residents.SelectMany(Periods), transaction);
        connection.Execute("INSERT INTO address VALUES (@Person, @Since, @Until, @Municipality)", residents.SelectMany(one => Addresses.WithDoubt(one, one.PensionKey)), transaction);

        var drawing = residents.Where(one => one.DrawsPension).SelectMany(one => years, (one, year) => (Resident: one, Year: year)).ToArray();
        connection.Execute("""
            INSERT INTO pension VALUES (@PensionKey, @Year, @Code, @Kind, '2019-06-10', '2019-05-01', '2019-06-14', @Basic, 0, @Employee, 0, 0, 0, 0, @Total, '2026-10-15T06:00:00')
            """, drawing.Select(one => new
        {
            one.Resident.PensionKey,
            one.Year,
            Code = one.Resident.PensionKind switch { 'O' => "1150", 'D' => "1350", _ => "1450" },
            Kind = one.Resident.PensionKind.ToString(),
            Basic = 780_000,
            Employee = 6 * one.Resident.MonthlyPension * 2 - 780_000,
            Total = 6 * one.Resident.MonthlyPension * 2,
        }), transaction);
        connection.Execute("INSERT INTO change VALUES (@PensionKey, @Year, @On, 'R')",
            drawing.Select(one => new { one.Resident.PensionKey, one.Year, On = string.Create(CultureInfo.InvariantCulture, $"{one.Year}-04-01") }), transaction);
        connection.Execute("INSERT INTO payment VALUES (@PensionKey, @Year, @On, @Amount, @Tax, 6000, 0, 0, 0)",
            drawing.SelectMany(one => Enumerable.Range(1, 6), (one, n) => new
            {
                one.Resident.PensionKey,
                one.Year,
                On = string.Create(CultureInfo.InvariantCulture, $"{one.Year}-{2 * n:00}-15"),
                Amount = 2 * one.Resident.MonthlyPension,
                Tax = one.Resident.PensionKind == 'O' ? 1_500 : 0,
            }), transaction);
    });

    /// <summary>Everybody began as a student; some employed people's second period was never entered.</summary>
    static IEnumerable<object> Periods(Resident one)
    {
        yield return new { one.PensionKey, Category = 1, Since = "2008-04-01", Until = one.IsEmployed ? "2015-04-01" : (string?)null, State = "P", Remuneration = (long?)null };
        if (one.IsEmployed && !one.IsUnenrolled)
            yield return new { one.PensionKey, Category = 2, Since = "2015-04-01", Until = (string?)null, State = "P", Remuneration = (long?)(one.TotalIncome / 12 / 1000 * 1000) };
    }

    public const string Mapping = """
        # Where the pension service's records are.
        people: { source: sqlite, file: records/pension.db, table: insured, key: person_no, number: my_number }
        residences: { source: sqlite, file: records/pension.db, table: address, key: person_no, from: since, until: until, municipality: municipality, abroad: abroad }
        data_sets:
          pension.payments.v1:
            source: sqlite
            file: records/pension.db
            table: pension
            key: person_no
            match: { year: pay_year }
            fields:
              year: pay_year
              pension_code: code
              kind: { column: kind, values: { O: OLD_AGE, D: DISABILITY, S: SURVIVORS } }
              decided_on: decided
              entitled_on: entitled
              first_paid_on: first_paid
              basic_amount: basic
              additional_amount: additional
              employee_amount: employee
              suspended_basic_amount: suspended_basic
              suspended_employee_amount: suspended_employee
              spouse_supplement: spouse
              child_supplement: child
              total_paid: total
            lists:
              changes:
                table: change
                key: person_no
                match: { year: pay_year }
                order: changed_on desc
                fields:
                  changed_on: changed_on
                  reason: { column: reason, values: { R: YEARLY_REVISION, S: SUSPENDED_FOR_EARNINGS } }
              payments:
                table: payment
                key: person_no
                match: { year: pay_year }
                order: paid_on
                fields:
                  paid_on: paid_on
                  amount: amount
                  withheld_tax: tax
                  withheld_care_premium: care
                  withheld_health_premium: health
                  withheld_elderly_premium: elderly
                  withheld_resident_tax: resident_tax
            as_of: { column: updated_at }
          pension.enrolment.v1:
            source: sqlite
            file: records/pension.db
            table: insured
            key: person_no
            fields:
              category: { column: category, values: { 1: FIRST, 2: SECOND, 3: THIRD } }
              contributed_months: contributed
              exempted_months: exempted
              unpaid_months: unpaid
            lists:
              periods:
                table: period
                key: person_no
                order: since
                fields:
                  category: { column: category, values: { 1: FIRST, 2: SECOND, 3: THIRD } }
                  from: since
                  until: until
                  contributions: { column: state, values: { P: PAID, U: UNPAID, E: EXEMPT } }
                  standard_remuneration: remuneration
            as_of: { column: updated_at }

        """;
}
