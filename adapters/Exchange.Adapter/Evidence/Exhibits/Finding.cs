using Exchange.Protocol.Transparency;

namespace Exchange.Adapter.Evidence.Exhibits;

/// <summary>One thing that was looked at.</summary>
/// <param name="Name">checkpoint, witness, inclusion, entry, parties, question, answer or receipt.</param>
/// <param name="IsGood">Null: it could not be looked at.</param>
/// <param name="Says">One sentence.</param>
sealed record Finding(string Name, bool? IsGood, LogFault Fault, string Says)
{
    public string Result => IsGood switch { true => "GOOD", false => "BAD", null => "NOT_CHECKED" };
}
