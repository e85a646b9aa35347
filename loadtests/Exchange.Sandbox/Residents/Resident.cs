namespace Exchange.Sandbox.Residents;

/// <summary>A person who does not exist, with a valid number, one home and one tax year.</summary>
/// <param name="TaxKey">The tax agency's own key of the person.</param>
/// <param name="TownKey">The municipality's own key of the person.</param>
/// <param name="State">A: assessed, E: exempt, U: undeclared, P: not yet assessed.</param>
/// <param name="Town">Where the person lived on 1 January: the town that taxes.</param>
/// <param name="IsUnknownToTax">The tax agency has no record of the person at all.</param>
/// <param name="MovedTo">Where the person lives now; null: still there.</param>
public sealed record Resident(
    string Number, string Name, string Town, string TaxKey, string TownKey, char State, long TotalIncome, long Deductions, int Dependants, bool IsUnknownToTax,
    string? MovedTo)
{
    /// <summary>The new town's own key of the person.</summary>
    public string KeyAfterMove => "M" + TownKey[1..];

    /// <summary>Rounded down to 1,000 yen, never below zero.</summary>
    public long TaxableIncome => Math.Max(0, (TotalIncome - Deductions) / 1000 * 1000);

    /// <summary>6 % of the taxable income goes to the municipality, 4 % to the prefecture, each rounded down to 100 yen.</summary>
    public long MunicipalLevy => State == 'A' ? TaxableIncome * 6 / 100 / 100 * 100 : 0;

    public long PrefecturalLevy => State == 'A' ? TaxableIncome * 4 / 100 / 100 * 100 : 0;
}
