using Exchange.V1;
using Google.Protobuf;

namespace Exchange.Adapter.Asking;

/// <summary>One question of this agency about one of its persons.</summary>
/// <param name="Person">This agency's own key of the person; never leaves the agency.</param>
/// <param name="Provider">An agency id, or a kind of which there is only one.</param>
/// <param name="Question">The serialised question message of the data set.</param>
/// <param name="Official">Who asks; sealed for the provider and journalled at both agencies.</param>
/// <param name="MaxAge">Of a copy, in whole milliseconds; zero: the record is to be read now. Null: any age will do.</param>
/// <param name="PageToken">From an earlier answer; empty for the first page.</param>
public sealed record AskRequest(
    string Person, string Provider, string Task, string DataSet, ByteString Question, string Official, string CaseId, TimeSpan? MaxAge, ByteString PageToken)
{
    /// <summary>Names of predicates whose verdicts are wanted in place of the record.</summary>
    public IReadOnlyList<string> Predicates { get; init; } = [];

    /// <summary>Where the law asks for it: where this agency has the person's consent, and the day on which it was given.</summary>
    public Consent? Consent { get; init; }

    /// <summary>Who is meant; null: whoever has the number.</summary>
    public Identity? Identity { get; init; }

    /// <summary>Of the answer that was pending when the same was asked before; found by the asking side itself.</summary>
    public ByteString Ticket { get; init; } = ByteString.Empty;

    /// <summary>The W3C trace context of whoever asks; empty or malformed, a trace begins here.</summary>
    public string Traceparent { get; init; } = "";
}
