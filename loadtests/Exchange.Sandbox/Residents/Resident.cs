using System.Globalization;

namespace Exchange.Sandbox.Residents;

/// <summary>A person who does not exist, with a valid number, one home and one tax year.</summary>
/// <param name="TaxKey">The tax agency's own key of the person.</param>
/// <param name="TownKey">The municipality's own key of the person.</param>
/// <param name="State">A: assessed, E: exempt, U: undeclared, P: not yet assessed.</param>
/// <param name="Town">Where the person lived on 1 January: the town that taxes.</param>
/// <param name="IsUnknownToTax">The tax agency has no record of the person at all.</param>
/// <param name="MovedTo">Where the person lives now; null: still there.</param>
/// <param name="Index">Place among all residents; says who lives together and who draws a pension.</param>
public sealed record Resident(
    string Number, string Name, string Town, string TaxKey, string TownKey, char State, long TotalIncome, long Deductions, int Dependants, bool IsUnknownToTax,
    string? MovedTo, int Index)
{
    /// <summary>When those who moved arrived in the new town.</summary>
    public static readonly DateOnly MovedOn = new(2026, 3, 25);

    /// <summary>When those who lived abroad left, and came back.</summary>
    public static readonly DateOnly LeftOn = new(2025, 9, 1), BackOn = new(2026, 6, 15);

    /// <summary>The pension service's own key of the person.</summary>
    public string PensionKey => string.Create(CultureInfo.InvariantCulture, $"P-{500_001 + Index * 3}");

    /// <summary>Three neighbours live together: two adults and their child.</summary>
    public int Household => Index / 3;

    public bool IsHead => Index % 3 == 0;

    public bool IsChild => Index % 3 == 2;

    /// <summary>Adults of all ages; every other child is under 16 at the end of 2025.</summary>
    public DateOnly BornOn => IsChild ? new DateOnly(2004 + Household % 2 * 8 + Household % 5, 5, 14) : new DateOnly(DrawsPension ? 1952 + Household % 6 : 1970 + Household % 20, 2 + Index % 9, 7);

    public bool DrawsPension => IsHead && Household % 4 == 0;

    /// <summary>O: old age; D: disability; S: survivors. The last two are not taxed.</summary>
    public char PensionKind => (Household / 4 % 5) switch { 0 => 'D', 1 => 'S', _ => 'O' };

    /// <summary>Yen a month, to those who draw one.</summary>
    public long MonthlyPension => 66_000 + Household % 7 * 9_000;

    public bool DrawsOldAgePension => DrawsPension && PensionKind == 'O';

    /// <summary>Was in no municipality on 1 January 2026, and came back to the same one.</summary>
    public bool WasAbroad => MovedTo is null && Index % 211 == 100;

    /// <summary>The pension service has an old and a new address of the person that overlap.</summary>
    public bool IsInDoubt => IsHead && Index % 198 == 150;

    /// <summary>By an employer who reports what it paid.</summary>
    public bool IsEmployed => State == 'A' && !IsChild && !DrawsPension;

    /// <summary>Insured, or old enough to be employed.</summary>
    public bool IsKnownToPension => BornOn.Year <= 2010;

    /// <summary>Employed, and the pension service never entered the period.</summary>
    public bool IsUnenrolled => IsEmployed && Index % 101 == 40;

    /// <summary>The new town's own key of the person.</summary>
    public string KeyAfterMove => "M" + TownKey[1..];

    /// <summary>Rounded down to 1,000 yen, never below zero.</summary>
    public long TaxableIncome => Math.Max(0, (TotalIncome - Deductions) / 1000 * 1000);

    /// <summary>6 % of the taxable income goes to the municipality, 4 % to the prefecture, each rounded down to 100 yen.</summary>
    public long MunicipalLevy => State == 'A' ? TaxableIncome * 6 / 100 / 100 * 100 : 0;

    public long PrefecturalLevy => State == 'A' ? TaxableIncome * 4 / 100 / 100 * 100 : 0;
}
