namespace Exchange.Hammer.Offices;

/// <summary>A shape of load that offices make, compressed into one length.</summary>
/// <param name="Rate">By the share of the length that has passed, 0 to 1: how many times the usual rate.</param>
/// <param name="Askers">Who asks whom, each with its share.</param>
/// <param name="HasList">The pension service links a list of its insured meanwhile.</param>
sealed record Scenario(string Id, string What, Func<double, double> Rate, IReadOnlyList<(OfficeQuestion Question, double Share)> Askers, bool HasList = false)
{
    static readonly TimeSpan step = TimeSpan.FromMilliseconds(1);

    public static IReadOnlyList<Scenario> All { get; } =
    [
        new("monday", "Monday morning: counters open, and many towns ask tax agency and pension service about residents; eight times the usual rate, which falls off",
            passed => passed < 0.1 ? 0.2 : 1 + 7 * Math.Exp(-(passed - 0.1) * 8), [(OfficeQuestion.TownAsksTax, 0.7), (OfficeQuestion.TownAsksPension, 0.3)]),
        new("month-end", "month-end: benefits and exemptions are decided, pension service and towns ask the tax agency; three times the usual rate, all along",
            _ => 3, [(OfficeQuestion.PensionAsksTax, 0.5), (OfficeQuestion.TownAsksTax, 0.5)]),
        new("tax-season", "tax season: towns ask the tax agency, four times in bursts of ten times the usual rate",
            passed => passed * 4 % 1 < 0.2 ? 10 : 1, [(OfficeQuestion.TownAsksTax, 1)]),
        new("nightly", "at night: the pension service links a list of its insured, and a trickle of a fifth of the usual rate comes beside it",
            _ => 0.2, [(OfficeQuestion.TownAsksTax, 1)], HasList: true),
    ];

    /// <summary>When each question should leave.</summary>
    public IEnumerable<TimeSpan> Dues(double perSecond, TimeSpan length)
    {
        var owed = 0.0;
        for (var at = TimeSpan.Zero; at < length; at += step)
            for (owed += perSecond * Rate(at / length) * step.TotalSeconds; owed >= 1; owed--)
                yield return at;
    }
}
