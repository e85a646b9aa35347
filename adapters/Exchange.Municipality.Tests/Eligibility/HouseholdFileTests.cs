using System.Globalization;
using Agency.V1;
using CsCheck;
using Exchange.Adapter.Sources.Csv;
using Exchange.Municipality.Eligibility;

namespace Exchange.Municipality.Tests.Eligibility;

public sealed class HouseholdFileTests : IDisposable
{
    readonly string path = Path.GetTempFileName();

    public void Dispose() => File.Delete(path);

    [Fact]
    public void A_million_rows_are_read_as_a_stream()
    {
        const int Rows = 1_000_000, Members = 4;
        using (var writer = new StreamWriter(path))
        {
            writer.WriteLine("household,person,born_on");
            for (var i = 0; i < Rows; i++)
                writer.WriteLine(string.Create(CultureInfo.InvariantCulture, $"household-{i / Members},person-{i},1985-02-11"));
        }
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var file = Open();
        var (households, most) = (0, 0L);
        foreach (var household in file.Lines())
        {
            Assert.Null(household.Mistake);
            if (++households % 50_000 == 0)
                most = Math.Max(most, GC.GetTotalMemory(forceFullCollection: true) - before);
        }
        Assert.Equal(Rows / Members, households);
        // The survey remembers 16 bytes of a household while it runs, and afterwards nothing of one that stands together.
        Assert.InRange(most, 0, 8 << 20);
    }

    [Fact]
    public void A_household_of_a_million_lines_is_refused_and_not_kept()
    {
        using (var writer = new StreamWriter(path))
        {
            writer.WriteLine("household,person");
            for (var i = 0; i < 1_000_000; i++)
                writer.WriteLine(string.Create(CultureInfo.InvariantCulture, $"H,person-{i}"));
        }
        var only = Assert.Single(Open().Lines());
        Assert.Equal("'members' has more than 20", only.Mistake);
        Assert.InRange(only.Cells[1].Length, 1, 21 * 20);
    }

    [Fact]
    public void Whatever_stands_in_a_file_is_read_or_told_and_every_good_household_has_all_its_lines()
    {
        string[] odd = ["", " ", "\"", "\"H1\"", "a,b", "\u0000", "2018-01-01"];
        var cell = Gen.Frequency((8, Gen.Int[1, 5].Select(i => $"H{i}")), (1, Gen.Int[0, odd.Length - 1].Select(i => odd[i])));
        Gen.Select(cell, cell).Array[0, 30].Sample(rows =>
        {
            // Samples run side by side, each with a file of its own.
            var sample = $"{path}.{Guid.NewGuid():N}";
            File.WriteAllText(sample, "household,person\nH0,first\n" + string.Concat(rows.Select(row => $"{row.Item1},{row.Item2}\n")));
            var lines = Open(sample).Lines().ToList();
            File.Delete(sample);
            foreach (var good in lines.Where(one => one.Mistake is null))
            {
                var whole = rows.Where(row => row.Item1.Trim(' ', '"') == good.Cells[0]).Select(row => row.Item2.Trim(' ', '"'));
                Assert.Equal(good.Cells[0] == "H0" ? ["first"] : whole, good.Request!.Members.Select(one => one.Person));
            }
            Assert.All(lines.Where(one => one.Mistake is not null), one => Assert.Null(one.Request));
        });
    }

    [Theory]
    [InlineData("H\uFFFD,4712,", "line 3: 'household': not valid UTF-8")]
    [InlineData("4712,2018-01-01", "line 3: 2 cells where the header has 3")]
    [InlineData("H1,\"4712,\nH2,4714\",", "line 3: a cell that runs over several lines")]
    [InlineData("\"H1\nH2\",4712,", "line 3: a cell that runs over several lines")]
    public void A_line_that_may_be_anybodys_puts_the_households_beside_it_in_doubt(string odd, string told)
    {
        File.WriteAllText(path, $"household,person,born_on\nH1,4711,\n{odd}\nH2,4713,\nH3,4715,\n");
        var lines = Open().Lines().ToList();
        Assert.All([lines[0], lines[2]], beside => Assert.EndsWith("line 3 beside it cannot be read, and may be of this household", beside.Mistake, StringComparison.Ordinal));
        Assert.Null(lines[3].Mistake);
        Assert.Contains(told.Replace("line 3: ", "", StringComparison.Ordinal), lines[1].Mistake, StringComparison.Ordinal);
    }

    HouseholdFile Open() => Open(path);

    static HouseholdFile Open(string path)
    {
        var file = new HouseholdFile(path, new CsvFormat(), new EligibilityRequest { Official = "suzuki", DecidedOn = "2026-06-20" }, new DateOnly(2026, 6, 20));
        file.Survey(default);
        return file;
    }
}
