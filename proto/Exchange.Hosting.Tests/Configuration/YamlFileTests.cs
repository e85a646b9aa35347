using System.Text;
using Exchange.Hosting.Configuration;

namespace Exchange.Hosting.Tests.Configuration;

public sealed class YamlFileTests : IDisposable
{
    readonly TemporaryFolder folder = new();
    readonly Problems problems = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_file_that_cannot_be_read_is_a_problem_and_not_an_exception()
    {
        YamlFile.Read(folder["absent.yaml"], problems);
        Directory.CreateDirectory(folder["folder.yaml"]);
        YamlFile.Read(folder["folder.yaml"], problems);
        using (var large = File.Create(folder["large.yaml"]))
            large.SetLength(YamlFile.MaximumBytes + 1);
        YamlFile.Read(folder["large.yaml"], problems);

        Assert.Equal(3, problems.Found.Count);
        Assert.All(problems.Found, problem => Assert.Equal((0, 0), (problem.Line, problem.Column)));
    }

    [Theory]
    [InlineData("a: [1, 2]]", "1:10")]
    [InlineData("a: 1\na: 2", "2:1")]
    [InlineData("- a\n- b", "1:1")]
    [InlineData("", "1:1")]
    [InlineData("a: 1\n---\nb: 2", "1:1")]
    [InlineData("a: *nowhere", "1:4")]
    [InlineData("a:\n  ? [b, c]\n  : d", "2:5")]
    [InlineData("a: &x b\nc: { *x : d }", "2:6")]
    public void What_is_not_one_map_with_plain_keys_is_refused_where_it_stands(string text, string place)
    {
        var map = YamlFile.Parse("f", text, problems);

        Assert.StartsWith($"f:{place}: ", Assert.Single(problems.Found).ToString(), StringComparison.Ordinal);
        Assert.Empty(map.Keys);
    }

    [Theory]
    [InlineData("[", "")]
    [InlineData("{a: ", "")]
    [InlineData("- ", "")]
    [InlineData("[", "]")]
    public void A_hundred_thousand_levels_are_refused_and_do_not_end_the_process(string open, string close)
    {
        var text = "a:\n  " + string.Concat(Enumerable.Repeat(open, 100_000)) + string.Concat(Enumerable.Repeat(close, 100_000));

        YamlFile.Parse("f", text, problems);

        Assert.Contains("nested more than", Assert.Single(problems.Found).What, StringComparison.Ordinal);
    }

    [Fact]
    public void Aliases_that_multiply_are_read_in_no_time()
    {
        var text = "a0: &a0 [x, x]\n" + string.Concat(Enumerable.Range(1, 60).Select(i => $"a{i}: &a{i} [*a{i - 1}, *a{i - 1}]\n"));

        var map = YamlFile.Parse("f", text, problems);

        Assert.False(problems.Any);
        Assert.Empty(map.Maps("a60"));
        Assert.Equal(2, problems.Found.Count);
    }

    [Fact]
    public void A_list_may_be_written_once_and_named_again()
    {
        var map = YamlFile.Parse("f", "a: &fields [x, y]\nb: *fields", problems);

        Assert.Equal(["x", "y"], map.Texts("b"));
        Assert.False(problems.Any);
    }

    [Fact]
    public void Bytes_that_are_not_UTF8_are_named_with_their_place()
    {
        YamlFile.Parse("f", [.. "a: 1\nb: "u8, 0x93, 0xfa], problems);

        Assert.StartsWith("f:2:4: not UTF-8", Assert.Single(problems.Found).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_byte_order_mark_is_passed_over()
    {
        var map = YamlFile.Parse("f", [.. Encoding.UTF8.Preamble, .. "a: 東京"u8], problems);

        Assert.Equal("東京", map.Text("a"));
        Assert.False(problems.Any);
    }
}
