using System.Text.RegularExpressions;
using Exchange.Gateway.Audit.Checks;
using Exchange.Protocol.Transparency;

namespace Exchange.Gateway.Tests.Audit.Checks;

/// <summary>docs/evidence.md says what each word means that a command may answer.</summary>
public sealed partial class EvidencePageTests
{
    [Fact]
    public void Every_fault_has_its_word_on_the_page_and_a_remedy_and_the_page_has_no_other_word()
    {
        var faults = Enum.GetValues<LogFault>().Where(fault => fault != LogFault.None).Select(fault => new Check("", CheckResult.Bad, fault, "", 1, "")).ToList();
        Assert.All(faults, check => Assert.NotEmpty(check.Remedy));
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "Exchange.sln")))
            folder = folder.Parent;
        var page = File.ReadAllText(Path.Combine(folder.FullName, "docs", "evidence.md"));
        Assert.Equal(faults.Select(check => check.FaultName).Order(StringComparer.Ordinal), Word().Matches(page).Select(word => word.Groups[1].Value).Distinct().Order(StringComparer.Ordinal));
    }

    [GeneratedRegex("`([A-Z]+(?:_[A-Z]+)+|FORKED)`")]
    private static partial Regex Word();
}
