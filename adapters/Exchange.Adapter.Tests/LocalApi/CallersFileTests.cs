using Exchange.Adapter.LocalApi.Callers;
using Exchange.Hosting.Configuration;

namespace Exchange.Adapter.Tests.LocalApi;

public sealed class CallersFileTests : IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("exchange-").FullName;

    public CallersFileTests() => LocalTokens.CreateKey(Path.Combine(folder, "a.key"), Path.Combine(folder, "a.pub"));

    public void Dispose() => Directory.Delete(folder, recursive: true);

    string Write(string text)
    {
        var path = Path.Combine(folder, "callers.yaml");
        File.WriteAllText(path, text);
        return path;
    }

    IReadOnlyList<Problem> Mistakes(string text) =>
        Assert.Throws<ConfigurationException>(() => CallersFile.Read(Write(text), ["tax.income.v1"], out _)).Problems;

    const string Good = """
        callers:
          - name: benefits
            token: { issuer: town, audience: exchange, subject: benefits, key: a.pub }
            may_ask:
              - task: benefit-eligibility
                data_sets: [tax.income.v1]
        """;

    [Fact]
    public void Every_mistake_is_told_with_its_line()
    {
        var mistakes = Mistakes("""
            callers:
              - name: benefits
                certificate: { sha256: abcd }
                may_ask:
                  - task: benefit-eligibility
                    data_sets: [tax.incom.v1]
              - name: benefits
                certificate: { san: urn:a, subject: CN=a }
                may_ask: []
              - name: schools
                may_sk: []
            """);
        Assert.Contains(mistakes, one => one.Line == 3 && one.What.Contains("64 hexadecimal digits", StringComparison.Ordinal));
        Assert.Contains(mistakes, one => one.Line == 6 && one.What.Contains("did you mean 'tax.income.v1'", StringComparison.Ordinal));
        Assert.Contains(mistakes, one => one.Line == 7 && one.What.Contains("another caller has this name", StringComparison.Ordinal));
        Assert.Contains(mistakes, one => one.Line == 8 && one.What.Contains("exactly one of", StringComparison.Ordinal));
        Assert.Contains(mistakes, one => one.Line == 8 && one.What.Contains("certificate_authority", StringComparison.Ordinal));
        Assert.Contains(mistakes, one => one.Line == 10 && one.What.Contains("neither 'certificate' nor 'token'", StringComparison.Ordinal));
        Assert.Contains(mistakes, one => one.Line == 11 && one.What.Contains("did you mean 'may_ask'", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("a.pub", "absent.pub", "cannot be read as a P-256 public key")]
    [InlineData("a.pub", "a.key", "is a private key")]
    [InlineData("issuer: town, ", "", "'issuer' is missing")]
    [InlineData("[tax.income.v1]", "[]", "'data_sets' is missing")]
    [InlineData("[tax.income.v1]", "[tax.income.v1, tax.income.v1]", "listed twice")]
    [InlineData("callers:", "people:", "unknown key 'people'")]
    public void A_file_with_one_mistake_is_refused(string good, string bad, string words) =>
        Assert.Contains(Mistakes(Good.Replace(good, bad, StringComparison.Ordinal)), one => one.What.Contains(words, StringComparison.Ordinal));

    [Fact]
    public void A_file_that_names_nobody_is_refused() => Assert.NotEmpty(Mistakes("callers: []"));

    [Fact]
    public void Two_callers_cannot_share_a_token_identity()
    {
        var twice = Good + Good["callers:".Length..].Replace("name: benefits", "name: schools", StringComparison.Ordinal);
        Assert.Contains(Mistakes(twice), one => one.What.Contains("another caller has this token identity", StringComparison.Ordinal));
    }

    [Fact]
    public void The_token_command_prints_a_token_alone()
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        Assert.Equal(0, TokenCommand.Run(Write(Good), ["tax.income.v1"], "benefits", Path.Combine(folder, "a.key"), 8, TimeProvider.System, output, error));
        Assert.Equal(3, output.ToString().Trim().Split('.').Length);
        Assert.Contains("Valid until", error.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("mayor", "a.key", 8, "has no caller 'mayor'; it has benefits")]
    [InlineData("benefits", "absent.key", 8, "does not exist")]
    [InlineData("benefits", "b.key", 8, "does not belong to the public key")]
    [InlineData("benefits", "a.key", 0, "1 to 24 hours")]
    [InlineData("benefits", "a.key", 25, "1 to 24 hours")]
    public void The_token_command_says_why_there_is_none(string caller, string key, int hours, string words)
    {
        LocalTokens.CreateKey(Path.Combine(folder, "b.key"), Path.Combine(folder, "b.pub"));
        var (output, error) = (new StringWriter(), new StringWriter());
        Assert.Equal(1, TokenCommand.Run(Write(Good), ["tax.income.v1"], caller, Path.Combine(folder, key), hours, TimeProvider.System, output, error));
        Assert.Empty(output.ToString());
        Assert.Contains(words, error.ToString(), StringComparison.Ordinal);
    }
}
