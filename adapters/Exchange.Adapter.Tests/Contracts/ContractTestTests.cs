using Exchange.Adapter.Commands.Contracts;
using Exchange.Protocol.DataSets;
using Microsoft.Extensions.Time.Testing;

namespace Exchange.Adapter.Tests.Contracts;

public sealed class ContractTestTests : IDisposable
{
    const string Header = "宛名番号,年度,課税区分,合計所得,課税標準,市民税所得割,県民税所得割,市民税均等割,県民税均等割,年税額\n";

    const string Mapping = """
        people: { source: csv, file: people.csv, key: 宛名番号, number: 個人番号 }
        data_sets:
          municipality.resident-tax.v1:
            source: csv
            file: tax.csv
            key: 宛名番号
            match: { fiscal_year: 年度 }
            fields:
              fiscal_year: 年度
              assessment_state: { column: 課税区分, values: { 課税: ASSESSED, 非課税: EXEMPT, 未申告: UNDECLARED } }
              total_income: 合計所得
              taxable_income: 課税標準
              municipal_income_levy: 市民税所得割
              prefectural_income_levy: 県民税所得割
              municipal_per_capita_levy: 市民税均等割
              prefectural_per_capita_levy: 県民税均等割
              total_levy: 年税額
        """;

    readonly string folder = Directory.CreateTempSubdirectory("exchange-contract-").FullName;
    readonly StringWriter output = new();

    [Fact]
    public async Task Records_that_mean_what_they_should_pass_and_the_years_are_those_that_one_would_ask_today()
    {
        Write("R1,2026,課税,3250000,2390000,143400,95600,3000,1000,243000\nR1,2025,非課税,0,0,0,0,0,0,0\nR2,2026,未申告,,,,,,,\n", "R1", "R2");
        Assert.Equal(0, await Run());
        Assert.Contains("municipality.resident-tax.v1, contract 1.0, asked fiscal_year=2026; fiscal_year=2025: 3 records of 2 people, of 2 on the list; 0 break it.", output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Each_row_that_breaks_a_rule_is_named_by_the_agencys_own_key_and_no_value_stands_in_the_list()
    {
        // The mistake of 2019: the prefectural part was exported into the column of the municipal one, and the reverse.
        Write("R1,2026,課税,3250000,2390000,95600,143400,3000,1000,243000\nR2,2026,課税,3250000,2390000,143400,95600,3000,1000,239000\nR3,2026,未申告,0,,,,,,\nR4,2026,課税,x,,,,,,\n", "R1", "R2", "R3", "R4");
        Assert.Equal(1, await Run());
        var rows = File.ReadAllLines(this["report.csv"]);
        Assert.Equal("person,data_set,question,rule,field,what", rows[0]);
        Assert.Contains(rows, row => row.StartsWith("R2,municipality.resident-tax.v1,fiscal_year=2026,levy-total,", StringComparison.Ordinal));
        Assert.Contains(rows, row => row.StartsWith("R3,municipality.resident-tax.v1,fiscal_year=2026,nothing-known,", StringComparison.Ordinal));
        Assert.Contains(rows, row => row.StartsWith("R4,municipality.resident-tax.v1,fiscal_year=2026,unreadable,", StringComparison.Ordinal));
        Assert.DoesNotContain(rows, row => row.Contains("239000", StringComparison.Ordinal));
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(this["report.csv"]));
        Assert.Contains("1 rows: levy-total, which does not hold: municipal_income_levy,", output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_key_column_is_noticed_since_nobody_has_a_record()
    {
        Write("1,2026,課税,3250000,2390000,143400,95600,3000,1000,243000\n", "R1", "R2");
        Assert.Equal(1, await Run());
        Assert.Contains("Nobody on the list has a record. Is 'key' the column", output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_sample_is_as_large_as_was_asked_for()
    {
        Write(string.Concat(Enumerable.Range(1, 50).Select(i => $"R{i},2026,非課税,0,0,0,0,0,0,0\n")), [.. Enumerable.Range(1, 50).Select(i => $"R{i}")]);
        Assert.Equal(0, await Run(sample: 7));
        Assert.Contains("7 records of 7 people, of 7 on the list", output.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("fiscal_yaer=2026")]
    [InlineData("fiscal_year=soon")]
    [InlineData("month=2026-01")]
    public async Task A_question_that_is_none_of_the_data_set_is_told_and_nothing_is_tested(string question)
    {
        Write("R1,2026,非課税,0,0,0,0,0,0,0\n", "R1");
        Assert.Equal(2, await Run(question: question));
        Assert.Empty(output.ToString());
    }

    [Fact]
    public async Task Two_versions_of_a_data_set_stand_side_by_side_each_held_to_its_own_contract()
    {
        var now = DataSetCatalogue.ResidentTax;
        var next = new DataSetContract(
            "municipality.resident-tax.v2", "Resident tax, from 2027", now.Question, now.Record, now.DeclaredSize, now.IsProtected, now.ProviderKind,
            now.Meaning! with { Version = "2.0", Rules = [.. now.Meaning!.Rules, new("state-kept", "nobody is EXEMPT any more", (_, record) => !record.ToString()!.Contains("EXEMPT", StringComparison.Ordinal))] });
        Write("R1,2026,非課税,0,0,0,0,0,0,0\n", "R1");
        File.WriteAllText(this["sources.yaml"], Mapping + Environment.NewLine + Mapping[Mapping.IndexOf("  municipality", StringComparison.Ordinal)..].Replace(".v1", ".v2", StringComparison.Ordinal));
        Assert.Equal(1, await ContractTestCommand.Run(this["sources.yaml"], [now, next], [], [], null, null, Time, output, default));
        Assert.Contains("municipality.resident-tax.v1, contract 1.0, asked fiscal_year=2026; fiscal_year=2025: 1 records of 1 people, of 1 on the list; 0 break it.", output.ToString(), StringComparison.Ordinal);
        Assert.Contains("municipality.resident-tax.v2, contract 2.0, asked fiscal_year=2026; fiscal_year=2025: 1 records of 1 people, of 1 on the list; 1 break it.", output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_contract_is_shown_with_unit_example_and_meaning_of_each_field_and_what_must_hold()
    {
        Assert.Equal(0, ContractCommand.Run("municipality.resident-tax.v1", output));
        Assert.Matches(@"prefectural_income_levy +yen +95600 +Part of the income levy that goes to the prefecture\.", output.ToString());
        Assert.Contains("levy-total: municipal_income_levy, prefectural_income_levy,", output.ToString(), StringComparison.Ordinal);
        Assert.Equal(1, ContractCommand.Run("municipality.resident-tax.v9", output));
    }

    [Fact]
    public void The_contract_of_a_history_is_shown_too_and_asks_nobody_to_test_a_mapping()
    {
        Assert.Equal(0, ContractCommand.Run("tax.history.v1", output));
        Assert.Matches(@"entries\.fields +code +total_income +Names of the fields of that data set that were told", output.ToString());
        Assert.Contains("in-order: entries stand newest first.", output.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("contract-test", output.ToString(), StringComparison.Ordinal);
    }

    public void Dispose()
    {
        output.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    static FakeTimeProvider Time => new(new DateTimeOffset(2026, 11, 30, 0, 0, 0, TimeSpan.Zero));

    string this[string name] => Path.Combine(folder, name);

    void Write(string rows, params string[] people)
    {
        File.WriteAllText(this["tax.csv"], Header + rows);
        File.WriteAllText(this["people.csv"], "宛名番号,個人番号\n" + string.Concat(people.Select(key => $"{key},123456789018\n")));
        File.WriteAllText(this["sources.yaml"], Mapping);
    }

    Task<int> Run(int? sample = null, string? question = null) => ContractTestCommand.Run(
        this["sources.yaml"], DataSetCatalogue.OfKind("municipality"), question is null ? [] : ["municipality.resident-tax.v1"], question is null ? [] : [question], sample, this["report.csv"], Time, output, default);
}
