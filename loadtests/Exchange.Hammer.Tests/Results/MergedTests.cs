using Exchange.Hammer.Appending;
using Exchange.Hammer.Bulk;
using Exchange.Hammer.Connections;
using Exchange.Hammer.Contenders;
using Exchange.Hammer.Machine;
using Exchange.Hammer.Measurement;
using Exchange.Hammer.Results;

namespace Exchange.Hammer.Tests.Results;

public sealed class MergedTests : IDisposable
{
    static readonly DateTimeOffset day = DateTimeOffset.UnixEpoch;

    readonly string folder = Directory.CreateTempSubdirectory("exchange-results-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void Targets_are_judged_by_what_other_verbs_wrote_of_the_same_commit()
    {
        Save("one-append", Append("abc"));
        Save("two-connections", Connections("abc", 60_000, 1.05));
        Save("three-soak", Soak.Sample.Soak(sample => 20_000_000 + sample % 2 * 500));
        Save("four-bulk", Bulk("abc", seconds: 45));
        Save("five-fairness", Fairness.Sample.Figures(1.05, 1.5, 1));

        var report = Report(folder);

        var targets = report.Targets;
        Assert.Equal([true, false, true, true], new[] { "P6", "P7", "P9", "P11" }.Select(id => targets[id].Met));
        Assert.Equal((120_000, 0.6), (targets["P6"].Value["entries/s"], targets["P6"].Value["ms"]));
        // 200,000 questions of three multiplications, 50 us each, on two cores: 15 s.
        Assert.Equal(3, targets["P7"].Value["time : bound"]);
        Assert.Equal(0, targets["P9"].Value["growth"]);
        Assert.Equal((60.0, 5.0), (targets["P11"].Value["KB"], targets["P11"].Value["p99 raised by, %"]));
        // Told, and not judged.
        Assert.Equal(50, targets["P11"].Value["by the worst aggressor, %"]);
        Assert.Contains("(two-connections): its figures stand above.", MarkdownReport.Write(report), StringComparison.Ordinal);
    }

    [Fact]
    public void Figures_of_another_commit_of_a_smaller_run_and_of_an_earlier_one_are_named_and_not_used()
    {
        Save("1-other", Connections("def", 10_000, 1.01));
        Save("2-earlier", Connections("abc", 70_000, 1.05));
        Save("3-later", Connections("abc", 50_000, 1.05) with { Began = day.AddHours(1) });
        Save("4-small", Bulk("abc", people: 200));

        var report = Report(folder);

        Assert.Equal(50, report.Targets["P11"].Value["KB"]);
        Assert.Null(report.Targets["P7"].Value["time : bound"]);
        Assert.Null(report.Targets["P7"].Met);
        Assert.Equal(
            [("1-other", "it is of commit def"), ("2-earlier", "there is a later one"), ("3-later", null), ("4-small", "its list has 200 people, and 100,000 are wanted")],
            report.Merged.Results.Select(one => (one.Name, one.NotUsed)));
        Assert.Contains("connections of 1970-01-01 00:00 (1-other): **not used**, it is of commit def.", MarkdownReport.Write(report), StringComparison.Ordinal);
    }

    [Fact]
    public void Everything_that_cannot_be_merged_is_told_at_once_and_among_many_folders_others_are_passed_over()
    {
        Directory.CreateDirectory(Path.Combine(folder, "nothing"));
        Save("broken", "{\"verb\":\"bulk\"}");
        Save("kills", "{\"machine\":{},\"drill\":{}}");
        Save("bulk", Bulk("abc"));
        var mistakes = new List<string>();

        var found = FoundResult.Read([In("nothing"), In("broken"), In("kills"), In("bulk"), In("not-there")], mistakes);

        Assert.Equal("bulk", Assert.Single(found).Name);
        Assert.Equal(5, mistakes.Count);
        Assert.Contains(mistakes, one => one.StartsWith($"--merge {In("nothing")}: there is no figures.json", StringComparison.Ordinal));
        Assert.Contains(mistakes, one => one.StartsWith($"--merge {In("broken")}: its figures.json cannot be read", StringComparison.Ordinal));
        Assert.Contains($"--merge {In("kills")}: its figures.json is no result of append, connections, soak, bulk, fairness, ablation", mistakes);
        Directory.Delete(In("broken"), recursive: true);
        mistakes.Clear();
        Assert.Equal("bulk", Assert.Single(FoundResult.Read([folder], mistakes)).Name);
        Assert.Empty(mistakes);
    }

    static Report Report(string from)
    {
        var mistakes = new List<string>();
        var found = FoundResult.Read([from], mistakes);
        Assert.Empty(mistakes);
        return Sample.Report(null, [Sample.Cell(Lineup.Warm, 128, 15_000, hubCpu: 20, allocated: 2500)]) with { Merged = Merged.Of(found, "abc") };
    }

    string In(string name) => Path.Combine(folder, name);

    void Save<T>(string name, T figures) => ResultFiles.Save(In(name), figures, "for people");

    void Save(string name, string json)
    {
        Directory.CreateDirectory(In(name));
        File.WriteAllText(Path.Combine(In(name), ResultFiles.Figures), json);
    }

    static AppendFigures Append(string commit)
    {
        static AppendCell Cell(string name, double perSecond, double p99) => new(name, [.. Enumerable.Range(0, 3).Select(_ => new AppendRound(perSecond, 500, p99, p99, 8))]);
        return new AppendFigures(day, Soak.Sample.Machine(commit), 0.1, new AppendPlan(3, TimeSpan.FromSeconds(4), [1, 1024], 20_000), 1_000_000,
            [Cell("SQLite alone", 200_000, 300), Cell("1024 waiting", 120_000, 9000), Cell("20000 offered", 20_000, 1000)]);
    }

    static ConnectionsFigures Connections(string commit, long each, double raised)
    {
        var half = new StallHalf(10_000, 1000, 1000, 2000, 3000, 60_000_000);
        return new ConnectionsFigures(
            day, Soak.Sample.Machine(commit), 0.1,
            new ConnectionsPlan(2000, 2, TimeSpan.FromSeconds(35), TimeSpan.FromSeconds(10), 3, TimeSpan.FromSeconds(10), 32, 128, 2400), 1000,
            new SettledMemory(50_000_000, 15_000_000, 5, true), 20, new SettledMemory(50_000_000 + 2000 * each, 55_000_000, 5, true), 2000, 2004, 2000,
            [.. Enumerable.Range(0, 3).Select(_ => new StallRound(half, half with { P99 = half.P99 * raised }, 128))]);
    }

    static BulkFigures Bulk(string commit, int people = 100_000, double seconds = 20) => new(
        day, Soak.Sample.Machine(commit), 0.1, new BulkPlan(people), new Spread(50, 49, 51), 3 * people, 100, seconds, 2L * people, 2L * people, new Dictionary<string, double> { ["hub"] = 100 });
}
