using Exchange.Gateway.Audit.Checks;
using Exchange.Protocol.Transparency;

namespace Exchange.Gateway.Tests.Audit.Checks;

/// <summary>What checks have found wrong, said in short.</summary>
static class Bad
{
    public static void Nothing(Findings findings) => Assert.True(findings.IsGood, string.Join('\n', Of(findings).Select(check => $"{check.FaultName}: {check.Says}")));

    /// <summary>This fault, in this place, and nothing else.</summary>
    public static Check Only(LogFault fault, string place, Findings findings)
    {
        var found = Of(findings).ToList();
        Assert.True(found is [var only] && only.Fault == fault && only.Place == place, string.Join('\n', found.Select(check => $"{check.FaultName} {check.Place}: {check.Says}")));
        Assert.NotEmpty(found[0].Remedy);
        return found[0];
    }

    public static IEnumerable<LogFault> Faults(Findings findings) => Of(findings).Select(check => check.Fault);

    /// <summary>As reports spell it.</summary>
    public static LogFault Named(string fault) => Enum.GetValues<LogFault>().Single(one => new Check("", CheckResult.Bad, one, "", 1, "").FaultName == fault);

    static IEnumerable<Check> Of(Findings findings) => findings.All.Where(check => check.Result == CheckResult.Bad);
}
