using System.Globalization;
using System.Text.RegularExpressions;
using CsCheck;
using Exchange.Protocol.Refusals;
using Exchange.V1;

namespace Exchange.Protocol.Tests.Refusals;

public sealed partial class ReasonsTests
{
    [Fact]
    public void The_page_of_reasons_lists_each_one_in_the_words_of_the_table_and_no_other()
    {
        var page = File.ReadAllLines(Path.Combine(Root(), "docs", "reasons.md")).Where(line => Row().IsMatch(line));
        Assert.Equal(Enum.GetValues<Reason>().Select(Line), page);
    }

    [Fact]
    public void Each_reason_says_what_happened_and_what_to_do_next()
    {
        foreach (var reason in Enum.GetValues<Reason>())
        {
            Assert.EndsWith(".", Reasons.Of(reason).Message);
            Assert.EndsWith(".", Reasons.Of(reason).Remedy);
        }
    }

    [Fact]
    public void Each_name_leads_back_to_its_reason_and_any_other_text_to_none()
    {
        foreach (var reason in Enum.GetValues<Reason>())
            Assert.Equal(reason, Reasons.Named(Reasons.Name(reason)));
        Gen.String.Sample(text => Assert.Equal(Reason.Unspecified, Reasons.Named(text + "?")));
    }

    [Fact]
    public void A_number_that_this_version_does_not_know_is_told_as_unspecified() => Gen.Int.Sample(number =>
    {
        var expected = Enum.IsDefined((Reason)number) ? (Reason)number : Reason.Unspecified;
        var refusal = Reasons.Refuse((Reason)number);

        Assert.Equal(expected, refusal.Reason);
        Assert.Equal(Reasons.Name(expected), Reasons.Name((Reason)number));
        Assert.Equal(Reasons.Of(expected), Reasons.Of((Reason)number));
        Assert.StartsWith(Reasons.Name(expected), Reasons.Describe(new Refusal { Reason = (Reason)number }), StringComparison.Ordinal);
    });

    static string Line(Reason reason)
    {
        var meaning = Reasons.Of(reason);
        return $"| {(int)reason} | `{Reasons.Name(reason)}` | {Upper(meaning.Status.ToString())} | {meaning.Message} | {meaning.Remedy} | {Retry(meaning.Retry)} |";
    }

    static string Retry(TimeSpan retry) =>
        retry == TimeSpan.Zero ? "no"
        : retry < TimeSpan.FromSeconds(1) ? string.Create(CultureInfo.InvariantCulture, $"{retry.TotalMilliseconds} ms")
        : string.Create(CultureInfo.InvariantCulture, $"{retry.TotalSeconds} s");

    static string Upper(string name) => Hump().Replace(name, "_").ToUpperInvariant();

    [GeneratedRegex(@"^\| [0-9]+ \| `")]
    private static partial Regex Row();

    [GeneratedRegex("(?<!^)(?=[A-Z])")]
    private static partial Regex Hump();

    static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Exchange.sln")))
            folder = folder.Parent ?? throw new DirectoryNotFoundException("No folder above the tests holds Exchange.sln.");
        return folder.FullName;
    }
}
