using Exchange.Adapter.Health;
using Exchange.Adapter.Sources;
using Exchange.Adapter.Sources.Csv;
using Exchange.Protocol.DataSets;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Time.Testing;
using Records.Pension.V1;
using Records.Tax.V1;

namespace Exchange.Adapter.Tests.Sources;

/// <summary>What a CSV file says of people whose row cannot be used: nothing, and never that there is none.</summary>
public sealed class DoubtfulRowsTests : IDisposable
{
    const string Mapping = """
        data_sets:
          tax.income.v1:
            source: csv
            file: tax.csv
            key: person
            match: {year: year}
            fields: {year: year, total_income: total, taxing_municipality: town}
        """;

    const string Payments = """
        data_sets:
          pension.payments.v1:
            source: csv
            file: years.csv
            key: person
            fields: {pension_code: code}
            lists:
              payments:
                file: payments.csv
                key: person
                match: {year: year}
                fields: {paid_on: paid_on, amount: amount}
        """;

    const string Moves = """
        data_sets: {}
        residences: {source: csv, file: moves.csv, key: person, from: since, municipality: code}
        """;

    const string Header = "person,year,total,town\n", Good = "p1,2024,1,a\n";

    readonly Income folder = new();
    readonly FakeTimeProvider clock = new(DateTimeOffset.Parse("2026-01-01T00:00:00Z", null));
    readonly List<string> notices = [];

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("person,year,total,town\np1,2024,1,a\np2,2024,12,34,a\n")]
    [InlineData("town,total,person,year\na,1,p1,2024\na,12,34,p2,2024\n")]
    [InlineData("total,person,year,town\n1,p1,2024,a\n12,34,567,p2,2024,a\n")]
    [InlineData("total,person,year,town\n1,p1,2024,a\n12,34,p2,2024,5,6\n")]
    [InlineData("person,year,total,town\np1,2024,1,a\np2,2024,1,\ufffd\n")]
    [InlineData("person,year,total,town\np1,2024,1,a\np2,2024,\"1\"2,a\n")]
    public async Task Whoever_stands_in_a_malformed_row_is_an_error_and_everybody_else_is_as_before(string text)
    {
        await using var source = Open(text);
        Assert.Equal(1, (await Find(source, "p1"))!.TotalIncome);
        Assert.Contains("tax.csv: line 3 cannot be used", (await Fails(source, "p2")).Message, StringComparison.Ordinal);
        Assert.Null(await Find(source, "nobody"));
        Assert.Empty(source.Troubles);
    }

    [Theory]
    [InlineData(",2024,1,a\n")]
    [InlineData("p2,2024,1\n")]
    [InlineData("2024,1,a\n")]
    [InlineData("\"p2,2024,1,a\n")]
    [InlineData("p\ufffd2,2024,1,a\n")]
    [InlineData("p2,1,2,3,4,5,6,7,8,9,10,11,12,13\n")]
    public async Task Where_a_row_may_be_anybodys_nobody_is_told_to_be_absent(string row)
    {
        await using var source = Open(Header + row + Good);
        Assert.Equal(1, (await Find(source, "p1"))!.TotalIncome);
        foreach (var person in new[] { "p2", "nobody" })
        {
            var e = await Fails(source, person);
            Assert.Contains("line 2 cannot be used and may be anybody's", e.Message, StringComparison.Ordinal);
            Assert.DoesNotContain(person, e.Message, StringComparison.Ordinal);
        }
        Assert.Contains("tax.csv: line 2 may be about anybody", Assert.Single(source.Troubles), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_row_whose_year_cannot_be_read_may_be_of_any_year_of_its_person()
    {
        await using var source = Open(Header + Good + "p1,soon,1,a\np2,2023,1,a\n");
        foreach (var year in new[] { 2023, 2024, 2025 })
            await Assert.ThrowsAsync<SourceException>(async () => await source.Find("p1", Income.Year(year), default));
        Assert.Null(await Find(source, "p2"));
    }

    [Fact]
    public async Task A_row_that_cannot_be_used_beside_a_good_one_of_the_same_key_leaves_neither()
    {
        await using var source = Open(Header + Good + "p1,2024,1,\ufffd\np2,2024,1,\ufffd\np2,2024,2,a\np3,2024,3,a\n");
        await Fails(source, "p1");
        await Fails(source, "p2");
        Assert.Equal(3, (await Find(source, "p3"))!.TotalIncome);
    }

    [Fact]
    public async Task Blank_rows_are_about_nobody()
    {
        await using var source = Open(Header + Good + ",,,\n\n ,\n");
        Assert.Null(await Find(source, "nobody"));
        Assert.Equal((1, 0), (source.State.Rows, source.State.BadRows));
    }

    [Theory]
    [InlineData("p1,2025,2025-04-15,1,000\n", true)]
    [InlineData("p1,soon,2025-04-15,1\n", true)]
    [InlineData(",2025,2025-04-15,1\n", false)]
    [InlineData("p1,2025\n", false)]
    public async Task A_list_that_may_be_short_of_a_row_is_an_error(string row, bool isOfOne)
    {
        folder.Write("years.csv", "person,code\np1,1150\np2,1150\n");
        folder.Write("payments.csv", "person,year,paid_on,amount\np1,2025,2025-02-14,1\n" + row + "p2,2025,2025-02-14,2\n");
        await using var source = (CsvSource)folder.Open(Payments, Settings);
        await Fails(source, "p1");
        if (isOfOne)
            Assert.Equal(2, Assert.Single(((Payments)(await Payment(source, "p2"))!.Record).Payments_).Amount);
        else
            await Fails(source, "p2");
        Assert.Equal(isOfOne ? 0 : 1, source.Troubles.Count(one => one.Contains("no list is told", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("p1,2022-04-01,131,016\n", true)]
    [InlineData(",2022-04-01,131016\n", false)]
    public async Task Moves_that_may_be_short_of_one_lead_nowhere(string row, bool isOfOne)
    {
        folder.Write("moves.csv", "person,since,code\np1,2020-04-01,131024\n" + row + "p2,2020-04-01,131024\n");
        await using var data = folder.Read(Moves, Settings);
        await Assert.ThrowsAsync<SourceException>(async () => await data.Residences!.Find("p1", default));
        if (isOfOne)
            Assert.Equal("131024", Assert.Single(await data.Residences!.Find("p2", default)).Municipality);
        else
            await Assert.ThrowsAsync<SourceException>(async () => await data.Residences!.Find("p2", default));
        Assert.Equal(!isOfOne, data.Troubles.Any());
    }

    [Fact]
    public async Task An_export_gone_wrong_does_not_take_the_place_of_a_good_file_and_health_and_log_say_so()
    {
        folder.Write("tax.csv", Rows(200));
        await using var data = folder.Read(Mapping, Settings);
        var source = (CsvSource)data.Sources.Values.Single();
        var health = new SourcesHealth(data);
        Assert.Equal(HealthStatus.Healthy, (await Check(health)).Status);

        folder.Write("tax.csv", Header + "p1,2024,77,a\n" + string.Concat(Enumerable.Range(2, 199).Select(i => $"p{i},2024,12,345,secret\n")));
        Assert.False(await Reload(source));

        Assert.Equal(1, (await Find(source, "p1"))!.TotalIncome);
        Assert.Equal(200, (await Find(source, "p200"))!.TotalIncome);
        var report = await Check(health);
        Assert.Equal(HealthStatus.Degraded, report.Status);
        foreach (var said in new[] { report.Description!, notices[^1] })
        {
            Assert.Contains("of 200 rows 199 rows cannot be used, in lines 3, 4, 5, 6, 7 and more", said, StringComparison.Ordinal);
            Assert.DoesNotContain("secret", said, StringComparison.Ordinal);
        }

        folder.Write("tax.csv", Rows(300));
        Assert.True(await Reload(source));
        Assert.Equal(HealthStatus.Healthy, (await Check(health)).Status);
    }

    [Theory]
    [InlineData(200, 0, 200, 2, true)]
    [InlineData(200, 0, 200, 3, false)]
    [InlineData(50, 1, 49, 1, true)]
    [InlineData(50, 1, 49, 3, false)]
    [InlineData(1000, 9, 10, 9, false)]
    public async Task A_few_bad_rows_or_hardly_more_than_before_do_not_hold_a_new_file_up(int rows, int bad, int newRows, int newBad, bool isUsed)
    {
        folder.Write("tax.csv", Rows(rows, bad));
        await using var source = (CsvSource)folder.Open(Mapping, Settings);
        folder.Write("tax.csv", Rows(newRows, newBad));
        File.SetLastWriteTimeUtc(folder.PathOf("tax.csv"), new DateTime(2026, 2, 1, 0, 0, 0, DateTimeKind.Utc));
        Assert.Equal(isUsed, await Reload(source));
    }

    [Theory]
    [InlineData("", "2026-01-02", "2026-01-01", "2026-01-01")]
    [InlineData("", "2026-01-01", "2026-01-02", "2026-01-01")]
    [InlineData("as_of: {column: at}", "2026-01-02", "2026-01-01", "2025-12-31")]
    [InlineData("as_of: {column: at}", "2026-01-02", "2025-12-01", "2025-12-01")]
    [InlineData("as_of: {fixed: 2025-12-30T00:00:00Z}", "2026-01-02", "2025-12-01", "2025-12-30")]
    public async Task A_record_is_as_old_as_the_oldest_of_its_files(string asOf, string record, string list, string told)
    {
        folder.Write("years.csv", "person,code,at\np1,1150,2025-12-31T00:00:00Z\n");
        folder.Write("payments.csv", "person,year,paid_on,amount\n");
        File.SetLastWriteTimeUtc(folder.PathOf("years.csv"), Day(record));
        File.SetLastWriteTimeUtc(folder.PathOf("payments.csv"), Day(list));
        await using var source = (CsvSource)folder.Open(Payments.Replace("    lists:", $"    {asOf}\n    lists:", StringComparison.Ordinal), Settings);
        Assert.Equal(new DateTimeOffset(Day(told)).ToUnixTimeMilliseconds(), (await Payment(source, "p1"))!.AsOfUnixMs);
    }

    SourceSettings Settings => new() { Time = clock, Notice = notices.Add };

    CsvSource Open(string text)
    {
        folder.Write("tax.csv", text);
        return (CsvSource)folder.Open(Mapping, Settings);
    }

    static string Rows(int count, int bad = 0) =>
        Header + string.Concat(Enumerable.Range(1, count).Select(i => $"p{i},2024,{(i <= bad ? "x" : i)},a\n"));

    static async Task<bool> Reload(CsvSource source) => await source.Poll() | await source.Poll();

    static Task<HealthCheckResult> Check(SourcesHealth health) => health.CheckHealthAsync(new HealthCheckContext(), TestContext.Current.CancellationToken);

    static async Task<IncomeStatement?> Find(CsvSource source, string person) =>
        (IncomeStatement?)(await source.Find(person, Income.Year(2024), default))?.Record;

    static async Task<SourceRecord?> Payment(CsvSource source, string person) => await source.Find(person, new PaymentsQuestion { Year = 2025 }, default);

    static async Task<SourceException> Fails(CsvSource source, string person) => await Assert.ThrowsAsync<SourceException>(
        async () => await source.Find(person, source.Contract == DataSetCatalogue.Payments ? new PaymentsQuestion { Year = 2025 } : Income.Year(2024), default));

    static DateTime Day(string day) => DateTime.SpecifyKind(DateTime.Parse(day, null), DateTimeKind.Utc);
}
