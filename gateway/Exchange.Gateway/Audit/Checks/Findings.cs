using Exchange.Protocol.Transparency;

namespace Exchange.Gateway.Audit.Checks;

/// <summary>What checks have found, in their order. Of one fault the first place is kept and the others are counted, so that a whole log may be wrong.</summary>
sealed class Findings
{
    readonly List<Check> all = [];

    public IReadOnlyList<Check> All => all;

    public bool IsGood => all.TrueForAll(check => check.Result != CheckResult.Bad);

    public void Good(string name, string says) => all.Add(new Check(name, CheckResult.Good, LogFault.None, "", 0, says));

    public void NotChecked(string name, string why) => all.Add(new Check(name, CheckResult.NotChecked, LogFault.None, "", 0, why));

    public void Bad(string name, LogFault fault, string place, string says, long count = 1)
    {
        var at = all.FindIndex(check => check.Name == name && check.Fault == fault);
        if (at < 0)
            all.Add(new Check(name, CheckResult.Bad, fault, place, count, says));
        else
            all[at] = all[at] with { Count = all[at].Count + count };
    }

    /// <summary>Whether anything was said of it so far.</summary>
    public bool Has(string name) => all.Exists(check => check.Name == name);
}
