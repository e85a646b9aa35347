using System.Text.Json;
using Exchange.Hammer.Planning;

namespace Exchange.Hammer.Tests.Planning;

public sealed class PlanReportTests
{
    static readonly PlanReport report = new(Sample.Costs, Sample.Assumed, [Sample.Of(), Sample.Of(Sample.Country.Times(10))]);

    [Fact]
    public void Text_and_markdown_have_the_same_rows_and_say_where_each_number_comes_from()
    {
        var (text, markdown) = (report.ToText(), report.ToMarkdown());
        Assert.Matches(@"hub: cores to have +3 +30\n", text);
        Assert.Contains("| hub: cores to have | 3 | 30 |\n", markdown, StringComparison.Ordinal);
        Assert.Contains("| log: a year | 9.5 TB | 94.6 TB |\n", markdown, StringComparison.Ordinal);
        foreach (var written in new[] { text, markdown })
        {
            Assert.Contains("Measured (figures.json)", written, StringComparison.Ordinal);
            Assert.Contains("hub: 100.0 µs of a core for a WARM lookup, 200.0 for a COLD one", written, StringComparison.Ordinal);
            Assert.Contains("Weighed just now", written, StringComparison.Ordinal);
            Assert.Contains("Assumed; each is an option", written, StringComparison.Ordinal);
            Assert.Contains("10 times the lookups of the year's mean second: 5 since people work in office hours, times 2 for the busiest hour, times 1 for", written, StringComparison.Ordinal);
            Assert.Contains("Taken for granted", written, StringComparison.Ordinal);
            Assert.Contains("made up", written, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_table_in_markdown_has_as_many_cells_in_each_line()
    {
        var cells = report.ToMarkdown().Split('\n').Where(line => line.StartsWith('|')).Select(line => line.Count(one => one == '|')).ToArray();
        Assert.Equal(22, cells.Length);
        Assert.All(cells, one => Assert.Equal(4, one));
    }

    [Fact]
    public void A_machine_that_was_shared_is_said_to_have_been()
    {
        Assert.DoesNotContain("others were using the machine", report.ToText(), StringComparison.Ordinal);
        Assert.Contains("others were using the machine", (report with { Measured = Sample.Costs with { LoadBefore = 3 } }).ToText(), StringComparison.Ordinal);
    }

    [Fact]
    public void Json_has_the_numbers_as_they_were_reckoned()
    {
        using var json = JsonDocument.Parse(report.ToJson());
        var first = json.RootElement.GetProperty("countries")[0];
        Assert.Equal(Sample.Of().Cores, first.GetProperty("cores").GetDouble());
        Assert.Equal(Sample.Of().LogBytes, first.GetProperty("log_bytes").GetDouble());
        Assert.Equal("made up", first.GetProperty("country").GetProperty("source").GetString());
        Assert.Equal(200, json.RootElement.GetProperty("measured").GetProperty("cold").GetProperty("hub_cpu").GetDouble());
        Assert.Equal(10, json.RootElement.GetProperty("assumed").GetProperty("day_peak").GetDouble());
    }
}
