using Exchange.V1;

namespace Exchange.Gateway.Policy;

public enum Condition
{
    None,

    /// <summary>The question shows the person's consent, sealed; the provider checks it.</summary>
    Consent,
}

/// <summary>One row of the matrix, as it is written.</summary>
/// <param name="Line">Where it stands in the file.</param>
/// <param name="Requester">A kind or an agency id.</param>
/// <param name="Provider">A kind or an agency id.</param>
/// <param name="Fields">Numbers of the record's fields, ascending; of a row with predicates perhaps none. Never written to.</param>
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
    /// <summary>What may be said of the record without releasing it. Never written to.</summary>
    public Predicate[] Predicates { get; init; } = [];

    /// <summary>Days for which a consent is good; 0: without end.</summary>
    public int ConsentValidDays { get; init; }

    /// <summary>Inclusive.</summary>
    public DateOnly LastDay => ValidUntil ?? DateOnly.MaxValue;

    public bool IsInForce(DateOnly day) => day >= ValidFrom && day <= LastDay;
}
