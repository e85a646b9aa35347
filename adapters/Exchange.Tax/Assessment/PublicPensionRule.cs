namespace Exchange.Tax.Assessment;

/// <summary>What the law makes of a taxable public pension, as far as it can be told without age and other incomes. Amounts are yen of a year.</summary>
static class PublicPensionRule
{
    /// <summary>Up to this no return is due, where other incomes are small (Income Tax Act, article 121 (3)).</summary>
    public const long NoReturnUpTo = 4_000_000;

    /// <summary>
    /// The least income that a pension can be: what was paid, less the largest deduction anybody may make of it, which is that
    /// of somebody aged 65 with other incomes up to 10,000,000 (Income Tax Act, article 35 (4); Act on Special Measures
    /// Concerning Taxation, article 41-15-3; since 2020).
    /// </summary>
    /// <param name="paid">Before anything was withheld; not below zero.</param>
    public static long LeastIncome(long paid) => Math.Max(0, paid - paid switch
    {
        <= 3_300_000 => 1_100_000,
        <= 4_100_000 => 275_000 + paid / 4,
        <= 7_700_000 => 685_000 + paid / 100 * 15,
        <= 10_000_000 => 1_455_000 + paid / 20,
        _ => 1_955_000,
    });
}
