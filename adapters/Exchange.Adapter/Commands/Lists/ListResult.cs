using System.Globalization;
using Agency.V1;
using Google.Protobuf.Reflection;

namespace Exchange.Adapter.Commands.Lists;

/// <summary>One result of a list, as its report has it.</summary>
/// <param name="Id">Number of the line.</param>
/// <param name="Outcome">Such as <c>NOT_FOUND</c>.</param>
/// <param name="Figures">One for each of the job's; empty: not known.</param>
/// <param name="Sources">The records used.</param>
public sealed record ListResult(
    ulong Id, string Outcome, IReadOnlyList<string> Figures, IReadOnlyList<Finding> Findings, IReadOnlyList<Receipt> Receipts, IReadOnlyList<Source> Sources)
{
    const string Unspecified = "UNSPECIFIED";

    /// <summary>An enum's value without the enum's name before it; one of a newer adapter by its number.</summary>
    public static string NameOf(EnumDescriptor outcomes, int number)
    {
        var prefix = outcomes.FindValueByNumber(0).Name.Length - Unspecified.Length;
        return outcomes.FindValueByNumber(number)?.Name[prefix..] ?? number.ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>Says nothing about the person.</summary>
    public override string ToString() => nameof(ListResult);
}
