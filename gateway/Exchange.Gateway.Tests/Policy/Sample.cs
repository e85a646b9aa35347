using System.Text;
using Exchange.Gateway.Directory;
using Exchange.Gateway.Policy;
using Exchange.Hosting.Configuration;

namespace Exchange.Gateway.Tests.Policy;

/// <summary>A small exchange: two towns, the tax agency, and what they may ask.</summary>
static class Sample
{
    public const string Chiyoda = "jp.mun.131016", Chuo = "jp.mun.131024", Tax = "jp.tax";
    public const string Income = "tax.income.v1", ResidentTax = "municipality.resident-tax.v1";

    public static DateOnly Today { get; } = new(2026, 4, 1);

    public const string DirectoryText = """
        agencies:
          - { id: jp.mun.131016, kind: municipality, name: Chiyoda, status: active, epochs: [1] }
          - { id: jp.mun.131024, kind: municipality, name: Chuo, status: active, epochs: [1, 2] }
          - { id: jp.tax, kind: tax, name: National Tax Agency, status: active, epochs: [1] }
        data_sets:
          - id: tax.income.v1
            title: Income of one tax year
            question: records.tax.v1.IncomeQuestion
            record: records.tax.v1.IncomeStatement
            declared_size: 512
            protected: true
            provider_kind: tax
          - id: municipality.resident-tax.v1
            title: Local tax of one fiscal year
            question: records.municipality.v1.ResidentTaxQuestion
            record: records.municipality.v1.ResidentTax
            declared_size: 512
            protected: true
            provider_kind: municipality
        """;

    public const string MatrixText = """
        rows:
          - requester: municipality
            task: benefit-eligibility
            provider: tax
            data_set: tax.income.v1
            fields: [year, assessment_state, total_income]
            condition: none
            legal_basis: Number Act art. 19 (8)
            valid_from: 2026-01-01
        """;

    public static AgencyDirectory Agencies(string text = DirectoryText) =>
        Whole(problems => DirectoryFile.Parse("directory.yaml", Encoding.UTF8.GetBytes(text), problems));

    public static PolicyMatrix Matrix(string text = MatrixText, AgencyDirectory? directory = null) =>
        Whole(problems => MatrixFile.Parse("matrix.yaml", Encoding.UTF8.GetBytes(text), directory ?? Agencies(), problems));

    public static IReadOnlyList<string> MatrixMistakes(string text)
    {
        var problems = new Problems();
        Assert.Null(MatrixFile.Parse("matrix.yaml", Encoding.UTF8.GetBytes(text), Agencies(), problems));
        return [.. problems.Found.Select(problem => problem.ToString())];
    }

    /// <summary>One row in flow style, on one line.</summary>
    public static string Row(
        string requester, string provider, string task = "benefit-eligibility", string dataSet = Income, string fields = "year",
        string condition = "none", string basis = "law", string from = "2026-01-01", string? until = null) =>
        $"  - {{ requester: {requester}, task: {task}, provider: {provider}, data_set: {dataSet}, fields: [{fields}], condition: {condition}, legal_basis: {basis}, valid_from: {from}{(until is null ? "" : $", valid_until: {until}")} }}\n";

    public static string Rows(params IEnumerable<string> rows) => "rows:\n" + string.Concat(rows);

    static T Whole<T>(Func<Problems, T?> parse) where T : class
    {
        var problems = new Problems();
        var parsed = parse(problems);
        problems.ThrowIfAny();
        return parsed!;
    }
}
