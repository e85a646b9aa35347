using Exchange.Adapter.Sources;
using Exchange.Hosting.Configuration;
using Records.Pension.V1;
using Records.Tax.V1;

namespace Exchange.Adapter.Tests.Sources;

/// <summary>Through a driver of ODBC to a file of SQLite.</summary>
public sealed class OdbcSourceTests : IDisposable
{
    readonly string driver = Servers.OdbcSqlite, variable = $"EXCHANGE_TEST_{Guid.NewGuid():N}";
    readonly Income income = new();

    public OdbcSourceTests()
    {
        Environment.SetEnvironmentVariable(variable, $"Driver={{{driver}}};Database={income.PathOf("tax.db")}");
        income.Sql("tax.db", """
            CREATE TABLE incomes (person TEXT, tax_year INTEGER, total INTEGER, taxable REAL, state TEXT, assessed TEXT, note TEXT);
            INSERT INTO incomes VALUES
              ('p1', 2024, 5000000, 3.0, 'A', '20250610', '千代田区'),
              ('p1', 2023, 4, NULL, 'A', '', NULL),
              ('p2', 2024, NULL, NULL, 'A', NULL, NULL),
              ('p3', 2024, 1, 1, 'secret', NULL, NULL),
              ('p5', 2024, 1, 1, 'A', NULL, NULL),
              ('p5', 2024, 2, 2, 'A', NULL, NULL),
              ('千代田-1', 2024, 7, 7, 'A', NULL, NULL);
            CREATE TABLE years (person TEXT, code TEXT);
            CREATE TABLE payments (person TEXT, paid_on TEXT, amount INTEGER);
            INSERT INTO years VALUES ('p1', '1150'), ('p2', '1150');
            INSERT INTO payments VALUES ('p1', '2025-04-15', 2), ('p1', '2025-02-14', 1), ('p1', '2025-06-13', 3);
            CREATE TABLE people (id TEXT, number TEXT);
            INSERT INTO people VALUES ('a', '983205673214'), ('a', '1');
            CREATE TABLE moves (person TEXT, since TEXT, code TEXT);
            INSERT INTO moves VALUES ('p1', '2022-04-01', '13102'), ('p1', '2020-04-01', '13101');
            """);
    }

    public void Dispose() => income.Dispose();

    [Fact]
    public async Task A_row_becomes_a_typed_record_and_what_is_not_known_stays_unset()
    {
        await using var source = income.Open(Mapping());
        Assert.Equal(
            new IncomeStatement { TotalIncome = 5_000_000, TaxableIncome = 3000, AssessmentState = AssessmentState.Assessed, AssessedOn = "2025-06-10", TaxingMunicipality = "千代田区" },
            (await source.Find("p1", Income.Year(2024), default))!.Record);
        var unknown = (IncomeStatement)(await source.Find("p2", Income.Year(2024), default))!.Record;
        Assert.False(unknown.HasTotalIncome);
        Assert.Null(await source.Find("p1", Income.Year(1999), default));
    }

    [Theory]
    [InlineData("' OR '1'='1")]
    [InlineData("p1' --")]
    [InlineData("p1'; DROP TABLE incomes; --")]
    [InlineData("?")]
    [InlineData("{fn now()}")]
    [InlineData("p1\0")]
    [InlineData("")]
    public async Task A_key_is_only_ever_a_value(string person)
    {
        await using var source = income.Open(Mapping());
        Assert.Null(await source.Find(person, Income.Year(2024), default));
        Assert.NotNull(await source.Find("p1", Income.Year(2024), default));
        Assert.Equal(7, ((IncomeStatement)(await source.Find("千代田-1", Income.Year(2024), default))!.Record).TotalIncome);
    }

    [Fact]
    public async Task Two_rows_for_one_question_are_refused_rather_than_one_chosen()
    {
        await using var source = income.Open(Mapping());
        var e = await Assert.ThrowsAsync<SourceException>(async () => await source.Find("p5", Income.Year(2024), default));
        Assert.Contains("more than one row", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_value_that_does_not_convert_names_the_column_alone()
    {
        await using var source = income.Open(Mapping());
        var e = await Assert.ThrowsAsync<SourceException>(async () => await source.Find("p3", Income.Year(2024), default));
        Assert.Contains("column 'state'", e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", e.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_query_takes_each_parameter_as_often_as_it_stands_there_and_in_its_order()
    {
        await using var source = income.Open(Query("""
            SELECT sum(total) AS total FROM [incomes] WHERE tax_year <= @question_year AND person = @person AND '@nobody?' <> @person
            -- @neither
            """));
        Assert.Equal(5_000_004, ((IncomeStatement)(await source.Find("p1", Income.Year(2024), default))!.Record).TotalIncome);
        Assert.Equal(4, ((IncomeStatement)(await source.Find("p1", Income.Year(2023), default))!.Record).TotalIncome);
    }

    [Fact]
    public async Task A_query_that_does_not_end_is_cut_off_in_time_and_the_next_one_is_answered()
    {
        await using var source = income.Open(Query(
            "WITH RECURSIVE n(i) AS (SELECT 1 WHERE @person = 'p1' UNION ALL SELECT i + 1 FROM n) SELECT count(*) AS total FROM n", "timeout: 300ms, concurrency: 1"));
        var e = await Assert.ThrowsAsync<SourceException>(async () => await source.Find("p1", Income.Year(2024), default));
        Assert.Contains("no answer within 0.3 s", e.Message, StringComparison.Ordinal);
        while (true)
            try
            {
                // Its turn comes when the driver has heard of the end.
                Assert.Equal(0, ((IncomeStatement)(await source.Find("p2", Income.Year(2024), default))!.Record).TotalIncome);
                return;
            }
            catch (SourceException)
            {
                Assert.False(TestContext.Current.CancellationToken.IsCancellationRequested);
            }
    }

    [Fact]
    public async Task A_list_comes_in_its_order_and_more_rows_than_the_bound_are_an_error()
    {
        await using (var source = income.Open(Payments("order: paid_on desc")))
        {
            var record = (Payments)(await source.Find("p1", new PaymentsQuestion(), default))!.Record;
            Assert.Equal([3L, 2L, 1L], record.Payments_.Select(one => one.Amount));
            Assert.Empty(((Payments)(await source.Find("p2", new PaymentsQuestion(), default))!.Record).Payments_);
            Assert.Null(await source.Find("p3", new PaymentsQuestion(), default));
        }
        await using var bounded = income.Open(Payments("most: 2"));
        var e = await Assert.ThrowsAsync<SourceException>(async () => await bounded.Find("p1", new PaymentsQuestion(), default));
        Assert.Contains("more than 2 rows", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_table_lost_in_mid_run_is_an_error_in_words_that_hold_no_value()
    {
        await using var source = income.Open(Mapping());
        Assert.NotNull(await source.Find("p1", Income.Year(2024), default));
        income.Sql("tax.db", "ALTER TABLE incomes RENAME TO moved");
        var e = await Assert.ThrowsAsync<SourceException>(async () => await source.Find("p1", Income.Year(2024), default));
        Assert.Contains("ODBC says ", e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("p1", e.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task People_and_residences_come_from_tables()
    {
        await using var data = income.Read(Mapping() + $"""

            people: {Of("people", "key: id, number: number")}
            residences: {Of("moves", "key: person, from: since, municipality: code")}
            """);
        var bad = 0;
        var people = new List<string>();
        await foreach (var person in data.People!.Read(_ => bad++))
            people.Add(person.Number);
        Assert.Equal(["983205673214"], people);
        Assert.Equal(1, bad);
        Assert.Equal(
            [new Move(new DateOnly(2020, 4, 1), new DateOnly(2022, 4, 1), "131016"), new Move(new DateOnly(2022, 4, 1), null, "131024")],
            await data.Residences!.Find("p1", default));
    }

    [Theory]
    [InlineData("total_income: total", "total_income: totl", "did you mean 'total'")]
    [InlineData("total_income: total", "total_income: TOTAL", "did you mean 'total'")]
    [InlineData("table: incomes", "table: income", "did you mean 'incomes'")]
    [InlineData("table: incomes", "table: INCOME_S", "ODBC says ")]
    public void Columns_and_tables_are_compared_with_those_there_are(string right, string wrong, string hint) =>
        Assert.Contains(hint, Problem(Mapping().Replace(right, wrong, StringComparison.Ordinal)), StringComparison.Ordinal);

    [Theory]
    [InlineData("SELECT total FROM incomes WHERE person = @person AND tax_year = ?", "not with ?")]
    [InlineData("SELECT totl FROM incomes WHERE person = @person", "ODBC says ")]
    [InlineData("SELECT total FROM incomes WHERE person = @person AND note = [x", "not closed")]
    public void A_query_that_does_not_run_is_a_mistake(string query, string what) => Assert.Contains(what, Problem(Query(query)), StringComparison.Ordinal);

    [Fact]
    public void A_driver_that_is_not_there_is_told_once_with_what_to_install()
    {
        Environment.SetEnvironmentVariable(variable, "Driver={No Such Driver};Database=x;PWD=hush");
        var problem = Problem(Payments("most: 2"));
        Assert.Contains("odbcinst", problem, StringComparison.Ordinal);
        Assert.DoesNotContain("hush", problem, StringComparison.Ordinal);
    }

    string Problem(string mapping) => Assert.Single(Assert.Throws<ConfigurationException>(() => income.Read(mapping)).Problems).What;

    string Of(string table, string more) => $"{{source: odbc, connection: {{environment: {variable}}}, table: {table}, {more}}}";

    string Mapping() => $$$"""
        data_sets:
          tax.income.v1:
            source: odbc
            connection: {environment: {{{variable}}}}
            table: incomes
            key: person
            match: {year: tax_year}
            fields:
              total_income: total
              taxable_income: {column: taxable, times: 1000}
              assessment_state: {column: state, values: {A: ASSESSED}}
              assessed_on: {column: assessed, date: yyyyMMdd}
              taxing_municipality: note
        """;

    string Query(string query, string more = "timeout: 5s") => $$"""
        data_sets:
          tax.income.v1:
            source: odbc
            connection: {environment: {{variable}}}
            {{more.Replace(", ", "\n    ", StringComparison.Ordinal)}}
            query: |
              {{query.ReplaceLineEndings("\n      ")}}
            fields: {total_income: total}
        """;

    string Payments(string more) => $$"""
        data_sets:
          pension.payments.v1:
            source: odbc
            connection: {environment: {{variable}}}
            table: years
            key: person
            fields: {pension_code: code}
            lists:
              payments:
                table: payments
                key: person
                {{more}}
                fields: {paid_on: paid_on, amount: amount}
        """;
}

public sealed class OdbcConnectionStringTests : IDisposable
{
    readonly Income income = new();

    public void Dispose() => income.Dispose();

    [Fact]
    public void What_names_neither_driver_nor_data_source_is_no_connection_string_and_is_not_shown()
    {
        var variable = $"EXCHANGE_TEST_{Guid.NewGuid():N}";
        foreach (var text in new[] { "Server=db;PWD=hush", "hush", "Driver={hush" })
        {
            Environment.SetEnvironmentVariable(variable, text);
            var problem = Assert.Single(Assert.Throws<ConfigurationException>(() => income.Read($$"""
                data_sets:
                  tax.income.v1: {source: odbc, connection: {environment: {{variable}}}, table: incomes, key: person, fields: {total_income: total} }
                """)).Problems).What;
            Assert.Contains("not a connection string of ODBC", problem, StringComparison.Ordinal);
            Assert.DoesNotContain("hush", problem, StringComparison.Ordinal);
        }
    }
}
