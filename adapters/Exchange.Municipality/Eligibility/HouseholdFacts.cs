namespace Exchange.Municipality.Eligibility;

/// <summary>A household as its rule sees it: figures and gaps, no persons.</summary>
/// <param name="Size">All members, children included.</param>
sealed record HouseholdFacts(int Size, IReadOnlyList<AdultFacts> Adults)
{
    /// <summary>Members who raise the ceiling; 0 where the rule has no such addition.</summary>
    public int Children { get; init; }
}

/// <summary>Null is not known, and never zero; what the rule does not read is null too.</summary>
/// <param name="Place">In the request, from 1.</param>
/// <param name="TotalIncome">Yen in the income year; never negative.</param>
/// <param name="PensionOnTop">Yen of pension that is not part of the total income and counts; never negative. 0 where the rule counts none.</param>
/// <param name="IsExempt">Of the income levies of resident tax.</param>
sealed record AdultFacts(int Place, long? TotalIncome, long? PensionOnTop, bool? IsExempt)
{
    /// <summary>In this town on 1 January, and nowhere else.</summary>
    public bool? LivedHere { get; init; }

    /// <summary>Was paid a pension for which the ceiling is waived.</summary>
    public bool? DrawsWaivingPension { get; init; }
}
