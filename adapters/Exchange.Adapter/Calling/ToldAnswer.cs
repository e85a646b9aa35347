using Agency.V1;
using Exchange.Protocol.DataSets;
using Exchange.Protocol.Refusals;
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

    /// <summary>The provider has said when it opens, and nobody waits for that: the same is asked then.</summary>
    public bool IsClosed => Outcome == closed;

    /// <param name="record">Whole, of all pages; null unless found.</param>
    /// <param name="requestIds">Of each page, and earlier tries.</param>
    public static ToldAnswer Of(LookupResponse answer, IMessage? record, IReadOnlyList<string> requestIds, bool namesIdentity) =>
        new(Name(answer.Status), answer.Provider, record, answer.Withheld, answer.Freshness, requestIds, answer.Receipt, answer.Journey, Says(answer), TimeSpan.Zero)
        {
            Verdicts = answer.Verdicts,
            IdentityChecked = namesIdentity ? answer.IdentityChecked : null,
        };

    static readonly string closed = Reasons.Name(V1.Reason.ProviderClosed);

    static readonly HashSet<string> answers = [.. new[] { Status.Found, Status.NotFound, Status.Withheld, Status.Quarantined, Status.IdentityMismatch, Status.NoRecord }.Select(Name)];

    /// <summary>The provider has answered, and asking again is for another day.</summary>
    public static bool IsAnswer(string outcome) => answers.Contains(outcome);

    public static string Name(Status status) => Name(nameof(Status), (int)status);

    /// <summary>YES, NO or NOT_KNOWN.</summary>
    public static string Name(Truth truth) => Name(nameof(Truth), (int)truth);

    static string Name(string type, int number) => EnumNames.Name(AgencyReflection.Descriptor.FindTypeByName<EnumDescriptor>(type), number) ?? "";

    /// <summary>What an answer without a record means for whoever asked.</summary>
    static string Says(LookupResponse answer) => answer.Status switch
    {
        Status.NotFound => "The provider knows nobody by this pseudonym, or answers so of a protected person. It proves nothing about the person: check the number on both sides.",
        Status.NoRecord => "The provider knows the person and has no such record.",
        Status.Withheld => "The provider has a record and may not tell it here.",
        Status.Quarantined => "The provider doubts whose record it is; the match must be mended there first.",
        Status.IdentityMismatch => "The record found is perhaps another person's; the match must be mended first.",
        Status.Pending => $"The provider answers later; ask the same again{(answer.Freshness?.NextUpdate is { } day ? $", at the latest after {Commands.Asking.AnswerScreen.Japan(day)}" : "")}.",
        _ => answer.Withheld.Count > 0 ? $"The record also has {string.Join(", ", answer.Withheld)}, which the law does not grant here." : "",
    };

    /// <summary>Says nothing about the person.</summary>
    public override string ToString() => Outcome;
}
