using Exchange.Hosting.Configuration;

namespace Exchange.Adapter.Tests.Sources;

public sealed class MappingFileTests : IDisposable
{
    readonly Income income = new();

    public MappingFileTests()
    {
        income.Sql("tax.db", "CREATE TABLE incomes (person TEXT, tax_year INTEGER, total INTEGER)");
        income.Write("tax.csv", "person,year,total\np1,2024,1\n");
    }

    public void Dispose() => income.Dispose();

    [Fact]
    public void Every_mistake_is_told_at_once_with_its_line()
    {
        var problems = Problems("""
            data_sets:
              tax.incme.v1: {}
              tax.income.v1:
                source: sqlite
                file: tax.db
                table: incomes
                key: person
                match: {yaer: tax_year}
                fields:
                  totl_income: total
                  total_income: {column: total, date: yyyy}
                  assessment_state: {column: state, values: {A: ASESSED}}
                  taxable_income: {constant: many}
                as_of: yesterday
                timout: 5s
            """);
        Assert.Contains(problems, one => one.Line == 2 && one.What.Contains("did you mean 'tax.income.v1'", StringComparison.Ordinal));
        Assert.Contains(problems, one => one.Line == 8 && one.What.Contains("did you mean 'year'", StringComparison.Ordinal));
        Assert.Contains(problems, one => one.Line == 10 && one.What.Contains("did you mean 'total_income'", StringComparison.Ordinal));
        Assert.Contains(problems, one => one.Line == 11 && one.What.Contains("date", StringComparison.Ordinal));
        Assert.Contains(problems, one => one.Line == 12 && one.What.Contains("did you mean 'ASSESSED'", StringComparison.Ordinal));
        Assert.Contains(problems, one => one.Line == 13 && one.What.Contains("whole number", StringComparison.Ordinal));
        Assert.Contains(problems, one => one.Line == 14 && one.What.Contains("now, file_time", StringComparison.Ordinal));
        Assert.Contains(problems, one => one.Line == 15 && one.What.Contains("did you mean 'timeout'", StringComparison.Ordinal));
        Assert.Equal(8, problems.Count);
        Assert.All(problems, one => Assert.True(one.Column > 0));
    }

    [Theory]
    [InlineData("source: sqlite, file: tax.db, table: incomes, key: persn, fields: {total_income: total}", "did you mean 'person'")]
    [InlineData("source: sqlite, file: tax.db, table: incomes, key: person, fields: {total_income: Total}", "did you mean 'total'")]
    [InlineData("source: sqlite, file: tax.db, table: income, key: person, fields: {total_income: total}", "did you mean 'incomes'")]
    [InlineData("source: csv, file: tax.csv, key: person, match: {year: yaer}, fields: {total_income: total}", "did you mean 'year'")]
    [InlineData("source: sqlite, file: none.db, table: incomes, key: person, fields: {total_income: total}", "does not exist")]
    [InlineData("source: sqlite, file: tax.db, table: 'incomes\"; --', key: person, fields: {total_income: total}", "not a table name")]
    [InlineData("source: sqlite, file: tax.db, table: incomes, key: 'person\"', fields: {total_income: total}", "not a column name")]
    [InlineData("source: sqlite, file: tax.db, table: incomes, key: person, fields: {total_income: 'total) FROM x'}", "not a column name")]
    [InlineData("source: sqlite, file: tax.db, query: 'SELECT total FROM incomes', fields: {total_income: total}", "does not use @person")]
    [InlineData("source: sqlite, file: tax.db, query: 'SELECT total FROM incomes WHERE person = @person AND tax_year = @year', fields: {total_income: total}", "unknown parameter @year")]
    [InlineData("source: sqlite, file: tax.db, query: 'SELECT total FROM incomes WHERE person = @person; DELETE FROM incomes', fields: {total_income: total}", "more than one statement")]
    [InlineData("source: sqlite, file: tax.db, query: 'DELETE FROM incomes WHERE person = @person RETURNING total', fields: {total_income: total}", "begins with SELECT")]
    [InlineData("source: sqlite, file: tax.db, query: 'SELECT totl FROM incomes WHERE person = @person', fields: {total_income: totl}", "no such column")]
    [InlineData("source: sqlite, file: tax.csv, table: incomes, key: person, fields: {total_income: total}", "file is not a database")]
    [InlineData("source: postgresql, connection: 'Host=db;Password=secret', table: incomes, key: person, fields: {total_income: total}", "never written here")]
    [InlineData("source: postgresql, connection: {environment: NOT_SET_ANYWHERE}, table: incomes, key: person, fields: {total_income: total}", "is not set")]
    [InlineData("source: csv, file: tax.csv, table: incomes, key: person, fields: {total_income: total}", "unknown key 'table'")]
    [InlineData("source: csv, file: tax.csv, key: person, encoding: latin1, fields: {total_income: total}", "utf-8, shift_jis")]
    [InlineData("source: csv, file: tax.csv, key: person, fields: {total_income: total}, as_of: {fixed: 2025-06-01T00:00:00}", "no time with an offset")]
    public void A_mistake_says_what_to_write_instead(string dataSet, string hint)
    {
        var problem = Assert.Single(Problems($"data_sets:\n  tax.income.v1: {{{dataSet}}}\n"));
        Assert.Contains(hint, problem.What, StringComparison.Ordinal);
        Assert.Equal(2, problem.Line);
        Assert.DoesNotContain("secret", problem.What, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_without_data_sets_is_refused() => Assert.Contains("'data_sets' is missing", Assert.Single(Problems("people: {source: csv, file: tax.csv, key: person, number: total}")).What, StringComparison.Ordinal);

    [Fact]
    public async Task Full_names_of_an_enumeration_serve_too()
    {
        income.Write("states.csv", "person,state\np1,1\n");
        await using var source = income.Open("""
            data_sets:
              tax.income.v1:
                source: csv
                file: states.csv
                key: person
                fields: {assessment_state: {column: state, values: {1: ASSESSMENT_STATE_EXEMPT}}}
            """);
        Assert.Equal(Records.Tax.V1.AssessmentState.Exempt, ((Records.Tax.V1.IncomeStatement)(await source.Find("p1", Income.Year(1), default))!.Record).AssessmentState);
    }

    IReadOnlyList<Problem> Problems(string mapping) => Assert.Throws<ConfigurationException>(() => income.Read(mapping)).Problems;
}
