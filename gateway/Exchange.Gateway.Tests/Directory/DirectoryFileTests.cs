using System.Text;
using Exchange.Gateway.Directory;
using Exchange.Hosting.Configuration;
using static Exchange.Gateway.Tests.Policy.Sample;

namespace Exchange.Gateway.Tests.Directory;

public sealed class DirectoryFileTests
{
    [Fact]
    public void Every_mistake_of_the_file_is_told_at_once_with_line_and_column()
    {
        Assert.Collection(Mistakes("""
            agencies:
              - { id: jp.mun.131017, kind: municipality, name: Chiyoda, status: active, epochs: [1] }
              - { id: jp.mun.13101, kind: municipality, name: Chiyoda, status: active, epochs: [1] }
              - { id: JP.tax, kind: Tax, name: Tax, status: retired, epochs: [1, 1, 0, x] }
              - { id: jp.pension, kind: pension, status: active }
              - { id: jp.pension, kind: pension, name: Pension, status: active, epochs: [1], parent: jp }
            data_sets:
              - id: income
                title: Income
                question: records.tax.v1.IncomeQuestio
                record: records.tax.v1.IncomeStatement
                declared_size: 64
                provider_kind: pensoin
            """),
            one => Assert.Equal("directory.yaml:2:11: 'jp.mun.131017' has a wrong check digit; 13101 has check digit 6", one),
            one => Assert.Equal("directory.yaml:3:11: 'jp.mun.13101' must end with a local government code of 6 digits", one),
            one => Assert.StartsWith("directory.yaml:4:11: 'JP.tax' is not an agency id", one, StringComparison.Ordinal),
            one => Assert.StartsWith("directory.yaml:4:25: 'Tax' is not a kind", one, StringComparison.Ordinal),
            one => Assert.StartsWith("directory.yaml:4:49: 'status' is 'retired'", one, StringComparison.Ordinal),
            one => Assert.Equal("directory.yaml:4:70: epoch 1 stands twice", one),
            one => Assert.StartsWith("directory.yaml:4:73: '0' is not an epoch", one, StringComparison.Ordinal),
            one => Assert.StartsWith("directory.yaml:4:76: 'x' is not an epoch", one, StringComparison.Ordinal),
            one => Assert.StartsWith("directory.yaml:5:5: 'name' is missing", one, StringComparison.Ordinal),
            one => Assert.StartsWith("directory.yaml:5:5: 'epochs' is missing", one, StringComparison.Ordinal),
            one => Assert.Equal("directory.yaml:6:11: 'jp.pension' stands already in line 5", one),
            one => Assert.StartsWith("directory.yaml:6:82: unknown key 'parent'", one, StringComparison.Ordinal),
            one => Assert.StartsWith("directory.yaml:8:9: 'income' is not a data set id", one, StringComparison.Ordinal),
            one => Assert.Equal("directory.yaml:10:15: unknown message 'records.tax.v1.IncomeQuestio'; did you mean 'records.tax.v1.IncomeQuestion'?", one),
            one => Assert.StartsWith("directory.yaml:12:20: 'declared_size' is '64'", one, StringComparison.Ordinal),
            one => Assert.StartsWith("directory.yaml:8:5: 'protected' is missing", one, StringComparison.Ordinal),
            one => Assert.StartsWith("directory.yaml:13:20: unknown kind 'pensoin'; did you mean 'pension'?", one, StringComparison.Ordinal));
    }

    [Fact]
    public void A_broken_file_is_one_mistake_and_not_a_list_of_what_it_would_have_held() =>
        Assert.StartsWith("directory.yaml:3:1: not valid YAML", Assert.Single(Mistakes("agencies:\n  - [")), StringComparison.Ordinal);

    [Fact]
    public void Lists_left_out_are_missing_and_not_empty() =>
        Assert.Equal(2, Mistakes("{}").Count);

    [Fact]
    public void What_the_file_says_is_found_by_id_and_by_kind()
    {
        var directory = Agencies();

        Assert.True(directory.TryGetAgency(Chuo, out var chuo));
        Assert.Equal(("Chuo", "municipality", true, 2ul), (chuo.Name, chuo.Kind, chuo.IsActive, chuo.CurrentEpoch));
        Assert.Equal([true, true, false], new[] { chuo.IsInForce(1), chuo.IsInForce(2), chuo.IsInForce(3) });
        Assert.True(directory.TryGetDataSet(Income, out var income));
        Assert.Equal(("records.tax.v1.IncomeStatement", 512, true, "tax"), (income.Record.FullName, income.DeclaredSize, income.IsProtected, income.ProviderKind));
        Assert.Equal([Chiyoda, Chuo], directory.AgenciesOfKind("municipality").Select(agency => agency.Id));
        Assert.Empty(directory.AgenciesOfKind("pension"));
        Assert.False(directory.TryGetAgency("municipality", out _));
    }

    [Fact]
    public void Every_municipality_of_Japan_passes_and_none_with_another_check_digit_does()
    {
        var file = SharedFile("data/municipalities.csv");
        if (file is null)
        {
            if (Environment.GetEnvironmentVariable("EXCHANGE_REQUIRE_SERVERS") == "1")
                Assert.Fail("The list of municipalities is absent.");
            Assert.Skip("The list of municipalities is absent.");
        }
        var codes = File.ReadLines(file).Skip(1).Select(line => line.Split(',')[0]).ToList();

        Assert.Equal(1741, codes.Count);
        foreach (var code in codes)
            for (var digit = '0'; digit <= '9'; digit++)
                Assert.Equal(digit == code[5], AgencyIds.MunicipalityMistake($"jp.mun.{code[..5]}{digit}") is null);
    }

    static List<string> Mistakes(string text)
    {
        var problems = new Problems();
        Assert.Null(DirectoryFile.Parse("directory.yaml", Encoding.UTF8.GetBytes(text), problems));
        return [.. problems.Found.Select(problem => problem.ToString())];
    }

    static string? SharedFile(string name)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "Exchange.sln")))
                return Path.Combine(folder.FullName, "..", "shared", name) is var path && File.Exists(path) ? path : null;
        return null;
    }
}
