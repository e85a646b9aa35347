using Agency.V1;
using Exchange.Protocol.DataSets;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace Exchange.Adapter.Calling;

/// <summary>What came of one question.</summary>
/// <param name="Outcome">Such as FOUND or NOT_FOUND; or the reason of a refusal.</param>
/// <param name="Record">Whole, of all pages; null unless found.</param>
/// <param name="RequestIds">Of each page, and earlier tries.</param>
/// <param name="Message">Of a refusal: what happened, and what to do.</param>
/// <param name="RetryAfter">Of a refusal: when asking again may help; zero: it changes nothing.</param>
sealed record ToldAnswer(string Outcome, string Provider, IMessage? Record, IReadOnlyList<string> Withheld, Freshness? Freshness, IReadOnlyList<string> RequestIds, Receipt? Receipt, Journey? Journey, string Message, TimeSpan RetryAfter)
{
    /// <summary>Of each predicate that was asked for.</summary>
    public IReadOnlyList<Verdict> Verdicts { get; init; } = [];

    /// <summary>Null where nobody was said to be meant.</summary>
    public bool? IdentityChecked { get; init; }

    static readonly HashSet<string> answers = [.. new[] { Status.Found, Status.NotFound, Status.Withheld, Status.Quarantined, Status.IdentityMismatch, Status.NoRecord }.Select(Name)];

    /// <summary>The provider has answered, and asking again is for another day.</summary>
    public static bool IsAnswer(string outcome) => answers.Contains(outcome);

    public static string Name(Status status) => Name(nameof(Status), (int)status);

    /// <summary>YES, NO or NOT_KNOWN.</summary>
    public static string Name(Truth truth) => Name(nameof(Truth), (int)truth);

    static string Name(string type, int number) => EnumNames.Name(AgencyReflection.Descriptor.FindTypeByName<EnumDescriptor>(type), number) ?? "";

    /// <summary>Says nothing about the person.</summary>
    public override string ToString() => Outcome;
}
