using Exchange.Adapter.Sources;
using Exchange.Hosting.Configuration;
using Npgsql;
using Records.Tax.V1;

namespace Exchange.Adapter.Tests.Sources;

public sealed class PostgresSourceTests : IAsyncLifetime
{
    readonly string schema = $"sources_{Guid.NewGuid():N}";
    readonly string variable = $"EXCHANGE_TEST_{Guid.NewGuid():N}";
    readonly Income income = new();
    string connection = "";

    public async ValueTask InitializeAsync()
    {
        connection = Servers.Postgres;
        Environment.SetEnvironmentVariable(variable, connection);
        await Sql($"""
            CREATE SCHEMA {schema};
            CREATE TABLE {schema}.incomes (person bigint, tax_year int, total numeric, state char(4), assessed date, changed timestamptz);
            INSERT INTO {schema}.incomes VALUES
              (1, 2024, 5000000, 'A', '2025-06-10', '2025-06-10T09:00:00+09:00'),
              (2, 2024, NULL, NULL, NULL, NULL),
              (3, 2024, 1.5, 'A', NULL, NULL);
            """);
    }

    public async ValueTask DisposeAsync()
    {
        income.Dispose();
        if (connection.Length > 0)
            await Sql($"DROP SCHEMA {schema} CASCADE");
    }

    [Fact]
    public async Task A_row_becomes_a_typed_record()
    {
        await using var source = income.Open(Mapping());
        var found = await source.Find("1", Income.Year(2024), default);
        Assert.Equal(new IncomeStatement { TotalIncome = 5_000_000, AssessmentState = AssessmentState.Assessed, AssessedOn = "2025-06-10" }, found!.Record);
        Assert.Equal(DateTimeOffset.Parse("2025-06-10T00:00:00Z", null).ToUnixTimeMilliseconds(), found.AsOfUnixMs);
        var unknown = (IncomeStatement)(await source.Find("2", Income.Year(2024), default))!.Record;
        Assert.False(unknown.HasTotalIncome);
        Assert.Null(await source.Find("1", Income.Year(2020), default));
    }

    [Theory]
    [InlineData("1 OR 1=1")]
    [InlineData("1; DROP TABLE incomes")]
    [InlineData("' OR '1'='1")]
    [InlineData("99999999999999999999999")]
    [InlineData("1\0")]
    public async Task A_key_is_only_ever_a_value_and_one_that_fits_no_row_finds_nobody(string person)
    {
        await using var source = income.Open(Mapping());
        Assert.Null(await source.Find(person, Income.Year(2024), default));
        Assert.NotNull(await source.Find("1", Income.Year(2024), default));
    }

    [Fact]
    public async Task A_value_that_does_not_convert_names_the_column_alone()
    {
        await using var source = income.Open(Mapping());
        var e = await Assert.ThrowsAsync<SourceException>(async () => await source.Find("3", Income.Year(2024), default));
        Assert.Contains("column 'total'", e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("1.5", e.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("'123456789012345678901234567890123456789'::numeric")]
    [InlineData("interval '4711 months'")]
    public async Task A_cell_that_no_type_of_the_driver_holds_is_an_error_that_does_not_show_it(string cell)
    {
        await using var source = income.Open(Query($"SELECT {cell} AS total FROM {schema}.incomes WHERE person = @person AND tax_year = 2024"));
        var e = await Assert.ThrowsAsync<SourceException>(async () => await source.Find("1", Income.Year(2024), default));
        Assert.Contains("Exception)", e.Message, StringComparison.Ordinal);
        foreach (var secret in new[] { "4711", "1234567" })
            Assert.DoesNotContain(secret, e.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_query_takes_parameters_and_an_error_in_it_quotes_no_value()
    {
        await using var source = income.Open(Query($"SELECT (@person || 'x')::int AS total FROM {schema}.incomes WHERE tax_year = @question_year AND person = 1"));
        var e = await Assert.ThrowsAsync<SourceException>(async () => await source.Find("secret", Income.Year(2024), default));
        Assert.Contains("22P02", e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", e.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_query_cannot_write()
    {
        await using var source = income.Open(Query($"WITH gone AS (DELETE FROM {schema}.incomes WHERE person = @person::bigint RETURNING total) SELECT total FROM gone"));
        var e = await Assert.ThrowsAsync<SourceException>(async () => await source.Find("1", Income.Year(2024), default));
        Assert.Contains("read-only", e.Message, StringComparison.Ordinal);
        await using var reading = income.Open(Mapping());
        Assert.NotNull(await reading.Find("1", Income.Year(2024), default));
    }

    [Fact]
    public async Task A_slow_query_is_cut_off_in_time()
    {
        await using var source = income.Open(Query($"SELECT total FROM {schema}.incomes, pg_sleep(30) WHERE person = @person", "timeout: 200ms"));
        var e = await Assert.ThrowsAsync<SourceException>(async () => await source.Find("1", Income.Year(2024), default));
        Assert.Contains("within 0.2 s", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_table_lost_in_mid_run_is_an_error_and_not_an_absent_record()
    {
        await using var source = income.Open(Mapping());
        Assert.NotNull(await source.Find("1", Income.Year(2024), default));
        await Sql($"ALTER TABLE {schema}.incomes RENAME TO moved");
        var e = await Assert.ThrowsAsync<SourceException>(async () => await source.Find("1", Income.Year(2024), default));
        Assert.Contains("42P01", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Columns_are_compared_with_those_of_the_table()
    {
        var e = Assert.Throws<ConfigurationException>(() => income.Read(Mapping().Replace("total_income: total", "total_income: totl", StringComparison.Ordinal)));
        Assert.Contains("did you mean 'total'", Assert.Single(e.Problems).What, StringComparison.Ordinal);
    }

    [Fact]
    public async Task People_come_from_a_table()
    {
        await Sql($"CREATE TABLE {schema}.people (id text, number bigint); INSERT INTO {schema}.people VALUES ('a', 983205673214), ('a', 1)");
        await using var data = income.Read(Mapping() + $"\npeople: {{source: postgresql, connection: {{environment: {variable}}}, table: {schema}.people, key: id, number: number}}\n");
        var bad = 0;
        var people = new List<string>();
        await foreach (var person in data.People!.Read(_ => bad++))
            people.Add(person.Number);
        Assert.Equal(["983205673214"], people);
        Assert.Equal(1, bad);
    }

    [Fact]
    public async Task Residences_come_from_a_table_oldest_first()
    {
        await Sql($"CREATE TABLE {schema}.moves (person bigint, since date, until date, code char(5)); INSERT INTO {schema}.moves VALUES (1, '2022-04-01', NULL, '13102'), (1, '2020-04-01', '2022-04-01', '13101')");
        await using var data = income.Read($"data_sets: {{}}\nresidences: {{source: postgresql, connection: {{environment: {variable}}}, table: {schema}.moves, key: person, from: since, until: until, municipality: code}}\n");
        Assert.Equal(
            [new Move(new DateOnly(2020, 4, 1), new DateOnly(2022, 4, 1), "131016"), new Move(new DateOnly(2022, 4, 1), null, "131024")],
            await data.Residences!.Find("1", default));
        Assert.Empty(await data.Residences.Find("no number", default));
    }

    [Fact]
    public async Task Record_and_lists_are_read_in_one_snapshot()
    {
        const int Turn = 20_250_415;
        await Sql($"""
            CREATE TABLE {schema}.years (person text, code text);
            CREATE TABLE {schema}.payments (person text, paid_on date, amount int);
            INSERT INTO {schema}.years VALUES ('p', 'old');
            INSERT INTO {schema}.payments VALUES ('p', '2025-04-15', 1), ('p', '2025-02-14', 1);
            """);
        await using var source = income.Open($$$"""
            data_sets:
              pension.payments.v1:
                source: postgresql
                connection: {environment: {{{variable}}}}
                query: SELECT code, pg_advisory_xact_lock_shared({{{Turn}}}) AS lock FROM {{{schema}}}.years WHERE person = @person
                fields: {pension_code: code}
                lists:
                  payments: {table: {{{schema}}}.payments, key: person, order: paid_on, fields: {paid_on: paid_on, amount: amount} }
            """);
        await using var database = NpgsqlDataSource.Create(connection);
        Task<SourceRecord?> finding;
        await using (var holder = await database.OpenConnectionAsync())
        {
            await Run(holder, $"SELECT pg_advisory_lock({Turn})");
            finding = source.Find("p", new Records.Pension.V1.PaymentsQuestion(), default).AsTask();
            // Until the record's row is being read.
            while ((long)(await Run(holder, $"SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = {Turn} AND NOT granted"))! == 0)
                await Task.Yield();
            await Run(holder, $"UPDATE {schema}.years SET code = 'new'; UPDATE {schema}.payments SET amount = 2");
            await Run(holder, $"SELECT pg_advisory_unlock({Turn})");
        }
        var old = (Records.Pension.V1.Payments)(await finding)!.Record;
        Assert.Equal("old", old.PensionCode);
        Assert.Equal([1L, 1L], old.Payments_.Select(one => one.Amount));
        Assert.Equal(["2025-02-14", "2025-04-15"], old.Payments_.Select(one => one.PaidOn));
        var now = (Records.Pension.V1.Payments)(await source.Find("p", new Records.Pension.V1.PaymentsQuestion(), default))!.Record;
        Assert.Equal("new", now.PensionCode);
        Assert.Equal([2L, 2L], now.Payments_.Select(one => one.Amount));
    }

    string Mapping() => $$$"""
        data_sets:
          tax.income.v1:
            source: postgresql
            connection: {environment: {{{variable}}}}
            table: {{{schema}}}.incomes
            key: person
            match: {year: tax_year}
            fields:
              total_income: total
              assessment_state: {column: state, values: {A: ASSESSED}}
              assessed_on: assessed
            as_of: {column: changed}
        """;

    string Query(string query, string more = "poll: 5s") => $$$"""
        data_sets:
          tax.income.v1:
            source: postgresql
            connection: {environment: {{{variable}}}}
            {{{more}}}
            query: {{{query}}}
            fields: {total_income: total}
        """;

    static async Task<object?> Run(NpgsqlConnection connection, string text)
    {
        await using var command = new NpgsqlCommand(text, connection);
        return await command.ExecuteScalarAsync();
    }

    Task Sql(string text) => Servers.Run(connection, text);
}

public sealed class PostgresAwayTests : IDisposable
{
    readonly Income income = new();

    public void Dispose() => income.Dispose();

    [Fact]
    public async Task A_database_that_is_away_is_no_mistake_of_the_mapping_and_an_error_when_read()
    {
        File.WriteAllText(income.PathOf("connection"), "Host=127.0.0.1;Port=1;Database=tax;Username=reader;Password=hush;Timeout=2");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(income.PathOf("connection"), UnixFileMode.UserRead | UnixFileMode.UserWrite);
        var notices = new List<string>();
        await using var source = income.Open($$"""
            data_sets:
              tax.income.v1:
                source: postgresql
                connection: {file: {{income.PathOf("connection")}}}
                table: incomes
                key: person
                fields: {total_income: total}
            """, new SourceSettings { Notice = notices.Add });
        Assert.Contains("cannot be reached", Assert.Single(notices), StringComparison.Ordinal);
        var e = await Assert.ThrowsAsync<SourceException>(async () => await source.Find("1", Income.Year(2024), default));
        Assert.Contains("cannot be reached", e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hush", e.ToString(), StringComparison.Ordinal);
    }
}
