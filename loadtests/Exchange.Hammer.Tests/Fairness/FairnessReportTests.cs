using System.Text.Json;
using Exchange.Hammer.Fairness;
using Exchange.Hammer.Results;

namespace Exchange.Hammer.Tests.Fairness;

public sealed class FairnessReportTests
{
    [Fact]
    public void Each_aggressor_is_judged_and_where_it_raises_too_much_it_is_said_what_was_short()
    {
        var figures = Sample.Figures(1.05, 1.5, 1);

        var text = FairnessReport.Write(figures);

        Assert.Null(figures.Shortcoming);
        Assert.Equal(50, figures.Worst);
        Assert.Contains("p99 raised by **5.0 (2.9 to 7.1) %**. Wanted: at most 10 %; reached.", text, StringComparison.Ordinal);
        var batch = text[text.IndexOf("## batch", StringComparison.Ordinal)..text.IndexOf("## deaf", StringComparison.Ordinal)];
        Assert.Contains("**missed**", batch, StringComparison.Ordinal);
        Assert.Contains("The hub used +0.30 cores more than without it", batch, StringComparison.Ordinal);
        Assert.Contains("95 % busy: they were what there was too little of", batch, StringComparison.Ordinal);
        Assert.Contains("3,000 asked (91 a second), 300 answered; 2,700 were refused with QUOTA_EXCEEDED.", text, StringComparison.Ordinal);
        Assert.Contains("- Unread in the socket: 65,000 (65,000-65,000) bytes.", text, StringComparison.Ordinal);
    }

    [Fact]
    public void What_was_written_is_read_again()
    {
        var figures = Sample.Figures(1.05, 1.5, 1);

        var read = JsonSerializer.Deserialize<FairnessFigures>(ResultFiles.ToJson(figures), ResultFiles.Json)!;

        Assert.Equal(FairnessReport.Write(figures), FairnessReport.Write(read));
    }

    [Fact]
    public void A_short_run_falls_short()
    {
        var figures = Sample.Figures(1, 1, 1);

        Assert.NotNull((figures with { Plan = Sample.Plan with { Rounds = 3 } }).Shortcoming);
        Assert.NotNull((figures with { Plan = Sample.Plan with { List = 1000 } }).Shortcoming);
        Assert.NotNull((figures with { Aggressors = [figures.Aggressors[0]] }).Shortcoming);
    }
}
