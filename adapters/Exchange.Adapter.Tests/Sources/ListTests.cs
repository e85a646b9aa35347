using Exchange.Adapter.Sources;
using Exchange.Adapter.Sources.Csv;
using Exchange.Adapter.Sources.Databases;
using Exchange.Hosting.Configuration;
using Microsoft.Extensions.Time.Testing;
using Records.Pension.V1;

namespace Exchange.Adapter.Tests.Sources;

public sealed class ListTests : IDisposable
{
    const string Sqlite = """
        data_sets:
          pension.payments.v1:
            source: sqlite
            file: pension.db
            table: pension_year
            key: person_no
            match: {year: pay_year}
            fields: {year: pay_year, pension_code: code}
            lists:
              payments:
                table: payment
                key: person_no
                match: {year: pay_year}
                order: paid_on
                most: 3
                fields: {paid_on: {column: paid_on, date: yyyyMMdd}, amount: {column: thousands, times: 1000}}
              changes:
                table: change
                key: person_no
                order: changed_on desc
                fields: {changed_on: changed_on, reason: {column: reason, values: {S: SUSPENDED_FOR_EARNINGS, Y: YEARLY_REVISION}}}
        """;

    const string Csv = """
        data_sets:
          pension.payments.v1:
            source: csv
            file: years.csv
            delimiter: ";"
            key: person
            match: {year: year}
            fields: {year: year, pension_code: code}
            lists:
              payments:
                file: payments.csv
                key: person
                match: {year: year}
                order: no
                most: 3
                fields: {paid_on: paid_on, amount: amount}
              changes:
                file: changes.csv
                delimiter: ","
                key: person
                order: changed_on desc
                fields: {changed_on: changed_on}
        """;

    readonly Income folder = new();
    readonly FakeTimeProvider clock = new(DateTimeOffset.Parse("2026-01-01T00:00:00Z", null));

    public ListTests()
    {
        folder.Sql("pension.db", """
            CREATE TABLE pension_year (person_no TEXT, pay_year INTEGER, code TEXT);
            CREATE TABLE payment (person_no TEXT, pay_year INTEGER, paid_on TEXT, thousands);
            CREATE TABLE change (person_no TEXT, changed_on TEXT, reason TEXT);
            INSERT INTO pension_year VALUES ('p1', 2025, '1150'), ('p2', 2025, '1150'), ('p3', 2025, '1150'), ('p4', 2025, '1150');
            INSERT INTO payment VALUES
              ('p1', 2025, '20250415', 20), ('p1', 2025, '20250214', NULL), ('p1', 2024, '20240415', 19),
              ('p3', 2025, '20250214', 1), ('p3', 2025, '20250415', 2), ('p3', 2025, '20250613', 3), ('p3', 2025, '20250815', 4),
              ('p4', 2025, '20250214', 'secret'), ('gone', 2025, '20250214', 1);
            INSERT INTO change VALUES ('p1', '2024-04-01', 'Y'), ('p1', '2025-04-01', 'S');
            """);
        folder.Write("years.csv", "person;year;code\np1;2025;1150\np2;2025;1150\np3;2025;1150\np4;2025;1150\n");
        folder.Write("payments.csv", "person;year;no;paid_on;amount\np1;2025;10;2025-10-15;3\np1;2025;9;2025-08-15;\np1;2024;1;2024-02-15;9\np3;2025;1;a;1\np3;2025;2;b;1\np3;2025;3;c;1\np3;2025;4;d;1\np4;2025;1;a;1\np4;2025;2;b;secret\n");
        folder.Write("changes.csv", "person,changed_on\np1,2024-04-01\np1,2025-04-01\n");
    }

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Rows_of_another_table_become_the_elements_of_a_list_in_the_order_wanted()
    {
        await using var source = folder.Open(Sqlite);
        Assert.Equal(new Payments
        {
            Year = 2025,
            PensionCode = "1150",
            Payments_ = { new Payment { PaidOn = "2025-02-14" }, new Payment { PaidOn = "2025-04-15", Amount = 20_000 } },
            Changes =
            {
                new AmountChange { ChangedOn = "2025-04-01", Reason = AmountChangeReason.SuspendedForEarnings },
                new AmountChange { ChangedOn = "2024-04-01", Reason = AmountChangeReason.YearlyRevision },
            },
        }, await Find(source, "p1"));
    }

    [Fact]
    public async Task Rows_of_other_files_become_the_elements_of_lists_numbers_sorted_as_numbers()
    {
        await using var source = OpenCsv();
        Assert.Equal(new Payments
        {
            Year = 2025,
            PensionCode = "1150",
            Payments_ = { new Payment { PaidOn = "2025-08-15" }, new Payment { PaidOn = "2025-10-15", Amount = 3 } },
            Changes = { new AmountChange { ChangedOn = "2025-04-01" }, new AmountChange { ChangedOn = "2024-04-01" } },
        }, await Find(source, "p1"));
    }

    [Theory]
    [InlineData(Sqlite)]
    [InlineData(Csv)]
    public async Task The_row_of_the_record_decides_whether_there_is_one_and_its_lists_may_be_empty(string mapping)
    {
        await using var source = folder.Open(mapping);
        Assert.Equal(new Payments { Year = 2025, PensionCode = "1150" }, await Find(source, "p2"));
        Assert.Null(await Find(source, "gone"));
    }

    [Theory]
    [InlineData(Sqlite)]
    [InlineData(Csv)]
    public async Task More_rows_than_the_bound_are_an_error_and_never_a_shorter_list(string mapping)
    {
        await using var source = folder.Open(mapping);
        var e = await Assert.ThrowsAsync<SourceException>(async () => await Find(source, "p3"));
        Assert.Contains("list 'payments' has more than 3 rows", e.Message, StringComparison.Ordinal);
        await using var wider = folder.Open(mapping.Replace("most: 3", "most: 4", StringComparison.Ordinal));
        Assert.Equal(4, (await Find(wider, "p3"))!.Payments_.Count);
    }

    [Theory]
    [InlineData(Sqlite, "list 'payments', row 1 of the result: column 'thousands'")]
    [InlineData(Csv, "payments.csv: line 10 cannot be used")]
    public async Task A_row_that_does_not_fit_is_an_error_and_never_left_out(string mapping, string where)
    {
        await using var source = folder.Open(mapping);
        var e = await Assert.ThrowsAsync<SourceException>(async () => await Find(source, "p4"));
        Assert.Contains(where, e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", e.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("p4", e.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bad_rows_of_a_list_are_listed_beside_its_own_file()
    {
        await using var source = OpenCsv();
        Assert.Contains("10,amount,", File.ReadAllText(folder.PathOf("payments.csv.bad.csv")), StringComparison.Ordinal);
        Assert.False(File.Exists(folder.PathOf("years.csv.bad.csv")));
    }

    [Fact]
    public async Task A_query_gives_the_rows_of_a_list_and_is_held_to_the_bound_too()
    {
        const string Table = """
                table: payment
                key: person_no
                match: {year: pay_year}
                order: paid_on
        """;
        var mapping = Sqlite.Replace(Table, "        query: SELECT paid_on, thousands FROM payment WHERE person_no = @person AND pay_year <= @question_year ORDER BY paid_on DESC", StringComparison.Ordinal);
        Assert.NotEqual(Sqlite, mapping);
        await using var source = folder.Open(mapping);
        Assert.Equal(["2025-04-15", "2025-02-14", "2024-04-15"], (await Find(source, "p1"))!.Payments_.Select(one => one.PaidOn));
        await Assert.ThrowsAsync<SourceException>(async () => await Find(source, "p3"));
    }

    [Theory]
    [InlineData(Sqlite)]
    [InlineData(Csv)]
    public async Task The_revision_of_content_covers_the_lists(string mapping)
    {
        await using var source = folder.Open(mapping, new SourceSettings { Time = clock });
        var before = await source.Find("p1", new PaymentsQuestion { Year = 2025 }, default);
        Assert.Equal(before!.Revision, (await source.Find("p1", new PaymentsQuestion { Year = 2025 }, default))!.Revision);
        folder.Sql("pension.db", "UPDATE payment SET thousands = 21 WHERE thousands = 20");
        folder.Write("payments.csv", "person;year;no;paid_on;amount\np1;2025;10;2025-10-15;4\n");
        if (source is CsvSource csv)
        {
            await csv.Poll();
            await csv.Poll();
        }
        Assert.NotEqual(before.Revision, (await source.Find("p1", new PaymentsQuestion { Year = 2025 }, default))!.Revision);
    }

    [Theory]
    [InlineData("years.csv")]
    [InlineData("payments.csv")]
    [InlineData("changes.csv")]
    public async Task A_change_of_any_of_the_files_is_told(string changed)
    {
        await using var source = OpenCsv();
        var changes = 0;
        source.Changed += person => changes += person is null ? 1 : 100;
        File.AppendAllText(folder.PathOf(changed), changed == "changes.csv" ? "p2,2025-04-01\n" : changed == "years.csv" ? "p5;2025;1\n" : "p5;2025;1;a;1\n");
        await source.Poll();
        Assert.Equal(0, changes);
        Assert.True(await source.Poll());
        Assert.Equal(1, changes);
    }

    [Fact]
    public async Task Record_and_lists_are_read_in_one_snapshot()
    {
        folder.Sql("pension.db", "PRAGMA journal_mode=WAL");
        await using var database = new SqliteDatabase(folder.PathOf("pension.db"), "test", SourceLimits.Default, new QueryGate(), TimeProvider.System);
        Statement[] statements = [new("SELECT count(*) FROM payment", [], false), new("SELECT count(*) FROM payment", [], false)];
        var counts = await database.Read<long[]>(statements, "p1", null, async (next, _) =>
        {
            var before = await Count(next);
            folder.Sql("pension.db", "DELETE FROM payment");
            return [before, await Count(next)];
        }, default);
        Assert.Equal([9, 9], counts!);

        static async Task<long> Count(NextRows next)
        {
            var reader = await next();
            await reader.ReadAsync();
            return reader.GetInt64(0);
        }
    }

    [Fact]
    public void Every_mistake_of_a_list_is_told_at_once_with_its_line()
    {
        var problems = Problems("""
            data_sets:
              pension.payments.v1:
                source: sqlite
                file: pension.db
                table: pension_year
                key: person_no
                fields: {year: pay_year, payments: code}
                lists:
                  paymnts: {table: payment}
                  year: {table: payment}
                  payments:
                    table: payment
                    key: person_no
                    match: {yaer: pay_year}
                    order: paid_on; DROP TABLE payment
                    most: 0
                    fields: {amuont: thousands}
                    file: payments.csv
                  changes:
                    query: SELECT 1
                    order: changed_on
                    fields: {}
            """);
        Assert.Contains(problems, one => one.Line == 7 && one.What.Contains("under 'lists'", StringComparison.Ordinal));
        Assert.Contains(problems, one => one.Line == 9 && one.What.Contains("did you mean 'payments'", StringComparison.Ordinal));
        Assert.Contains(problems, one => one.Line == 10 && one.What.Contains("is no list", StringComparison.Ordinal));
        Assert.Contains(problems, one => one.Line == 14 && one.What.Contains("did you mean 'year'", StringComparison.Ordinal));
        Assert.Contains(problems, one => one.Line == 15 && one.What.Contains("not a column name", StringComparison.Ordinal));
        Assert.Contains(problems, one => one.Line == 16 && one.What.Contains("from 1 to 10000", StringComparison.Ordinal));
        Assert.Contains(problems, one => one.Line == 17 && one.What.Contains("did you mean 'amount'", StringComparison.Ordinal));
        Assert.Contains(problems, one => one.Line == 18 && one.What.Contains("unknown key 'file'", StringComparison.Ordinal));
        Assert.Contains(problems, one => one.Line == 20 && one.What.Contains("does not use @person", StringComparison.Ordinal));
        Assert.Contains(problems, one => one.Line == 21 && one.What.Contains("exclude each other", StringComparison.Ordinal));
        Assert.Contains(problems, one => one.Line == 22 && one.What.Contains("'fields' is empty", StringComparison.Ordinal));
        Assert.Equal(11, problems.Count);
    }

    [Fact]
    public void Columns_of_record_and_lists_are_compared_with_those_there_are()
    {
        var sqlite = Problems(Sqlite.Replace("pension_code: code", "pension_code: cod", StringComparison.Ordinal).Replace("order: paid_on", "order: paid_no", StringComparison.Ordinal).Replace("table: change", "table: chagne", StringComparison.Ordinal));
        Assert.Equal(3, sqlite.Count);
        Assert.All(sqlite, one => Assert.Contains("did you mean", one.What, StringComparison.Ordinal));
        var csv = Problems(Csv.Replace("order: no", "order: on", StringComparison.Ordinal).Replace("file: changes.csv", "file: change.csv", StringComparison.Ordinal));
        Assert.Contains("does not exist", Assert.Single(csv).What, StringComparison.Ordinal);
        Assert.Contains("did you mean 'no'", Assert.Single(Problems(Csv.Replace("order: no", "order: on", StringComparison.Ordinal))).What, StringComparison.Ordinal);
    }

    [Fact]
    public void A_record_without_lists_has_none_to_map() => Assert.Contains("have no lists", Assert.Single(Problems("""
        data_sets:
          tax.income.v1: {source: sqlite, file: pension.db, table: payment, key: person_no, fields: {total_income: thousands}, lists: {payments: {table: payment}}}
        """)).What, StringComparison.Ordinal);

    CsvSource OpenCsv() => (CsvSource)folder.Open(Csv, new SourceSettings { Time = clock });

    static async Task<Payments?> Find(IRecordSource source, string person) =>
        (Payments?)(await source.Find(person, new PaymentsQuestion { Year = 2025 }, default))?.Record;

    IReadOnlyList<Problem> Problems(string mapping) => Assert.Throws<ConfigurationException>(() => folder.Read(mapping)).Problems;
}
