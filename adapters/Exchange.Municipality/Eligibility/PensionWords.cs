using Exchange.Hosting.Configuration;
using Records.Pension.V1;

namespace Exchange.Municipality.Eligibility;

/// <summary>Kinds of pension as files and steps write them.</summary>
static class PensionWords
{
    public const string Taxable = "OLD_AGE";

    static readonly Dictionary<string, PensionKind> kinds = new()
    {
        [Taxable] = PensionKind.OldAge,
        ["DISABILITY"] = PensionKind.Disability,
        ["SURVIVORS"] = PensionKind.Survivors,
    };

    public static IEnumerable<string> All => kinds.Keys;

    /// <summary>Of those words that are a kind of pension.</summary>
    public static IReadOnlySet<PensionKind> Kinds(IEnumerable<YamlText> words) => words.Where(one => kinds.ContainsKey(one.Value)).Select(one => kinds[one.Value]).ToHashSet();

    /// <summary>Such as <c>DISABILITY or SURVIVORS</c>.</summary>
    public static string Any(IReadOnlySet<PensionKind> some) => string.Join(" or ", kinds.Where(one => some.Contains(one.Value)).Select(one => one.Key));
}
