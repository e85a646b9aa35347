using Exchange.Adapter.Sources;
using Exchange.Adapter.Sources.Databases;
using Microsoft.Extensions.Time.Testing;
using Records.Tax.V1;

namespace Exchange.Adapter.Tests.Sources;

public sealed class SqliteSourceTests : IDisposable
{
    const string Mapping = """
        data_sets:
          tax.income.v1:
            source: sqlite
            file: tax.db
            table: incomes
            key: person
            match: {year: tax_year}
            fields:
              year: tax_year
              total_income: total
              taxable_income: {column: taxable_thousands, times: 1000}
              dependants: dependants
              assessment_state: {column: state, values: {A: ASSESSED, U: UNDECLARED}}
              assessed_on: {column: assessed, date: yyyyMMdd}
              taxing_municipality: {constant: "131016"}
            as_of: {column: changed, format: yyyy-MM-dd HH:mm:ss}
            revision: {column: revision}
            next_update: {fixed: 2027-06-01T00:00:00+09:00}
        """;

    readonly Income income = new();

    public SqliteSourceTests() => income.Sql("tax.db", """
        CREATE TABLE incomes (person TEXT, tax_year INTEGER, total, taxable_thousands, dependants, state TEXT, assessed TEXT, changed TEXT, revision TEXT);
        INSERT INTO incomes VALUES
          ('p1', 2024, 5000000, 3100, 0, 'A', '20250610', '2025-06-10 09:00:00', 'r7'),
          ('p1', 2023, 4000000, 2100, NULL, 'A', '', '', NULL),
          ('p2', 2024, NULL, NULL, NULL, 'U', NULL, NULL, NULL),
          ('p3', 2024, 'five million', 0, 0, 'A', NULL, NULL, NULL),
          ('p4', 2024, 1, 1, 1, 'Z', NULL, NULL, NULL),
          ('p5', 2024, 1, 1, 1, 'A', NULL, NULL, NULL),
          ('p5', 2024, 2, 2, 2, 'A', NULL, NULL, NULL);
        """);

    public void Dispose() => income.Dispose();

    [Fact]
    public async Task A_row_becomes_a_typed_record_with_its_freshness()
    {
        await using var source = income.Open(Mapping);
        var found = await source.Find("p1", Income.Year(2024), default);
        Assert.Equal(new IncomeStatement
        {
            Year = 2024,
            TotalIncome = 5_000_000,
            TaxableIncome = 3_100_000,
            Dependants = 0,
            AssessmentState = AssessmentState.Assessed,
            AssessedOn = "2025-06-10",
            TaxingMunicipality = "131016",
        }, found!.Record);
        Assert.Equal(DateTimeOffset.Parse("2025-06-10T09:00:00+09:00", null).ToUnixTimeMilliseconds(), found.AsOfUnixMs);
        Assert.Equal(DateTimeOffset.Parse("2027-06-01T00:00:00+09:00", null).ToUnixTimeMilliseconds(), found.NextUpdateUnixMs);
        Assert.Equal("r7", found.Revision);
    }

    [Fact]
    public async Task What_is_not_known_stays_unset_and_is_never_zero()
    {
        await using var source = income.Open(Mapping);
        var record = (IncomeStatement)(await source.Find("p2", Income.Year(2024), default))!.Record;
        Assert.False(record.HasTotalIncome);
        Assert.False(record.HasDependants);
        Assert.Equal(AssessmentState.Undeclared, record.AssessmentState);
        Assert.Equal("", record.AssessedOn);
        var earlier = await source.Find("p1", Income.Year(2023), default);
        Assert.Equal(0, earlier!.AsOfUnixMs);
    }

    [Fact]
    public async Task An_absent_row_is_null()
    {
        await using var source = income.Open(Mapping);
        Assert.Null(await source.Find("p1", Income.Year(1999), default));
        Assert.Null(await source.Find("nobody", Income.Year(2024), default));
    }

    [Theory]
    [InlineData("p3", "column 'total'", "five million")]
    [InlineData("p4", "column 'state'", "'Z'")]
    public async Task A_value_that_does_not_convert_is_named_by_column_and_never_shown(string person, string where, string secret)
    {
        await using var source = income.Open(Mapping);
        var e = await Assert.ThrowsAsync<SourceException>(async () => await source.Find(person, Income.Year(2024), default));
        Assert.Contains(Income.DataSet, e.Message, StringComparison.Ordinal);
        Assert.Contains("row 1", e.Message, StringComparison.Ordinal);
        Assert.Contains(where, e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(secret, e.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(person, e.ToString(), StringComparison.Ordinal);
        Assert.Equal(V1.Reason.SourceUnavailable, e.Refusal.Reason);
    }

    [Fact]
    public async Task Two_rows_for_one_question_are_refused_rather_than_one_chosen()
    {
        await using var source = income.Open(Mapping);
        var e = await Assert.ThrowsAsync<SourceException>(async () => await source.Find("p5", Income.Year(2024), default));
        Assert.Contains("more than one row", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("' OR '1'='1")]
    [InlineData("p1' --")]
    [InlineData("p1'; DROP TABLE incomes; --")]
    [InlineData("\" OR 1=1 --")]
    [InlineData("@question_year")]
    [InlineData("p1\0")]
    public async Task A_key_is_only_ever_a_value(string person)
    {
        await using var source = income.Open(Mapping);
        Assert.Null(await source.Find(person, Income.Year(2024), default));
        Assert.NotNull(await source.Find("p1", Income.Year(2024), default));
    }

    [Fact]
    public async Task A_query_takes_the_question_as_parameters()
    {
        await using var source = income.Open("""
            data_sets:
              tax.income.v1:
                source: sqlite
                file: tax.db
                query: SELECT sum(total) AS total, tax_year FROM incomes WHERE person = @person AND tax_year <= @question_year AND '@nobody' <> '' GROUP BY person
                fields: {total_income: total}
            """);
        var record = (IncomeStatement)(await source.Find("p1", Income.Year(2024), default))!.Record;
        Assert.Equal(9_000_000, record.TotalIncome);
        Assert.Null(await source.Find("p1' OR 1=1 --", Income.Year(2024), default));
    }

    [Fact]
    public async Task A_query_that_does_not_end_is_cut_off_in_time()
    {
        await using var source = income.Open("""
            data_sets:
              tax.income.v1:
                source: sqlite
                file: tax.db
                timeout: 100ms
                query: WITH RECURSIVE n(i) AS (SELECT 1 WHERE @person IS NOT NULL UNION ALL SELECT i + 1 FROM n) SELECT count(*) AS total FROM n
                fields: {total_income: total}
            """);
        var e = await Assert.ThrowsAsync<SourceException>(async () => await source.Find("p1", Income.Year(2024), default));
        Assert.Contains("no answer within 0.1 s", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_commit_by_another_raises_changed_once_and_a_quiet_poll_does_not()
    {
        var source = (SqliteSource)income.Open(Mapping, new SourceSettings { Time = new FakeTimeProvider() });
        await using var _ = source;
        var changes = 0;
        source.Changed += person => changes += person is null ? 1 : 100;
        source.Poll();
        Assert.Equal(0, changes);
        income.Sql("tax.db", "UPDATE incomes SET total = 1 WHERE person = 'p1'");
        source.Poll();
        source.Poll();
        Assert.Equal(1, changes);
    }

    [Fact]
    public async Task The_poll_follows_the_clock()
    {
        var clock = new FakeTimeProvider();
        await using var source = income.Open(Mapping, new SourceSettings { Time = clock });
        var changed = new TaskCompletionSource();
        source.Changed += _ => changed.TrySetResult();
        income.Sql("tax.db", "DELETE FROM incomes WHERE person = 'p2'");
        clock.Advance(TimeSpan.FromSeconds(5));
        await changed.Task.WaitAsync(TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task A_replaced_file_is_noticed_and_read()
    {
        var source = (SqliteSource)income.Open(Mapping, new SourceSettings { Time = new FakeTimeProvider() });
        await using var _ = source;
        Assert.Null(await source.Find("new", Income.Year(2024), default));
        File.Copy(income.PathOf("tax.db"), income.PathOf("next.db"));
        income.Sql("next.db", "INSERT INTO incomes VALUES ('new', 2024, 7, 7, 0, 'A', NULL, NULL, NULL)");
        File.Move(income.PathOf("next.db"), income.PathOf("tax.db"), overwrite: true);
        var changes = 0;
        source.Changed += _ => changes++;
        source.Poll();
        Assert.Equal(1, changes);
        Assert.NotNull(await source.Find("new", Income.Year(2024), default));
    }

    [Fact]
    public async Task A_file_that_is_no_database_is_an_error_that_says_so()
    {
        await using var source = income.Open(Mapping);
        File.WriteAllText(income.PathOf("junk"), new string('x', 8192));
        File.Move(income.PathOf("junk"), income.PathOf("tax.db"), overwrite: true);
        ((SqliteSource)source).Poll();
        var e = await Assert.ThrowsAsync<SourceException>(async () => await source.Find("p1", Income.Year(2024), default));
        Assert.Contains("file is not a database", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_caller_who_gives_up_gets_a_cancellation_and_not_a_failure()
    {
        await using var source = income.Open(Mapping);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await source.Find("p1", Income.Year(2024), new CancellationToken(true)));
    }

    [Fact]
    public async Task The_revision_of_content_changes_with_it_and_cannot_be_recomputed_without_the_key()
    {
        var mapping = Mapping.Replace("revision: {column: revision}", "revision: content", StringComparison.Ordinal);
        await using var source = income.Open(mapping);
        var one = await source.Find("p1", Income.Year(2024), default);
        var two = await source.Find("p1", Income.Year(2023), default);
        Assert.Equal(one!.Revision, (await source.Find("p1", Income.Year(2024), default))!.Revision);
        Assert.NotEqual(one.Revision, two!.Revision);
        await using var other = income.Open(mapping);
        Assert.NotEqual(one.Revision, (await other.Find("p1", Income.Year(2024), default))!.Revision);
    }
}
