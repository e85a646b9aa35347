using Records.Pension.V1;

namespace Exchange.Municipality.Eligibility;

/// <summary>A benefit by one version of its rule, as data. Whoever is decided on a day is decided by the version in force that day.</summary>
/// <param name="Name">Such as <c>low-income-household</c>.</param>
/// <param name="Version">Such as <c>2026-04</c>.</param>
/// <param name="ValidUntil">The last day; null while no later version is known.</param>
/// <param name="LegalBasis">In the words of the town's ordinance.</param>
/// <param name="ExemptOfResidentTax">Every adult has to be; else it does not matter.</param>
/// <param name="LivedHere">Every adult has to have lived in this town on 1 January; else it does not matter.</param>
/// <param name="Ceiling">The countable income of the household must be below it, unless it is waived.</param>
/// <param name="PensionsOnTop">Kinds of pension that are not taxable, and counted all the same.</param>
/// <param name="Waiver">Households to which the ceiling does not apply.</param>
sealed record Programme(
    string Name, string Version, DateOnly ValidFrom, DateOnly? ValidUntil, string LegalBasis, bool ExemptOfResidentTax, bool LivedHere,
    IncomeCeiling Ceiling, IReadOnlySet<PensionKind> PensionsOnTop, CeilingWaiver Waiver)
{
    /// <summary>Nothing is asked that the rule does not read.</summary>
    public bool NeedsResidentTax => ExemptOfResidentTax || Waiver.ForExempt;

    /// <inheritdoc cref="NeedsResidentTax"/>
    public bool NeedsPension => PensionsOnTop.Count > 0 || Waiver.ForPensions.Count > 0;

    public bool Covers(DateOnly day) => ValidFrom <= day && (ValidUntil is not { } until || day <= until);

    /// <summary>Such as <c>from 2026-04-01</c>.</summary>
    public string Days => ValidUntil is { } until ? $"{ValidFrom:yyyy-MM-dd} to {until:yyyy-MM-dd}" : $"from {ValidFrom:yyyy-MM-dd}";
}

/// <summary>Yen a year, by who lives in the household.</summary>
/// <param name="BySize">Of a household of one, of two, and so on.</param>
/// <param name="EachFurther">Added for each member beyond those.</param>
/// <param name="Children">Null: they are members like others.</param>
sealed record IncomeCeiling(IReadOnlyList<long> BySize, long EachFurther, ChildAddition? Children = null)
{
    /// <param name="size">All members, children included.</param>
    public long Of(int size, int children) => OfSize(size) + children * (Children?.Each ?? 0);

    long OfSize(int size) => size <= BySize.Count ? BySize[size - 1] : BySize[^1] + (size - BySize.Count) * EachFurther;
}

/// <summary>Added to the ceiling for each child.</summary>
/// <param name="Under">Whoever is younger at the end of the income year is a child.</param>
sealed record ChildAddition(int Under, long Each);

/// <summary>The ceiling does not apply to a household that fits any of these.</summary>
/// <param name="ForExempt">Every adult is exempt of resident tax.</param>
/// <param name="ForPensions">An adult was paid a pension of such a kind in the income year.</param>
sealed record CeilingWaiver(bool ForExempt, IReadOnlySet<PensionKind> ForPensions)
{
    public bool IsPossible => ForExempt || ForPensions.Count > 0;
}
