using Records.Pension.V1;

namespace Exchange.Municipality.Eligibility;

/// <summary>A benefit by one version of its rule, as data. Whoever is decided on a day is decided by the version in force that day.</summary>
/// <param name="Name">Such as <c>low-income-household</c>.</param>
/// <param name="Version">Such as <c>2026-04</c>.</param>
/// <param name="ValidUntil">The last day; null while no later version is known.</param>
/// <param name="LegalBasis">In the words of the town's ordinance.</param>
/// <param name="Ceiling">The countable income of the household must be below it.</param>
/// <param name="PensionsOnTop">Kinds of pension that are not taxable, and counted all the same.</param>
sealed record Programme(
    string Name, string Version, DateOnly ValidFrom, DateOnly? ValidUntil, string LegalBasis, IncomeCeiling Ceiling, IReadOnlySet<PensionKind> PensionsOnTop)
{
    public bool Covers(DateOnly day) => ValidFrom <= day && (ValidUntil is not { } until || day <= until);
}

/// <summary>Yen a year, by the size of the household.</summary>
/// <param name="BySize">Of a household of one, of two, and so on.</param>
/// <param name="EachFurther">Added for each member beyond those.</param>
sealed record IncomeCeiling(IReadOnlyList<long> BySize, long EachFurther)
{
    public long Of(int size) => size <= BySize.Count ? BySize[size - 1] : BySize[^1] + (size - BySize.Count) * EachFurther;
}
