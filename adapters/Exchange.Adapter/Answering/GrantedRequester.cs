namespace Exchange.Adapter.Answering;

/// <summary>Whom a row of the matrix lets ask, as an allow-list writes it: the hub names an agency, or a kind of which there are many.</summary>
static class GrantedRequester
{
    const string Municipality = "municipality", Towns = "jp.mun.";

    /// <summary>All municipalities at once, since new ones join; else the agency. Null for another kind, whose agencies have no beginning in common.</summary>
    public static string? Pattern(string requester) =>
        requester == Municipality || requester.StartsWith(Towns, StringComparison.Ordinal) ? Towns + "*"
        : requester.Contains('.', StringComparison.Ordinal) ? requester : null;

    /// <summary>An agency of those that a pattern covers.</summary>
    public static string Example(string pattern) => pattern.EndsWith('*') ? pattern[..^1] + "000000" : pattern;
}
