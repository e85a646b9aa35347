namespace Exchange.Gateway.Policy;

public enum Condition
{
    None,

    /// <summary>The person's consent must be shown. Until the exchange can check one, such a row grants nothing.</summary>
    Consent,
}

/// <summary>One row of the matrix, as it is written.</summary>
/// <param name="Line">Where it stands in the file.</param>
/// <param name="Requester">A kind or an agency id.</param>
/// <param name="Provider">A kind or an agency id.</param>
/// <param name="Fields">Numbers of the record's fields, ascending. Never written to.</param>
/// <param name="ValidUntil">The last day; null: without end.</param>
public sealed record PolicyRow(
    int Line,
    int Column,
    string Requester,
    string Task,
    string Provider,
    string DataSet,
    uint[] Fields,
    Condition Condition,
    string LegalBasis,
    DateOnly ValidFrom,
    DateOnly? ValidUntil)
{
    /// <summary>Inclusive.</summary>
    public DateOnly LastDay => ValidUntil ?? DateOnly.MaxValue;

    public bool IsInForce(DateOnly day) => day >= ValidFrom && day <= LastDay;
}
