using Agency.V1;
using Google.Protobuf;

namespace Exchange.Adapter.Calling;

/// <summary>What came of one question.</summary>
/// <param name="Outcome">Such as FOUND or NOT_FOUND; or the reason of a refusal.</param>
/// <param name="Record">Whole, of all pages; null unless found.</param>
/// <param name="RequestIds">Of each page, and earlier tries.</param>
/// <param name="Message">Of a refusal: what happened, and what to do.</param>
/// <param name="RetryAfter">Of a refusal: when asking again may help; zero: it changes nothing.</param>
sealed record ToldAnswer(string Outcome, string Provider, IMessage? Record, IReadOnlyList<string> Withheld, Freshness? Freshness, IReadOnlyList<string> RequestIds, Receipt? Receipt, Journey? Journey, string Message, TimeSpan RetryAfter)
{
    static readonly HashSet<string> answers = [.. new[] { Status.Found, Status.NotFound, Status.Withheld, Status.Quarantined, Status.IdentityMismatch, Status.NoRecord }.Select(Name)];

    /// <summary>The provider has answered, and asking again is for another day.</summary>
    public static bool IsAnswer(string outcome) => answers.Contains(outcome);

    public static string Name(Status status) => Commands.Lists.ListResult.NameOf(AgencyReflection.Descriptor.FindTypeByName<Google.Protobuf.Reflection.EnumDescriptor>(nameof(Status)), (int)status);

    /// <summary>Says nothing about the person.</summary>
    public override string ToString() => Outcome;
}
