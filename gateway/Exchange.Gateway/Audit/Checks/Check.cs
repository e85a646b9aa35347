using Exchange.Protocol.Transparency;

namespace Exchange.Gateway.Audit.Checks;

enum CheckResult
{
    Good,
    Bad,

    /// <summary>What it takes is not there, such as entries where hashes alone are shown.</summary>
    NotChecked,
}

/// <summary>One thing that was looked at, and what was found.</summary>
/// <param name="Name">What was looked at: checkpoint, witness, entries, tree, root, since, receipt, or the name of a file.</param>
/// <param name="Place">The first one that is wrong, such as <c>entry 17</c> or <c>tile/1/000</c>; empty when nothing is.</param>
/// <param name="Count">How many are wrong in this way.</param>
/// <param name="Says">One sentence.</param>
sealed record Check(string Name, CheckResult Result, LogFault Fault, string Place, long Count, string Says)
{
    public string ResultName => LogFaults.Spell(Result.ToString());

    /// <summary>Empty when nothing is wrong.</summary>
    public string FaultName => LogFaults.Word(Fault);

    /// <summary>What to do about it; empty when nothing is wrong.</summary>
    public string Remedy => Remedies.Of(Fault);
}
