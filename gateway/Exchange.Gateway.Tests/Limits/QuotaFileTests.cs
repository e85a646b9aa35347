using System.Text;
using Exchange.Gateway.Limits;
using Exchange.Hosting.Configuration;
using static Exchange.Gateway.Tests.Policy.Sample;

namespace Exchange.Gateway.Tests.Limits;

public sealed class QuotaFileTests
{
    [Fact]
    public void Every_mistake_is_told_with_its_line()
    {
        var problems = new Problems();

        var rules = Parse("""
            lookups:
              default: { rate: 20, burst: 0 }
              overrides:
                - { agency: jp.tex, rate: 20/s, burst: 5 }
                - { kind: municipality, data_set: tax.income, rate: 1000000/s, burst: 5 }
                - { rate: 20/s, burst: 5 }
                - { kind: municipality, agency: jp.tax, rate: 20/s, burst: 5 }
                - { kind: municipality, rate: 20/s, burst: 5 }
                - { kind: municipality, rate: 30/s, burst: 5 }
            enrolment:
              default: { rate: 100/s, burst: 4095 }
              overrides:
                - { agency: jp.tax, data_set: tax.income.v1, rate: 100/s, burst: 4096 }
            """, problems);

        Assert.Null(rules);
        Assert.Equal([2, 2, 4, 5, 5, 6, 7, 9, 11, 13], problems.Found.Select(problem => problem.Line).Order());
        Assert.Contains(problems.Found, problem => problem.What == "unknown agency 'jp.tex'; did you mean 'jp.tax'?");
        Assert.Contains(problems.Found, problem => problem.What.Contains("line 8 already", StringComparison.Ordinal));
        Assert.Contains(problems.Found, problem => problem.Line == 13 && problem.What.Contains("unknown key 'data_set'", StringComparison.Ordinal));
    }

    [Fact]
    public void What_is_left_out_keeps_its_default()
    {
        var rules = Parse("lookups: { default: { rate: 600/m, burst: 7 } }", new Problems())!;

        Assert.Equal(new Limit(600, TimeSpan.FromMinutes(1), 7), rules.Lookup);
        Assert.Equal(QuotaRules.DefaultEnrolment, rules.Enrolment);
        Assert.Equal(QuotaRules.DefaultLookup, Parse("{}", new Problems())!.Lookup);
    }

    [Theory]
    [InlineData("20/s", 20, 1)]
    [InlineData("600/m", 600, 60)]
    [InlineData("10000/h", 10_000, 3600)]
    [InlineData("1000000/d", 1_000_000, 86_400)]
    public void A_rate_is_a_count_and_a_period(string text, int count, int seconds)
    {
        Assert.True(Limit.TryParseRate(text, out var read, out var period));
        Assert.Equal((count, TimeSpan.FromSeconds(seconds)), (read, period));
    }

    [Theory]
    [InlineData("")]
    [InlineData("/s")]
    [InlineData("20")]
    [InlineData("0/s")]
    [InlineData("-1/s")]
    [InlineData("1.5/s")]
    [InlineData("20/w")]
    [InlineData("100001/s")]
    [InlineData("99999999999/d")]
    public void Anything_else_is_no_rate(string text) => Assert.False(Limit.TryParseRate(text, out _, out _));

    static QuotaRules? Parse(string text, Problems problems) => QuotaFile.Parse("quotas.yaml", Encoding.UTF8.GetBytes(text), Agencies(), problems);
}
