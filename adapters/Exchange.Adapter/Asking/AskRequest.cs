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

    /// <summary>The W3C trace context of whoever asks; empty or malformed, a trace begins here.</summary>
    public string Traceparent { get; init; } = "";
}
