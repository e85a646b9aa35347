using System.Security.Cryptography;
using System.Text;
using Exchange.Gateway.Policy;
using Exchange.Hosting.Configuration;
using Exchange.V1;
using static Exchange.Gateway.Tests.Policy.Sample;

namespace Exchange.Gateway.Tests.Policy;

public sealed class MatrixFileTests
{
    [Fact]
    public void Every_mistake_of_the_file_is_told_at_once_with_line_and_column()
    {
        var mistakes = MatrixMistakes("""
            rows:
              - requester: municipalty
                task: benefit-eligibility
                provider: jp.taxx
                data_set: tax.incom.v1
                fields: [year]
                condition: none
                legal_basis: law
                valid_from: 2026-01-01
              - requester: municipality
                task: Benefit eligibility
                provider: municipality
                data_set: tax.income.v1
                fields: [year, totl_income, all, year]
                condition: perhaps
                valid_from: 2026-02-30
                valid_until: 2026-01-01
                until: 2027-01-01
              - requester: jp.mun.131017
                task: benefit-eligibility
                provider: tax
                data_set: tax.income.v1
                fields: []
                condition: none
                legal_basis: law
                valid_from: 2026-02-02
                valid_until: 2026-02-01
            """);

        Assert.Collection(mistakes,
            one => Assert.Equal("matrix.yaml:2:16: unknown kind 'municipalty'; did you mean 'municipality'?", one),
            one => Assert.Equal("matrix.yaml:4:15: unknown agency 'jp.taxx'; did you mean 'jp.tax'?", one),
            one => Assert.Equal("matrix.yaml:5:15: unknown data set 'tax.incom.v1'; did you mean 'tax.income.v1'?", one),
            one => Assert.StartsWith("matrix.yaml:11:11: 'Benefit eligibility' is not a task", one, StringComparison.Ordinal),
            one => Assert.Equal("matrix.yaml:12:15: 'municipality' does not provide 'tax.income.v1'; agencies of kind 'tax' do", one),
            one => Assert.Equal("matrix.yaml:14:20: unknown field of tax.income.v1 'totl_income'; did you mean 'total_income'?", one),
            one => Assert.Equal("matrix.yaml:14:33: 'all' is not allowed; name each field the law grants", one),
            one => Assert.Equal("matrix.yaml:14:38: field 'year' stands twice", one),
            one => Assert.StartsWith("matrix.yaml:15:16: 'condition' is 'perhaps'", one, StringComparison.Ordinal),
            one => Assert.StartsWith("matrix.yaml:10:5: 'legal_basis' is missing", one, StringComparison.Ordinal),
            one => Assert.StartsWith("matrix.yaml:16:17: 'valid_from' is '2026-02-30'", one, StringComparison.Ordinal),
            one => Assert.StartsWith("matrix.yaml:18:5: unknown key 'until'", one, StringComparison.Ordinal),
            one => Assert.Equal("matrix.yaml:19:16: unknown agency 'jp.mun.131017'; did you mean 'jp.mun.131016'?", one),
            one => Assert.StartsWith("matrix.yaml:23:13: 'fields' is missing", one, StringComparison.Ordinal),
            one => Assert.Equal("matrix.yaml:27:18: the last day 2026-02-01 lies before the first, 2026-02-02", one));
    }

    [Fact]
    public void A_row_may_grant_predicates_in_place_of_fields()
    {
        var matrix = Matrix("""
            rows:
              - requester: municipality
                task: price-relief
                provider: tax
                data_set: tax.income.v1
                predicates:
                  - { name: low-income, version: "2025-10", test: total_income  <1500000 }
                  - { name: assessed-in-time, version: "1", test: assessed_on <= 2026-06-30 }
                condition: none
                legal_basis: law
                valid_from: 2026-01-01
            """);

        var decision = matrix.Decide(Chiyoda, Tax, "price-relief", Income, Today);

        Assert.True(decision.IsGranted);
        Assert.Empty(decision.Fields);
        Assert.Equal(new Predicate { Name = "low-income", Version = "2025-10", Test = "total_income < 1500000" }, decision.Predicates[0]);
        Assert.Equal("assessed_on <= 2026-06-30", decision.Predicates[1].Test);
    }

    [Fact]
    public void Every_mistake_of_predicates_is_told_with_line_and_column()
    {
        var many = string.Join(", ", Enumerable.Range(0, 8).Select(n => "{ name: " + new string('n', 60) + n + ", version: \"1\", test: total_income < 1 }"));
        var mistakes = MatrixMistakes($"""
            rows:
              - requester: municipality
                task: price-relief
                provider: tax
                data_set: tax.income.v1
                predicates:
                  - name: Low income
                    version: "2025 October"
                    test: totl_income < 1500000
                  - name: low-income
                    test: total_income < 1500000
                    tests: 1
                  - name: low-income
                    version: "2"
                    test: total_income < 1
                condition: none
                legal_basis: law
                valid_from: 2026-01-01
              - requester: municipality
                task: benefit-eligibility
                provider: tax
                data_set: tax.income.v1
                predicates: [{many}]
                condition: none
                legal_basis: law
                valid_from: 2026-01-01
            """);

        Assert.Collection(mistakes,
            one => Assert.StartsWith("matrix.yaml:7:15: 'Low income' is no name of a predicate", one, StringComparison.Ordinal),
            one => Assert.StartsWith("matrix.yaml:8:18: '2025 October' is no version", one, StringComparison.Ordinal),
            one => Assert.StartsWith("matrix.yaml:9:15: tax.income.v1 has no field 'totl_income'; it has year", one, StringComparison.Ordinal),
            one => Assert.StartsWith("matrix.yaml:10:9: 'version' is missing", one, StringComparison.Ordinal),
            one => Assert.StartsWith("matrix.yaml:12:9: unknown key 'tests'; did you mean 'test'?", one, StringComparison.Ordinal),
            one => Assert.StartsWith("matrix.yaml:13:15: predicate 'low-income' stands twice", one, StringComparison.Ordinal),
            one => Assert.StartsWith("matrix.yaml:23:17: an answer of tax.income.v1 has 512 bytes", one, StringComparison.Ordinal));
    }

    [Fact]
    public void Rows_of_one_key_that_meet_on_a_day_are_reported_with_both_lines()
    {
        var mistakes = MatrixMistakes(Rows(
            Row("municipality", "tax", from: "2026-06-01"),
            Row("municipality", "tax", from: "2026-01-01", until: "2026-06-01"),
            Row("municipality", Tax),
            Row("municipality", "tax", from: "2025-01-01", until: "2025-12-31"),
            Row("municipality", Tax)));

        Assert.Collection(mistakes,
            one => Assert.StartsWith("matrix.yaml:3:5: this row overlaps in time with the row of line 2: municipality asks tax", one, StringComparison.Ordinal),
            one => Assert.StartsWith("matrix.yaml:6:5: this row repeats the row of line 4: municipality asks jp.tax", one, StringComparison.Ordinal));
    }

    [Fact]
    public void A_row_within_a_longer_one_is_found_behind_rows_that_lie_between()
    {
        var mistakes = MatrixMistakes(Rows(
            Row("municipality", "tax", from: "2026-01-01", until: "2026-12-31"),
            Row("municipality", "tax", from: "2026-02-01", until: "2026-02-28"),
            Row("municipality", "tax", from: "2026-11-01", until: "2026-11-30")));

        Assert.Equal(2, mistakes.Count);
        Assert.All(mistakes, one => Assert.Contains("line 2", one, StringComparison.Ordinal));
    }

    [Fact]
    public void The_last_day_and_the_next_first_day_do_not_overlap()
    {
        var matrix = Matrix(Rows(
            Row("municipality", "tax", from: "2026-04-01", basis: "new law"),
            Row("municipality", "tax", until: "2026-03-31", basis: "old law")));

        Assert.Equal("old law", matrix.Decide(Chiyoda, Tax, "benefit-eligibility", Income, new(2026, 3, 31)).LegalBasis);
        Assert.Equal("new law", matrix.Decide(Chiyoda, Tax, "benefit-eligibility", Income, new(2026, 4, 1)).LegalBasis);
    }

    [Fact]
    public void Without_a_directory_what_can_be_checked_is_checked_and_no_matrix_comes_of_it()
    {
        var problems = new Problems();

        var matrix = MatrixFile.Parse("matrix.yaml", Encoding.UTF8.GetBytes(Rows(Row("nobody", "anyone", from: "tomorrow"))), null, problems);

        Assert.Null(matrix);
        Assert.Contains("'valid_from' is 'tomorrow'", Assert.Single(problems.Found).What, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_without_rows_is_a_mistake_and_an_empty_list_permits_nothing()
    {
        Assert.Contains("'rows' is missing", Assert.Single(MatrixMistakes("row: []").Take(1)), StringComparison.Ordinal);
        Assert.Equal(Reason.TaskUnknown, Matrix("rows: []").Decide(Chiyoda, Tax, "benefit-eligibility", Income, Today).Reason);
    }

    [Fact]
    public void A_cut_off_file_is_refused()
    {
        Assert.NotEmpty(MatrixMistakes(MatrixText[..^12]));
        Assert.NotEmpty(MatrixMistakes(Rows(Row("municipality", "tax"))[..^20]));
        Assert.NotEmpty(MatrixMistakes(""));
    }

    [Fact]
    public void The_version_is_the_hash_of_the_bytes_so_a_comment_makes_another_version()
    {
        var text = MatrixText + "\n# reviewed\n";

        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text))), Matrix(text).Version);
        Assert.NotEqual(Matrix().Version, Matrix(text).Version);
    }

    [Fact]
    public void Thousands_of_mistakes_are_all_told()
    {
        var mistakes = MatrixMistakes(Rows(Enumerable.Range(0, 5000).Select(i => Row($"kind-{i}", "tax"))));

        Assert.Equal(5000, mistakes.Count);
    }
}
