namespace Exchange.Municipality.Eligibility;

/// <summary>A household as its rule sees it: figures and gaps, no persons.</summary>
/// <param name="Size">All members, children included.</param>
sealed record HouseholdFacts(int Size, IReadOnlyList<AdultFacts> Adults);

/// <summary>Null is not known, and never zero.</summary>
/// <param name="Place">In the request, from 1.</param>
/// <param name="TotalIncome">Yen in the income year; never negative.</param>
/// <param name="PensionOnTop">Yen of pension that is not part of the total income and counts; never negative.</param>
/// <param name="IsExempt">Of the income levies of resident tax.</param>
sealed record AdultFacts(int Place, long? TotalIncome, long? PensionOnTop, bool? IsExempt);
