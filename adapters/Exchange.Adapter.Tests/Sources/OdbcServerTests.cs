using System.Data.Odbc;
using Exchange.Adapter.Sources;
using Npgsql;
using Records.Tax.V1;

namespace Exchange.Adapter.Tests.Sources;

/// <summary>Through a driver of ODBC to a server, with columns of strict types.</summary>
public sealed class OdbcServerTests : IAsyncLifetime
{
    readonly string schema = $"odbc_{Guid.NewGuid():N}";
    readonly string variable = $"EXCHANGE_TEST_{Guid.NewGuid():N}";
    readonly Income income = new();
    string connection = "";

    public async ValueTask InitializeAsync()
    {
        var odbc = Servers.OdbcPostgres;
        connection = Servers.Postgres;
        Environment.SetEnvironmentVariable(variable, odbc);
        await Sql($"""
            CREATE SCHEMA {schema};
            CREATE TABLE {schema}.incomes (person bigint, tax_year int, total numeric, state char(4), assessed date, changed timestamp);
            INSERT INTO {schema}.incomes VALUES (1, 2024, 5000000, 'A', '2025-06-10', '2025-06-10 09:00:00'), (2, 2024, NULL, NULL, NULL, NULL);
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
        Assert.Equal(DateTimeOffset.Parse("2025-06-10T09:00:00+09:00", null).ToUnixTimeMilliseconds(), found.AsOfUnixMs);
        Assert.False(((IncomeStatement)(await source.Find("2", Income.Year(2024), default))!.Record).HasTotalIncome);
    }

    [Theory]
    [InlineData("1 OR 1=1")]
    [InlineData("no number")]
    [InlineData("99999999999999999999999")]
    [InlineData("1\0")]
    [InlineData("\u5343")]
    public async Task A_key_that_its_column_cannot_hold_finds_nobody(string person)
    {
        await using var source = income.Open(Mapping());
        Assert.Null(await source.Find(person, Income.Year(2024), default));
        Assert.NotNull(await source.Find("1", Income.Year(2024), default));
    }

    [Fact]
    public async Task In_a_query_a_value_that_does_not_convert_is_an_error_that_does_not_show_it()
    {
        await using var source = income.Open(Mapping("query", $"SELECT CAST('4711x' || CAST(@person AS text) AS int) AS total, state, assessed, changed FROM {schema}.incomes WHERE tax_year = @question_year"));
        var e = await Assert.ThrowsAsync<SourceException>(async () => await source.Find("secret", Income.Year(2024), default));
        Assert.Contains("a value is none of the type it should be", e.Message, StringComparison.Ordinal);
        foreach (var secret in new[] { "secret", "4711" })
            Assert.DoesNotContain(secret, e.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Connections_that_the_server_ended_while_they_idled_cost_nobody_an_answer()
    {
        await using var source = income.Open(Mapping());
        Assert.NotNull(await source.Find("1", Income.Year(2024), default));
        await Sql($"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND query LIKE '%{schema}%'");
        Assert.NotNull(await source.Find("1", Income.Year(2024), default));
    }

    [Fact]
    public async Task A_slow_query_is_cut_off_in_time_and_ended_at_the_server()
    {
        await using var source = income.Open(Mapping("query", $"SELECT total, state, assessed, changed FROM {schema}.incomes, pg_sleep(30) WHERE person = CAST(@person AS bigint)", "timeout: 300ms"));
        var e = await Assert.ThrowsAsync<SourceException>(async () => await source.Find("1", Income.Year(2024), default));
        Assert.Contains("no answer within 0.3 s", e.Message, StringComparison.Ordinal);
        while ((long)(await Sql($"SELECT count(*) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND state = 'active' AND query LIKE '%{schema}%pg_sleep%'"))! > 0)
            Assert.False(TestContext.Current.CancellationToken.IsCancellationRequested);
    }

    [Fact]
    public async Task Record_and_lists_are_read_as_of_one_moment()
    {
        const int Turn = 20_250_416;
        await Sql($"""
            CREATE TABLE {schema}.years (person text, code text);
            CREATE TABLE {schema}.payments (person text, paid_on date, amount int);
            INSERT INTO {schema}.years VALUES ('p', 'old');
            INSERT INTO {schema}.payments VALUES ('p', '2025-04-15', 1), ('p', '2025-02-14', 1);
            """);
        await using var source = income.Open($$$"""
            data_sets:
              pension.payments.v1:
                source: odbc
                connection: {environment: {{{variable}}}}
                query: SELECT code, CAST(pg_advisory_xact_lock_shared({{{Turn}}}) AS text) AS lock FROM {{{schema}}}.years WHERE person = @person
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
                Assert.False(finding.IsFaulted);
            await Run(holder, $"UPDATE {schema}.years SET code = 'new'; UPDATE {schema}.payments SET amount = 2");
            await Run(holder, $"SELECT pg_advisory_unlock({Turn})");
        }
        var old = (Records.Pension.V1.Payments)(await finding)!.Record;
        Assert.Equal("old", old.PensionCode);
        Assert.Equal([1L, 1L], old.Payments_.Select(one => one.Amount));
        Assert.Equal(["2025-02-14", "2025-04-15"], old.Payments_.Select(one => one.PaidOn));
    }

    [Fact]
    public async Task A_server_that_is_away_is_no_mistake_of_the_mapping_and_an_error_when_read()
    {
        Environment.SetEnvironmentVariable(variable, new OdbcConnectionStringBuilder(Servers.OdbcPostgres) { ["Port"] = "1", ["PWD"] = "hush" }.ToString());
        var notices = new List<string>();
        await using var source = income.Open(Mapping(), new SourceSettings { Notice = notices.Add });
        Assert.Contains("cannot be reached", Assert.Single(notices), StringComparison.Ordinal);
        var e = await Assert.ThrowsAsync<SourceException>(async () => await source.Find("1", Income.Year(2024), default));
        Assert.Contains("cannot be reached", e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hush", e.ToString(), StringComparison.Ordinal);
    }

    string Mapping() => Mapping("table", $"{schema}.incomes\n    key: person\n    match: {{year: tax_year}}");

    string Mapping(string key, string value, string more = "timeout: 5s") => $$$"""
        data_sets:
          tax.income.v1:
            source: odbc
            connection: {environment: {{{variable}}}}
            {{{key}}}: {{{value}}}
            {{{more}}}
            fields:
              total_income: total
              assessment_state: {column: state, values: {A: ASSESSED}}
              assessed_on: assessed
            as_of: {column: changed}
        """;

    static async Task<object?> Run(NpgsqlConnection connection, string text)
    {
        await using var command = new NpgsqlCommand(text, connection);
        return await command.ExecuteScalarAsync();
    }

    async Task<object?> Sql(string text)
    {
        await using var database = NpgsqlDataSource.Create(connection);
        await using var command = database.CreateCommand(text);
        return await command.ExecuteScalarAsync();
    }
}
