using System.Globalization;
using System.Text;
using Dapper;
using Exchange.Sandbox.Residents;
using Microsoft.Data.Sqlite;

namespace Exchange.Sandbox.Files;

/// <summary>The agencies' records, each in the form such an agency has: a database here, a file in Shift_JIS there.</summary>
static class AgencyRecords
{
    static readonly int[] taxYears = [2024, 2025], fiscalYears = [2025, 2026];

    /// <summary>Written once: an agency's records are its own to change.</summary>
    public static void Write(AgencyFolder agency, IReadOnlyList<Resident> residents)
    {
        if (agency.Kind == "tax")
            WriteOnce(agency.Records("income.db"), path => WriteTax(path, residents));
        else if (agency.Id == ExchangePlan.Chiyoda)
        {
            WriteOnce(agency.Records("resident_tax.csv"), path => WriteCsv(path, residents));
            WriteOnce(agency.Records("people.csv"), path => WriteLines(path, residents.Select(one => $"{one.TownKey},{one.Number}").Prepend("宛名番号,個人番号")));
        }
        else
            WriteOnce(agency.Records("town.db"), path => WriteTown(path, residents));
    }

    static void WriteOnce(string path, Action<string> write)
    {
        if (File.Exists(path))
            return;
        // A start that is interrupted leaves no half-written records behind.
        write(path + ".new");
        File.Move(path + ".new", path);
    }

    static void WriteTax(string path, IReadOnlyList<Resident> residents) => InDatabase(path, (connection, transaction) =>
    {
        connection.Execute("""
            CREATE TABLE taxpayer (taxpayer_no TEXT PRIMARY KEY, my_number TEXT NOT NULL);
            CREATE TABLE income (taxpayer_no TEXT, tax_year INTEGER, state TEXT, total INTEGER, taxable INTEGER, deductions INTEGER, basic INTEGER,
                social_insurance INTEGER, dependants INTEGER, levy_municipal INTEGER, levy_prefectural INTEGER, municipality TEXT, assessed_on TEXT,
                updated_at TEXT, PRIMARY KEY (taxpayer_no, tax_year)) WITHOUT ROWID;
            """, transaction: transaction);
        connection.Execute("INSERT INTO taxpayer VALUES (@TaxKey, @Number)", residents, transaction);
        connection.Execute("""
            INSERT INTO income VALUES (@TaxKey, @Year, @State, @Total, @Taxable, @Deductions, @Basic, @Insurance, @Dependants, @Municipal, @Prefectural, @Municipality, @AssessedOn, @UpdatedAt)
            """, residents.SelectMany(one => taxYears, (one, year) => new
        {
            one.TaxKey,
            Year = year,
            State = one.State.ToString(),
            // Nobody declared anything, or nobody has looked at it: not known, which is not zero.
            Total = Known(one, one.TotalIncome),
            Taxable = Known(one, one.TaxableIncome),
            Deductions = Known(one, one.Deductions),
            Basic = Known(one, 430_000),
            Insurance = Known(one, one.Deductions - 430_000),
            Dependants = one.State is 'U' or 'P' ? (int?)null : one.Dependants,
            Municipal = Known(one, one.MunicipalLevy),
            Prefectural = Known(one, one.PrefecturalLevy),
            Municipality = one.Town["jp.mun.".Length..],
            AssessedOn = one.State is 'A' or 'E' ? string.Create(CultureInfo.InvariantCulture, $"{year + 1}-06-01") : null,
            UpdatedAt = string.Create(CultureInfo.InvariantCulture, $"{year + 1}-06-01T09:00:00"),
        }), transaction);
    });

    static void WriteTown(string path, IReadOnlyList<Resident> residents) => InDatabase(path, (connection, transaction) =>
    {
        connection.Execute("""
            CREATE TABLE resident (resident_no TEXT PRIMARY KEY, my_number TEXT NOT NULL);
            CREATE TABLE resident_tax (resident_no TEXT, fiscal_year INTEGER, state TEXT, total INTEGER, taxable INTEGER, levy_municipal INTEGER, levy_prefectural INTEGER,
                head_municipal INTEGER, head_prefectural INTEGER, levy_total INTEGER, dependants INTEGER, PRIMARY KEY (resident_no, fiscal_year)) WITHOUT ROWID;
            """, transaction: transaction);
        connection.Execute("INSERT INTO resident VALUES (@TownKey, @Number)", residents, transaction);
        connection.Execute("INSERT INTO resident_tax VALUES (@TownKey, @Year, @State, @Total, @Taxable, @Municipal, @Prefectural, 3000, 1000, @Levy, @Dependants)",
            // Whoever came later is taxed by the town of 1 January.
            residents.Where(one => one.MovedTo is null).SelectMany(one => fiscalYears, (one, year) => new
            {
                one.TownKey,
                Year = year,
                State = one.State.ToString(),
                Total = Known(one, one.TotalIncome),
                Taxable = Known(one, one.TaxableIncome),
                Municipal = Known(one, one.MunicipalLevy),
                Prefectural = Known(one, one.PrefecturalLevy),
                Levy = Known(one, one.MunicipalLevy + one.PrefecturalLevy + 4000),
                one.Dependants,
            }), transaction);
    });

    static void WriteCsv(string path, IReadOnlyList<Resident> residents) => WriteLines(path, residents
        .SelectMany(one => fiscalYears, (one, year) => string.Create(CultureInfo.InvariantCulture,
            $"{one.TownKey},{one.Name},{year},{StateName(one.State)},{Known(one, one.TotalIncome)},{Known(one, one.TaxableIncome)},{Known(one, one.MunicipalLevy)},{Known(one, one.PrefecturalLevy)},{one.Dependants}"))
        .Prepend("宛名番号,氏名,年度,課税区分,合計所得,課税標準,市町村民税所得割,道府県民税所得割,扶養人数"));

    static void WriteLines(string path, IEnumerable<string> lines)
    {
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        File.WriteAllLines(path, lines, Encoding.GetEncoding("shift_jis"));
    }

    static void InDatabase(string path, Action<SqliteConnection, SqliteTransaction> write)
    {
        File.Delete(path);
        using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ConnectionString);
        connection.Open();
        connection.Execute("PRAGMA journal_mode = WAL");
        using (var transaction = connection.BeginTransaction())
        {
            write(connection, transaction);
            transaction.Commit();
        }
        connection.Execute("PRAGMA wal_checkpoint(TRUNCATE); PRAGMA journal_mode = DELETE");
    }

    static long? Known(Resident one, long amount) => one.State is 'U' or 'P' ? null : amount;

    static string StateName(char state) => state switch { 'A' => "課税", 'E' => "非課税", 'U' => "未申告", _ => "未決定" };

    public const string TaxMapping = """
        # Where the tax agency's records are.
        people: { source: sqlite, file: records/income.db, table: taxpayer, key: taxpayer_no, number: my_number }
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

        """;

    public const string SqliteTownMapping = """
        # Where the town's records are.
        people: { source: sqlite, file: records/town.db, table: resident, key: resident_no, number: my_number }
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

        """;

    public const string CsvTownMapping = """
        # Where the town's records are: files of the tax office's system, in Shift_JIS.
        people: { source: csv, file: records/people.csv, encoding: shift_jis, key: 宛名番号, number: 個人番号 }
        data_sets:
          municipality.resident-tax.v1:
            source: csv
            file: records/resident_tax.csv
            encoding: shift_jis
            key: 宛名番号
            match: { fiscal_year: 年度 }
            fields:
              fiscal_year: 年度
              assessment_state: { column: 課税区分, values: { 課税: ASSESSED, 非課税: EXEMPT, 未申告: UNDECLARED, 未決定: NOT_YET_ASSESSED } }
              total_income: 合計所得
              taxable_income: 課税標準
              municipal_income_levy: 市町村民税所得割
              prefectural_income_levy: 道府県民税所得割
              dependants: 扶養人数
            as_of: file_time

        """;
}
