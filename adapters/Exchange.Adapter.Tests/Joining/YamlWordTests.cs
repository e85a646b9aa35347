using Exchange.Adapter.Joining;
using Exchange.Hosting.Configuration;

namespace Exchange.Adapter.Tests.Joining;

public sealed class YamlWordTests
{
    [Theory]
    [InlineData("合計所得")]
    [InlineData("合計所得 #2")]
    [InlineData("所得: 円")]
    [InlineData("[円]")]
    [InlineData("合計所得金額(円,税)")]
    [InlineData("*x")]
    [InlineData("A\\0")]
    [InlineData("\\")]
    [InlineData("say \"yes\"")]
    [InlineData("yes")]
    [InlineData("9")]
    [InlineData("-")]
    [InlineData("tab\tand bell\a")]
    [InlineData("")]
    public void Whatever_a_column_is_called_is_read_back_as_it_was_in_a_line_and_in_a_map(string name)
    {
        var problems = new Problems();
        var map = YamlFile.Parse("sources.yaml", System.Text.Encoding.UTF8.GetBytes($"key: {YamlWord.Of(name)}\nfields: {{ income: {{ column: {YamlWord.Of(name)}, times: 1000 }} }}\n"), problems);

        Assert.Equal(name, map.OptionalText("key") ?? "");
        Assert.Equal(name, map.Map("fields")!.Map("income")!.OptionalText("column") ?? "");
        Assert.Empty(problems.Found);
    }
}
