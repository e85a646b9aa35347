using Exchange.Adapter.Sources;
using Exchange.Adapter.Sources.Residences;
using Exchange.Hosting.Configuration;
using Microsoft.Extensions.Time.Testing;

namespace Exchange.Adapter.Tests.Sources;

public sealed class ResidencesTests : IDisposable
{
    const string Sqlite = """
        data_sets: {}
        residences: {source: sqlite, file: town.db, table: move, key: resident_no, from: moved_in_on, until: {column: moved_out_on, date: yyyyMMdd}, municipality: code, abroad: "99999"}
        """;

    const string Csv = """
        data_sets: {}
        residences:
          source: csv
          file: moves.csv
          key: resident
          from: {column: since, date: yyyy/MM/dd}
          municipality: code
          abroad: 国外
        """;

    readonly Income folder = new();

    public ResidencesTests()
    {
        folder.Sql("town.db", """
            CREATE TABLE move (resident_no TEXT, moved_in_on TEXT, moved_out_on, code);
            INSERT INTO move VALUES
              ('r1', '2020-04-01', 20220401, '13101'), ('r1', '2010-01-01', '20200401', '011002'), ('r1', '2022-04-01', NULL, '99999'),
              ('r2', '2020-04-01', NULL, '131017'), ('r3', NULL, NULL, '13101'), ('r4', '2020-04-01', NULL, 13101), ('r5', '2020-04-01', NULL, NULL),
              ('r6', '2020-04-01', '20200331', '13101'), ('r7', '01.04.2020', NULL, '13101');
            """);
        folder.Write("moves.csv", "resident,since,code\nr1,2020/04/01,13101\nr1,2010/01/01,131024\nr1,2022/04/01,国外\nr2,2020/04/01,131017\nr3,2020/04/01,13101\nr3,2020/04/01,13102\nr3,2021/04/01,13103\n");
    }

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Moves_come_oldest_first_with_whole_codes_and_nothing_for_abroad()
    {
        await using var data = folder.Read(Sqlite);
        Assert.Equal(
            [new Move(Day(2010, 1, 1), Day(2020, 4, 1), "011002"), new Move(Day(2020, 4, 1), Day(2022, 4, 1), "131016"), new Move(Day(2022, 4, 1), null, "")],
            await Find(data, "r1"));
        Assert.Empty(await Find(data, "nobody"));
    }

    [Fact]
    public async Task Where_no_day_ends_a_residence_the_next_one_does()
    {
        await using var data = folder.Read(Csv);
        Assert.Equal(
            [new Move(Day(2010, 1, 1), Day(2020, 4, 1), "131024"), new Move(Day(2020, 4, 1), Day(2022, 4, 1), "131016"), new Move(Day(2022, 4, 1), null, "")],
            await Find(data, "r1"));
    }

    [Fact]
    public async Task Two_residences_that_begin_on_one_day_overlap_and_neither_is_chosen()
    {
        await using var data = folder.Read(Csv);
        Assert.Equal(["131016", "131024"], (await Find(data, "r3")).Where(move => move.Covers(Day(2020, 12, 31))).Select(move => move.Municipality));
    }

    [Theory]
    [InlineData("r2", "column 'code' does not hold a local government code with its right check digit", "131017")]
    [InlineData("r3", "column 'moved_in_on' does not hold a date", "r3")]
    [InlineData("r4", "column 'code' does not hold a local government code of 5 or 6 digits, as text", "13101")]
    [InlineData("r5", "column 'code' does not hold a local government code", "r5")]
    [InlineData("r6", "column 'moved_out_on' does not hold a day that is not before the first one", "2020")]
    [InlineData("r7", "column 'moved_in_on' does not hold a date written yyyy-MM-dd", "2020")]
    public async Task A_row_that_does_not_fit_is_an_error_that_names_the_column_alone(string person, string what, string secret)
    {
        await using var data = folder.Read(Sqlite);
        var e = await Assert.ThrowsAsync<SourceException>(async () => await Find(data, person));
        Assert.Contains(what, e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(secret, e.ToString().Replace("5 or 6", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.DoesNotContain(person, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_bad_row_of_a_file_is_listed_beside_it_and_an_error_for_its_person()
    {
        await using var data = folder.Read(Csv);
        await Assert.ThrowsAsync<SourceException>(async () => await Find(data, "r2"));
        Assert.Contains("5,code,", File.ReadAllText(folder.PathOf("moves.csv.bad.csv")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_changed_file_is_read_again()
    {
        await using var data = folder.Read(Csv, new SourceSettings { Time = new FakeTimeProvider() });
        folder.Write("moves.csv", "resident,since,code\nr9,2020/04/01,13101\n");
        var file = (ResidencesFile)data.Residences!;
        Assert.False(await file.Poll());
        Assert.True(await file.Poll());
        Assert.Equal("131016", Assert.Single(await Find(data, "r9")).Municipality);
        Assert.Empty(await Find(data, "r1"));
    }

    [Fact]
    public async Task More_moves_than_anybody_makes_are_an_error()
    {
        folder.Sql("town.db", "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i <= 200) INSERT INTO move SELECT 'r8', '2020-04-01', NULL, '13101' FROM n");
        await using var data = folder.Read(Sqlite);
        Assert.Contains("more than 200 rows", (await Assert.ThrowsAsync<SourceException>(async () => await Find(data, "r8"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_mapping_without_residences_has_none()
    {
        await using var data = folder.Read("data_sets: {}\n");
        Assert.Null(data.Residences);
    }

    [Fact]
    public void Every_mistake_is_told_at_once()
    {
        var problems = Assert.Throws<ConfigurationException>(() => folder.Read("""
            data_sets: {}
            residences:
              source: sqlite
              file: town.db
              table: move
              key: resident_no
              from: {column: moved_in_on, date: dd}
              untill: moved_out_on
              match: {year: year}
            """)).Problems;
        Assert.Contains(problems, one => one.Line == 7 && one.What.Contains("no date format", StringComparison.Ordinal));
        Assert.Contains(problems, one => one.Line == 8 && one.What.Contains("did you mean 'until'", StringComparison.Ordinal));
        Assert.Contains(problems, one => one.Line == 9 && one.What.Contains("unknown key 'match'", StringComparison.Ordinal));
        Assert.Contains(problems, one => one.What.Contains("'municipality' is missing", StringComparison.Ordinal));
        Assert.Equal(4, problems.Count);
        Assert.Contains("did you mean 'code'", Assert.Single(Assert.Throws<ConfigurationException>(() =>
            folder.Read(Sqlite.Replace("municipality: code", "municipality: cod", StringComparison.Ordinal))).Problems).What, StringComparison.Ordinal);
    }

    static ValueTask<IReadOnlyList<Move>> Find(AgencyData data, string person) => data.Residences!.Find(person, default);

    static DateOnly Day(int year, int month, int day) => new(year, month, day);
}
