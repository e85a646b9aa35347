using Exchange.Hosting.Configuration;

namespace Exchange.Hosting.Tests.Configuration;

public sealed class YamlMapTests
{
    readonly Problems problems = new();

    [Fact]
    public void Each_wrong_value_is_told_with_its_place_and_what_to_write()
    {
        var map = Parse("""
            text: [a]
            whole: 1.5
            large: 1001
            duration: 5 minutes
            flag: yes
            date: 2026-02-30
            choice: maybe
            texts: [a, [b]]
            maps: [{a: 1}, b]
            map: none
            """);
        map.Text("text");
        map.Whole("whole", 1, 1000);
        map.Whole("large", 1, 1000);
        map.Duration("duration", TimeSpan.FromSeconds(1), TimeSpan.FromHours(1));
        map.Flag("flag", otherwise: false);
        map.Date("date");
        map.Choice("choice", "yes", "no");
        map.Texts("texts");
        Assert.Single(map.Maps("maps"));
        map.Map("map");

        Assert.Equal(
            ["1:7", "2:8", "3:8", "4:11", "5:7", "6:7", "7:9", "8:8", "9:16", "10:6"],
            problems.Found.Select(problem => $"{problem.Line}:{problem.Column}"));
        Assert.Contains("a whole number from 1 to 1000", problems.Found[1].What, StringComparison.Ordinal);
        Assert.Contains("from 1s to 1h", problems.Found[3].What, StringComparison.Ordinal);
        Assert.Contains("YYYY-MM-DD", problems.Found[5].What, StringComparison.Ordinal);
        Assert.Contains("yes, no", problems.Found[6].What, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_required_and_absent_is_told_once_each()
    {
        var map = Parse("empty: ''\nnothing:");

        map.Text("text");
        map.Text("empty");
        map.Whole("whole", 1, 2);
        map.Duration("duration", TimeSpan.Zero, TimeSpan.MaxValue);
        map.Date("date");
        map.Date("nothing");
        map.Choice("choice", "a");

        Assert.Equal(7, problems.Found.Count);
        Assert.All(problems.Found, problem => Assert.Contains("is missing", problem.What, StringComparison.Ordinal));
    }

    [Fact]
    public void What_is_optional_and_absent_takes_its_default()
    {
        var map = Parse("{}");

        Assert.Null(map.OptionalText("a"));
        Assert.Equal(7, map.Whole("a", 1, 10, 7));
        Assert.Equal(TimeSpan.FromSeconds(3), map.Duration("a", TimeSpan.Zero, TimeSpan.MaxValue, TimeSpan.FromSeconds(3)));
        Assert.True(map.Flag("a", otherwise: true));
        Assert.Null(map.OptionalDate("a"));
        Assert.Empty(map.Items("a"));
        Assert.Empty(map.Maps("a"));
        Assert.Null(map.Map("a"));
        Assert.False(problems.Any);
    }

    [Fact]
    public void Right_values_are_read()
    {
        var map = Parse("whole: -3\nduration: 90s\nflag: true\ndate: 2026-02-28\nchoice: b\ntexts: [x, y]\none: z\nmap: { inner: v }");

        Assert.Equal(-3, map.Whole("whole", -5, 5));
        Assert.Equal(TimeSpan.FromSeconds(90), map.Duration("duration", TimeSpan.Zero, TimeSpan.FromHours(1)));
        Assert.True(map.Flag("flag", otherwise: false));
        Assert.Equal(new DateOnly(2026, 2, 28), map.Date("date"));
        Assert.Equal("b", map.Choice("choice", "a", "b"));
        Assert.Equal([new YamlText("x", 6, 9), new YamlText("y", 6, 12)], map.Items("texts"));
        Assert.Equal(["z"], map.Texts("one"));
        Assert.Equal("v", map.Map("map")!.Text("inner"));
        map.RefuseUnknownKeys();
        Assert.False(problems.Any);
    }

    [Fact]
    public void Keys_nobody_asked_for_are_refused_with_the_nearest_or_with_all_that_exist()
    {
        var map = Parse("adress: 1\nsomething: 2");
        map.Has("address");
        map.OptionalText("address");
        map.OptionalText("port");

        map.RefuseUnknownKeys();

        Assert.Equal(
            ["f:1:1: unknown key 'adress'; did you mean 'address'?", "f:2:1: unknown key 'something'; known here: address, port"],
            problems.Found.Select(problem => problem.ToString()));
    }

    [Fact]
    public void All_mistakes_are_thrown_together()
    {
        problems.ThrowIfAny();
        problems.Add("a.yaml", 1, 2, "first");
        problems.Add("b.yaml", 0, 0, "second");

        var thrown = Assert.Throws<ConfigurationException>(problems.ThrowIfAny);

        Assert.Equal($"a.yaml:1:2: first{Environment.NewLine}b.yaml: second", thrown.Message);
        Assert.Equal(2, thrown.Problems.Count);
    }

    YamlMap Parse(string text) => YamlFile.Parse("f", text, problems);
}
