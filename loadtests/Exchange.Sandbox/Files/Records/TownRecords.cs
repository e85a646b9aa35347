using Dapper;
using Exchange.Sandbox.Residents;

namespace Exchange.Sandbox.Files.Records;

/// <summary>A town's database: residents, their tax, households, moves and benefits.</summary>
static class TownRecords
{
    static readonly int[] fiscalYears = [2025, 2026];

    public static void Write(string path, IReadOnlyList<Resident> residents, string town) => AgencyRecords.InDatabase(path, (connection, transaction) =>
    {
        connection.Execute("""
            CREATE TABLE resident (resident_no TEXT PRIMARY KEY, my_number TEXT NOT NULL);
            CREATE TABLE resident_tax (resident_no TEXT, fiscal_year INTEGER, state TEXT, total INTEGER, taxable INTEGER, levy_municipal INTEGER, levy_prefectural INTEGER,
                head_municipal INTEGER, head_prefectural INTEGER, levy_total INTEGER, dependants INTEGER, PRIMARY KEY (resident_no, fiscal_year)) WITHOUT ROWID;
            CREATE TABLE household (resident_no TEXT PRIMARY KEY, relationship TEXT, moved_in_on TEXT, moved_from TEXT, moved_out_on TEXT, moved_to TEXT) WITHOUT ROWID;
            CREATE TABLE household_member (resident_no TEXT, place INTEGER, relationship TEXT, birth_year INTEGER, moved_in_on TEXT);
            CREATE INDEX member_by_resident ON household_member (resident_no);
            CREATE TABLE move (resident_no TEXT, moved_in_on TEXT, moved_out_on TEXT, municipality TEXT);
            CREATE INDEX move_by_resident ON move (resident_no);
            CREATE TABLE benefit (resident_no TEXT, month TEXT, welfare_since TEXT, welfare_total INTEGER, allowance INTEGER, PRIMARY KEY (resident_no, month)) WITHOUT ROWID;
            CREATE TABLE welfare_aid (resident_no TEXT, month TEXT, kind TEXT, amount INTEGER);
            CREATE INDEX aid_by_resident ON welfare_aid (resident_no, month);
            """, transaction: transaction);
        connection.Execute("INSERT INTO resident VALUES (@TownKey, @Number)", residents, transaction);
        connection.Execute("INSERT INTO resident_tax VALUES (@TownKey, @Year, @State, @Total, @Taxable, @Municipal, @Prefectural, 3000, 1000, @Levy, @Dependants)",
            // Whoever came later is taxed by the town of 1 January.
            residents.Where(one => one.MovedTo is null).SelectMany(one => fiscalYears, (one, year) => new
            {
                one.TownKey,
                Year = year,
                State = one.State.ToString(),
                Total = AgencyRecords.Known(one, one.TotalIncome),
                Taxable = AgencyRecords.Known(one, one.TaxableIncome),
                Municipal = AgencyRecords.Known(one, one.MunicipalLevy),
                Prefectural = AgencyRecords.Known(one, one.PrefecturalLevy),
                Levy = AgencyRecords.Known(one, one.MunicipalLevy + one.PrefecturalLevy + 4000),
                one.Dependants,
            }), transaction);
        connection.Execute("INSERT INTO household VALUES (@Person, @Relationship, @MovedInOn, @MovedFrom, @MovedOutOn, @MovedTo)", residents.Select(one => HouseholdRow.Of(one, town)), transaction);
        connection.Execute("INSERT INTO household_member VALUES (@Person, @Place, @Relationship, @BirthYear, @MovedInOn)", MemberRow.Of(residents, town), transaction);
        connection.Execute("INSERT INTO move VALUES (@Person, @Since, @Until, @Municipality)", residents.SelectMany(one => Addresses.Of(one, one.TownKey)), transaction);
        connection.Execute("INSERT INTO benefit VALUES (@TownKey, '2026-10', '2024-02-01', 122000, NULL)", residents.Where(BenefitRow.DrawsWelfare), transaction);
        connection.Execute("INSERT INTO welfare_aid VALUES (@TownKey, '2026-10', @Kind, @Amount)", residents.Where(BenefitRow.DrawsWelfare).SelectMany(one => BenefitRow.Aids, (one, aid) => new { one.TownKey, aid.Kind, aid.Amount }), transaction);
    });

    public const string Mapping = """
        # Where the town's records are.
        people: { source: sqlite, file: records/town.db, table: resident, key: resident_no, number: my_number }
        residences: { source: sqlite, file: records/town.db, table: move, key: resident_no, from: moved_in_on, until: moved_out_on, municipality: municipality, abroad: abroad }
        data_sets:
          municipality.resident-tax.v1:
            source: sqlite
            file: records/town.db
            table: resident_tax
            key: resident_no
            match: { fiscal_year: fiscal_year }
            fields:
              fiscal_year: fiscal_year
              assessment_state: { column: state, values: { A: ASSESSED, E: EXEMPT, U: UNDECLARED, P: NOT_YET_ASSESSED } }
              total_income: total
              taxable_income: taxable
              municipal_income_levy: levy_municipal
              prefectural_income_levy: levy_prefectural
              municipal_per_capita_levy: head_municipal
              prefectural_per_capita_levy: head_prefectural
              total_levy: levy_total
              dependants: dependants
            as_of: file_time
          municipality.household.v1:
            source: sqlite
            file: records/town.db
            table: household
            key: resident_no
            fields:
              relationship: relationship
              moved_in_on: moved_in_on
              moved_from: moved_from
              moved_out_on: moved_out_on
              moved_to: moved_to
            lists:
              members:
                table: household_member
                key: resident_no
                order: place
                fields: { relationship: relationship, birth_year: birth_year, moved_in_on: moved_in_on }
            as_of: file_time
          municipality.benefits.v1:
            source: sqlite
            file: records/town.db
            table: benefit
            key: resident_no
            match: { month: month }
            fields: { month: month, welfare_started_on: welfare_since, welfare_monthly_total: welfare_total, child_allowance_amount: allowance }
            lists:
              aids:
                table: welfare_aid
                key: resident_no
                match: { month: month }
                fields: { kind: kind, amount: amount }
            as_of: file_time

        """;
}
