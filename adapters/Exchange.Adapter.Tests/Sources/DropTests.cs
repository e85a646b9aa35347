using Exchange.Adapter.Sources;
using Exchange.Adapter.Sources.Csv;
using Exchange.Adapter.Sources.Residences;
using Exchange.Hosting.Configuration;
using Microsoft.Extensions.Time.Testing;
using Records.Tax.V1;

namespace Exchange.Adapter.Tests.Sources;

public sealed class DropTests : IDisposable
{
    const string Mapping = """
        data_sets:
          tax.income.v1:
            source: csv
            file: tax.csv
            drop: incoming/tax-*.csv
            keep: 2
            key: person
            fields: {total_income: total}
        """;

    readonly Income folder = new();
    readonly List<string> notices = [];

    public DropTests()
    {
        Directory.CreateDirectory(folder.PathOf("incoming"));
        Use("20260401", 1);
    }

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("tax-20260402.csv")]
    [InlineData("tax-2026-04-02.csv")]
    public async Task A_newer_file_takes_the_place_of_the_one_in_use_once_it_keeps_still_and_is_as_old_as_its_name_says(string name)
    {
        await using var source = Open();
        var changes = 0;
        source.Changed += _ => changes++;
        Drop(name, 2);
        Assert.False(await source.Poll());
        Assert.Equal(1, await Total(source));
        Assert.True(await source.Poll());

        var found = await source.Find("p1", Income.Year(2024), default);
        Assert.Equal(2, ((IncomeStatement)found!.Record).TotalIncome);
        Assert.Equal(DateTimeOffset.Parse("2026-04-02T00:00:00+09:00", null).ToUnixTimeMilliseconds(), found.AsOfUnixMs);
        Assert.Equal(1, changes);
        Assert.Empty(Files("incoming"));
        Assert.Equal(["tax-20260401.csv"], Files("incoming/kept"));
        Assert.Contains("1", File.ReadAllText(folder.PathOf("incoming/kept/tax-20260401.csv")), StringComparison.Ordinal);
        Assert.Empty(source.Troubles);
        Assert.False(await Twice(source));
    }

    [Fact]
    public async Task A_name_without_a_day_leaves_a_file_the_time_of_its_last_write()
    {
        await using var source = Open();
        Drop("tax-final.csv", 2);
        var written = new DateTime(2026, 4, 2, 3, 4, 5, DateTimeKind.Utc);
        File.SetLastWriteTimeUtc(folder.PathOf("incoming/tax-final.csv"), written);
        Assert.True(await Twice(source));
        Assert.Equal(new DateTimeOffset(written).ToUnixTimeMilliseconds(), (await source.Find("p1", Income.Year(2024), default))!.AsOfUnixMs);
    }

    [Fact]
    public async Task A_file_that_is_still_written_waits_and_what_was_put_there_last_counts()
    {
        await using var source = Open();
        Drop("tax-20260403.csv", 3);
        await source.Poll();
        File.AppendAllText(folder.PathOf("incoming/tax-20260403.csv"), "p2,33\n");
        Assert.False(await source.Poll());
        Assert.True(await source.Poll());
        Assert.Equal(33, await Total(source, "p2"));
    }

    [Fact]
    public async Task Of_several_the_newest_is_taken_and_older_ones_are_refused_and_said()
    {
        await using var source = Open();
        Drop("tax-20260402.csv", 2);
        Drop("tax-20260404.csv", 4);
        Drop("tax-20260331.csv", 9);
        Assert.True(await Twice(source));
        Assert.False(await Twice(source));
        Assert.Equal(4, await Total(source));
        Assert.Equal(["tax-20260331.csv", "tax-20260402.csv"], Files("incoming"));
        var trouble = Assert.Single(source.Troubles);
        foreach (var name in new[] { "tax-20260331.csv", "tax-20260402.csv" })
        {
            Assert.Contains($"{name} is not used: it is older than the file in use", trouble, StringComparison.Ordinal);
            Assert.Single(notices, notice => notice.StartsWith(name, StringComparison.Ordinal));
        }
        File.Delete(folder.PathOf("incoming/tax-20260331.csv"));
        File.Delete(folder.PathOf("incoming/tax-20260402.csv"));
        await source.Poll();
        Assert.Empty(source.Troubles);
    }

    [Fact]
    public async Task A_file_of_the_day_of_the_one_in_use_is_not_older_whatever_the_hour()
    {
        await using var source = Open();
        File.SetLastWriteTimeUtc(folder.PathOf("tax.csv"), new DateTime(2026, 4, 2, 14, 0, 0, DateTimeKind.Utc));
        await Twice(source);
        Drop("tax-20260402.csv", 2);
        Assert.True(await Twice(source));
        Assert.Equal(["tax-20260402-230000.csv"], Files("incoming/kept"));
        Drop("tax-20260402.csv", 22);
        Assert.True(await Twice(source));
        Assert.Equal(22, await Total(source));
    }

    [Fact]
    public async Task A_file_that_is_refused_stays_where_it_is_with_its_bad_rows_beside_it_and_is_tried_again_when_it_changes()
    {
        await using var source = Open();
        folder.Write("incoming/tax-20260402.csv", "person,total\np1,lots\np2,2\n");
        Assert.False(await Twice(source));
        Assert.False(await Twice(source));
        Assert.Equal(1, await Total(source));
        Assert.Contains("tax-20260402.csv is not used: of 2 rows 1 rows cannot be used, in line 2", Assert.Single(source.Troubles), StringComparison.Ordinal);
        Assert.Single(notices, notice => notice.Contains("is refused", StringComparison.Ordinal));
        Assert.DoesNotContain(notices, notice => notice.Contains("lots", StringComparison.Ordinal));
        Assert.Contains("2,total,", File.ReadAllText(folder.PathOf("incoming/tax-20260402.csv.bad.csv")), StringComparison.Ordinal);
        Assert.Equal(["mapping.yaml", "tax.csv"], Files("."));

        Drop("tax-20260402.csv", 2222);
        Assert.True(await Twice(source));
        Assert.Equal(2222, await Total(source));
        Assert.Empty(source.Troubles);
        Assert.Empty(Files("incoming"));
    }

    [Theory]
    [InlineData("", "the file is empty")]
    [InlineData("person,sum\np1,2\n", "column 'total' is missing")]
    public async Task A_file_that_cannot_be_read_is_refused_and_the_next_best_is_taken(string text, string why)
    {
        await using var source = Open();
        folder.Write("incoming/tax-20260403.csv", text);
        Drop("tax-20260402.csv", 2);
        Assert.False(await Twice(source));
        Assert.True(await source.Poll());
        Assert.Equal(2, await Total(source));
        Assert.Contains(why, Assert.Single(source.Troubles), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_list_of_bad_rows_goes_with_a_file_that_is_taken()
    {
        await using var source = Open();
        folder.Write("incoming/tax-20260402.csv", "person,total\n" + string.Concat(Enumerable.Range(1, 200).Select(i => $"p{i},{i}\n")) + "p201,lots\n");
        Assert.True(await Twice(source));
        Assert.Empty(Files("incoming"));
        Assert.Contains("202,total,", File.ReadAllText(folder.PathOf("tax.csv.bad.csv")), StringComparison.Ordinal);
        Drop("tax-20260403.csv", 3);
        Assert.True(await Twice(source));
        Assert.False(File.Exists(folder.PathOf("tax.csv.bad.csv")));
    }

    [Fact]
    public async Task So_many_replaced_files_are_kept_and_nothing_else_is_removed()
    {
        await using var source = Open();
        Directory.CreateDirectory(folder.PathOf("incoming/kept"));
        folder.Write("incoming/kept/tax-notes.csv", "");
        for (var day = 2; day <= 5; day++)
        {
            Drop($"tax-2026040{day}.csv", day);
            Assert.True(await Twice(source));
        }
        Assert.Equal(["tax-20260403.csv", "tax-20260404.csv", "tax-notes.csv"], Files("incoming/kept"));
    }

    [Fact]
    public async Task Without_a_file_in_use_the_newest_is_taken_at_the_start_and_again_when_more_of_it_came()
    {
        File.Delete(folder.PathOf("tax.csv"));
        Drop("tax-20260402.csv", 2);
        Drop("tax-20260401.csv", 1);
        await using var source = Open();
        Assert.Equal(2, await Total(source));
        File.AppendAllText(folder.PathOf("incoming/tax-20260402.csv"), "p2,22\n");
        Assert.True(await Twice(source));
        Assert.Equal(22, await Total(source, "p2"));
        Assert.Equal(["tax-20260401.csv"], Files("incoming"));
    }

    [Fact]
    public async Task Without_a_file_in_use_one_that_is_whole_is_taken_away_when_it_has_kept_still()
    {
        File.Delete(folder.PathOf("tax.csv"));
        Drop("tax-20260402.csv", 2);
        await using var source = Open();
        Assert.False(await Twice(source));
        Assert.Empty(Files("incoming"));
        Assert.Equal(2, await Total(source));
    }

    /// <summary>What is on the disk when the process is killed after each step, and before the first.</summary>
    [Theory]
    [InlineData("while it was copied")]
    [InlineData("when it was copied")]
    [InlineData("while the one in use was kept")]
    [InlineData("when the one in use was kept")]
    [InlineData("when it took the place")]
    public async Task Whenever_the_process_is_killed_the_next_start_goes_on_from_there(string when)
    {
        Drop("tax-20260402.csv", 2);
        var midnight = DateTimeOffset.Parse("2026-04-02T00:00:00+09:00", null).UtcDateTime;
        void Copy(string from, string to, DateTime? written = null)
        {
            Directory.CreateDirectory(folder.PathOf("incoming/kept"));
            File.Copy(folder.PathOf(from), folder.PathOf(to), overwrite: true);
            if (written is { } time)
                File.SetLastWriteTimeUtc(folder.PathOf(to), time);
        }
        if (when == "while it was copied")
            folder.Write("tax.csv.next.tmp", "person,to");
        else
            Copy("incoming/tax-20260402.csv", "tax.csv.next", midnight);
        if (when == "while the one in use was kept")
            folder.Write("incoming/kept/tax-20260401.csv.tmp", "pers");
        if (when is "when the one in use was kept" or "when it took the place")
            Copy("tax.csv", "incoming/kept/tax-20260401.csv");
        if (when == "when it took the place")
            File.Move(folder.PathOf("tax.csv.next"), folder.PathOf("tax.csv"), overwrite: true);

        await using var source = Open();
        await Twice(source);
        Assert.Equal(2, await Total(source));
        Assert.Equal(midnight, File.GetLastWriteTimeUtc(folder.PathOf("tax.csv")));
        Assert.Empty(Files("incoming"));
        Assert.Equal(["mapping.yaml", "tax.csv"], Files("."));
        Assert.Equal(["tax-20260401.csv"], Files("incoming/kept").Where(name => !name.EndsWith(".tmp", StringComparison.Ordinal)));
        Assert.Empty(source.Troubles);
    }

    [Fact]
    public async Task The_same_file_put_there_twice_changes_nothing()
    {
        await using var source = Open();
        Drop("tax-20260402.csv", 2);
        Assert.True(await Twice(source));
        Drop("tax-20260402.csv", 2);
        Assert.False(await Twice(source));
        Assert.Empty(Files("incoming"));
        Assert.Equal(["tax-20260401.csv"], Files("incoming/kept"));
    }

    [Fact]
    public async Task A_file_of_residences_is_replaced_like_any_other()
    {
        folder.Write("moves.csv", "resident,since,code\nr1,2020-04-01,13101\n");
        File.SetLastWriteTimeUtc(folder.PathOf("moves.csv"), new DateTime(2026, 4, 1, 0, 0, 0, DateTimeKind.Utc));
        await using var data = folder.Read("""
            data_sets: {}
            residences: {source: csv, file: moves.csv, drop: incoming/moves-*.csv, key: resident, from: since, municipality: code}
            """, Settings);
        folder.Write("incoming/moves-20260402.csv", "resident,since,code\nr1,2020-04-01,13102\n");
        var file = (ResidencesFile)data.Residences!;
        Assert.False(await file.Poll());
        Assert.True(await file.Poll());
        Assert.Equal("131024", Assert.Single(await data.Residences!.Find("r1", default)).Municipality);
    }

    [Theory]
    [InlineData("drop: incoming/tax.csv", "no pattern")]
    [InlineData("drop: in*/tax-1.csv", "no pattern")]
    [InlineData("drop: incoming/*-*.csv", "no pattern")]
    [InlineData("drop: incomming/tax-*.csv", "there is no folder")]
    [InlineData("drop: t*.csv", "is the name of the file in use too")]
    public void A_pattern_that_does_not_serve_is_a_mistake(string drop, string what) => Assert.Contains(
        what, Problem(Mapping.Replace("drop: incoming/tax-*.csv", drop, StringComparison.Ordinal)), StringComparison.Ordinal);

    [Fact]
    public void Neither_keep_without_a_folder_nor_a_folder_of_people_has_a_meaning()
    {
        Assert.Contains("no meaning without 'drop'", Problem(Mapping.Replace("    drop: incoming/tax-*.csv\n", "", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.Contains("'deltas'", Problem(Mapping + "\npeople: {source: csv, file: tax.csv, drop: incoming/tax-*.csv, key: person, number: total}\n"), StringComparison.Ordinal);
        File.Delete(folder.PathOf("tax.csv"));
        Assert.Contains("does not exist", Problem(Mapping), StringComparison.Ordinal);
    }

    SourceSettings Settings => new() { Time = new FakeTimeProvider(), Notice = notices.Add };

    CsvSource Open() => (CsvSource)folder.Open(Mapping, Settings);

    string Problem(string mapping) => Assert.Single(Assert.Throws<ConfigurationException>(() => folder.Read(mapping)).Problems).What;

    /// <summary>The file in use, as of the beginning of a day.</summary>
    void Use(string day, int total)
    {
        folder.Write("tax.csv", $"person,total\np1,{total}\n");
        File.SetLastWriteTimeUtc(folder.PathOf("tax.csv"), DateTimeOffset.ParseExact(day + " +09:00", "yyyyMMdd zzz", null).UtcDateTime);
    }

    void Drop(string name, int total) => folder.Write("incoming/" + name, $"person,total\np1,{total}\n");

    string[] Files(string name) => Directory.Exists(folder.PathOf(name)) ? [.. Directory.GetFiles(folder.PathOf(name)).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)] : [];

    static async Task<bool> Twice(CsvSource source) => await source.Poll() | await source.Poll();

    static async Task<long> Total(CsvSource source, string person = "p1") => ((IncomeStatement)(await source.Find(person, Income.Year(2024), default))!.Record).TotalIncome;
}
