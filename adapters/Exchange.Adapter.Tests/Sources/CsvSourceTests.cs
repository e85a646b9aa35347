using System.Text;
using Exchange.Adapter.Sources;
using Exchange.Adapter.Sources.Csv;
using Exchange.Hosting.Configuration;
using Microsoft.Extensions.Time.Testing;
using Records.Tax.V1;

namespace Exchange.Adapter.Tests.Sources;

public sealed class CsvSourceTests : IDisposable
{
    const string Mapping = """
        data_sets:
          tax.income.v1:
            source: csv
            file: tax.csv
            key: person
            match: {year: year}
            fields:
              year: year
              total_income: {column: total, number: grouped}
              taxing_municipality: town
        """;

    readonly Income income = new();
    readonly FakeTimeProvider clock = new(DateTimeOffset.Parse("2026-01-01T00:00:00Z", null));

    public void Dispose() => income.Dispose();

    [Fact]
    public async Task Good_rows_are_kept_and_bad_ones_listed_with_line_column_and_reason()
    {
        await using var source = Open(""""
            person,year,total,town
            p1,2024,"1,234,567",東京
            p2,2024,12,34,大阪
            p3,2024,lots,京都
            "p4,2024,1,京都
            p5,2024,"5"5,京都
            ,2024,1,京都
            p6,soon,1,京都
            p7, 2024 ,,"two
            lines, ""quoted"""
            p8,2024,1,京都
            p8,2024,2,京都
            p9,2024,9,奈良
            """");
        Assert.Equal(1_234_567, (await Find(source, "p1"))!.TotalIncome);
        Assert.Equal("東京", (await Find(source, "p1"))!.TaxingMunicipality);
        var p7 = await Find(source, "p7");
        Assert.False(p7!.HasTotalIncome);
        Assert.Equal("two\nlines, \"quoted\"", p7.TaxingMunicipality);
        Assert.Equal(9, (await Find(source, "p9"))!.TotalIncome);
        await Assert.ThrowsAsync<SourceException>(async () => await Find(source, "p2"));
        var bad = File.ReadAllText(income.PathOf("tax.csv.bad.csv"));
        Assert.Equal(["line,column,reason,row", "3,,5 cells where the header has 4", "4,total,", "5,person,", "6,total,", "7,person,", "8,year,", "12,person,the same key and match as line 11; neither is used"], Heads(bad));
        Assert.Equal(7, source.State.BadRows);
    }

    [Fact]
    public async Task A_person_whose_row_is_bad_or_doubled_is_an_error_and_never_not_found()
    {
        await using var source = Open("person,year,total,town\np1,2024,lots,a\np2,2024,1,a\np2,2024,1,a\np3,2024,3,a\n");
        foreach (var (person, line) in new[] { ("p1", "line 2"), ("p2", "line 3") })
        {
            var e = await Assert.ThrowsAsync<SourceException>(async () => await Find(source, person));
            Assert.Contains(line, e.Message, StringComparison.Ordinal);
            Assert.DoesNotContain(person, e.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Utf8_is_read_with_and_without_byte_order_mark(bool mark)
    {
        File.WriteAllText(income.PathOf("tax.csv"), "person,year,total,town\r\np1,2024,1,千代田区\r\n", new UTF8Encoding(mark));
        await using var source = (CsvSource)income.Open(Mapping, Settings);
        Assert.Equal("千代田区", (await Find(source, "p1"))!.TaxingMunicipality);
    }

    [Fact]
    public async Task Shift_jis_is_read_when_named()
    {
        File.WriteAllBytes(income.PathOf("tax.csv"), ShiftJis("個人,year,total,町\np1,2024,1,表千代田\n"));
        await using var source = (CsvSource)income.Open(Mapping
            .Replace("key: person", "key: 個人\n    encoding: shift_jis", StringComparison.Ordinal)
            .Replace("taxing_municipality: town", "taxing_municipality: 町", StringComparison.Ordinal), Settings);
        Assert.Equal("表千代田", (await Find(source, "p1"))!.TaxingMunicipality);
    }

    [Fact]
    public async Task Shift_jis_rows_read_as_utf8_are_listed_with_the_remedy()
    {
        File.WriteAllBytes(income.PathOf("tax.csv"), ShiftJis("person,year,total,town\np1,2024,1,東京\np2,2024,2,plain\n"));
        await using var source = (CsvSource)income.Open(Mapping, Settings);
        Assert.Equal(2, (await Find(source, "p2"))!.TotalIncome);
        Assert.Contains("2,town,\"not valid UTF-8; if the file is Shift_JIS, set 'encoding: shift_jis'\"", File.ReadAllText(income.PathOf("tax.csv.bad.csv")), StringComparison.Ordinal);
    }

    [Fact]
    public void A_shift_jis_header_read_as_utf8_is_refused_with_the_remedy()
    {
        File.WriteAllBytes(income.PathOf("tax.csv"), ShiftJis("個人,year,total,town\np1,2024,1,a\n"));
        Assert.Contains("set 'encoding: shift_jis'", Refused(Mapping), StringComparison.Ordinal);
    }

    [Fact]
    public void Utf8_read_as_shift_jis_is_refused_with_the_remedy()
    {
        income.Write("tax.csv", "person,year,total,town\np1,2024,1,東京\n");
        Assert.Contains("set 'encoding: utf-8'", Refused(Mapping.Replace("key: person", "key: person\n    encoding: shift_jis", StringComparison.Ordinal)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_huge_cell_and_a_quote_never_closed_cost_their_own_line()
    {
        await using var source = Open($"person,year,total,town\np1,2024,1,{new string('x', 100_000)}\np2,2024,2,\"{new string('y', 3_000_000)}\np3,2024,3,a\n");
        Assert.Equal(3, (await Find(source, "p3"))!.TotalIncome);
        Assert.Equal(2, source.State.BadRows);
        var lines = Heads(File.ReadAllText(income.PathOf("tax.csv.bad.csv")));
        Assert.StartsWith("2,town", lines[1], StringComparison.Ordinal);
        Assert.StartsWith("3,", lines[2], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Endless_stray_quotes_end_in_a_refusal()
    {
        var rows = string.Concat(Enumerable.Range(0, 400).Select(i => $"\"p{i},2024,1,a\np{i}\"x,2024,1,a\n"));
        income.Write("tax.csv", "person,year,total,town\n" + rows);
        Assert.Contains("look at the quotes", await Task.Run(() => Refused(Mapping)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "the file is empty")]
    [InlineData("person,year,year,town\n", "stands twice")]
    [InlineData("person,year,total,town\np1,2024,x,a\n", "not one of 1 rows")]
    public void A_file_without_use_is_refused(string text, string what)
    {
        income.Write("tax.csv", text);
        Assert.Contains(what, Refused(Mapping), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("p1\u001f2024")]
    [InlineData("p1' OR '1'='1")]
    [InlineData("")]
    public async Task A_strange_key_finds_nobody(string person)
    {
        await using var source = Open("person,year,total,town\np1,2024,1,a\n");
        Assert.Null(await Find(source, person));
    }

    [Fact]
    public async Task A_changed_file_is_read_again_once_it_keeps_still()
    {
        await using var source = Open("person,year,total,town\np1,2024,1,a\n");
        var changed = 0;
        source.Changed += _ => changed++;
        income.Write("tax.csv", "person,year,total,town\np1,2024,2,a\np2,2024,3,a\n");
        Assert.False(await source.Poll());
        Assert.Equal(1, (await Find(source, "p1"))!.TotalIncome);
        Assert.True(await source.Poll());
        Assert.Equal(2, (await Find(source, "p1"))!.TotalIncome);
        Assert.Equal(1, changed);
        Assert.False(await source.Poll());
    }

    [Fact]
    public async Task The_poll_follows_the_clock()
    {
        await using var source = Open("person,year,total,town\np1,2024,1,a\n");
        var changed = new TaskCompletionSource();
        source.Changed += _ => changed.TrySetResult();
        income.Write("tax.csv", "person,year,total,town\np1,2024,22,a\n");
        clock.Advance(TimeSpan.FromSeconds(5));
        clock.Advance(TimeSpan.FromSeconds(5));
        await changed.Task.WaitAsync(TimeSpan.FromSeconds(10));
        Assert.Equal(22, (await Find(source, "p1"))!.TotalIncome);
    }

    [Theory]
    [InlineData("person,year,sum,town\np1,2024,2,a\n", "column 'total' is missing")]
    [InlineData("person,year,total,town\np1,2024,x,a\n", "not one of 1 rows")]
    [InlineData("", "empty")]
    public async Task A_bad_new_file_keeps_the_old(string text, string why)
    {
        await using var source = Open("person,year,total,town\np1,2024,1,a\n");
        var changed = 0;
        source.Changed += _ => changed++;
        income.Write("tax.csv", text);
        await source.Poll();
        Assert.False(await source.Poll());
        Assert.Equal(1, (await Find(source, "p1"))!.TotalIncome);
        Assert.Contains(why, source.State.Refused, StringComparison.Ordinal);
        Assert.Equal(0, changed);
    }

    [Fact]
    public async Task A_removed_file_keeps_the_old()
    {
        await using var source = Open("person,year,total,town\np1,2024,1,a\n");
        File.Delete(income.PathOf("tax.csv"));
        await source.Poll();
        Assert.False(await source.Poll());
        Assert.Equal(1, (await Find(source, "p1"))!.TotalIncome);
    }

    [Fact]
    public async Task A_mended_file_takes_the_list_of_bad_rows_away()
    {
        await using var source = Open("person,year,total,town\np1,2024,1,a\np2,2024,x,a\n");
        Assert.True(File.Exists(income.PathOf("tax.csv.bad.csv")));
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(income.PathOf("tax.csv.bad.csv")));
        income.Write("tax.csv", "person,year,total,town\np1,2024,1,a\np2,2024,22,a\n");
        await source.Poll();
        Assert.True(await source.Poll());
        Assert.False(File.Exists(income.PathOf("tax.csv.bad.csv")));
    }

    [Fact]
    public async Task A_million_rows_are_found_each()
    {
        using (var file = File.CreateText(income.PathOf("tax.csv")))
        {
            file.WriteLine("person,year,total,town");
            for (var i = 0; i < 1_000_000; i++)
                file.WriteLine($"p{i},2024,{i},131016");
        }
        await using var source = (CsvSource)income.Open(Mapping, Settings);
        Assert.Equal(1_000_000, source.State.Rows);
        for (var i = 0; i < 1_000_000; i += 997)
            Assert.Equal(i, (await Find(source, $"p{i}"))!.TotalIncome);
        Assert.Null(await Find(source, "p1000000"));
    }

    SourceSettings Settings => new() { Time = clock };

    CsvSource Open(string text)
    {
        income.Write("tax.csv", text);
        return (CsvSource)income.Open(Mapping, Settings);
    }

    static async Task<IncomeStatement?> Find(CsvSource source, string person) =>
        (IncomeStatement?)(await source.Find(person, Income.Year(2024), default))?.Record;

    string Refused(string mapping) => Assert.Single(Assert.Throws<ConfigurationException>(() => income.Read(mapping, Settings)).Problems).What;

    static byte[] ShiftJis(string text)
    {
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        return Encoding.GetEncoding(932).GetBytes(text);
    }

    /// <summary>The first 70 characters of each record up to the row itself, cut where reasons differ in wording.</summary>
    static string[] Heads(string bad) =>
        [.. bad.Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Select(line => line.StartsWith("line", StringComparison.Ordinal) || line.Contains(" cells where", StringComparison.Ordinal) || line.Contains("same key", StringComparison.Ordinal)
            ? line.StartsWith("line", StringComparison.Ordinal) ? line : line[..line.LastIndexOf(",\"", StringComparison.Ordinal)]
            : line[..(line.IndexOf(',', line.IndexOf(',', StringComparison.Ordinal) + 1) + 1)])];
}
