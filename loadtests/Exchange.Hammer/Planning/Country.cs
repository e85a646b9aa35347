namespace Exchange.Hammer.Planning;

/// <summary>What is known in public of a country's exchange.</summary>
/// <param name="PerYear">Lookups, or what is counted there in their place.</param>
/// <param name="Agencies">That ask or answer.</param>
sealed record Country(string Name, double PerYear, int Agencies, string Source)
{
    const double SecondsOfYear = 365 * 86_400;

    public double PerSecond => PerYear / SecondsOfYear;

    public static IReadOnlyList<Country> Known { get; } =
    [
        new("Japan", 30.3e6, 1741,
            "30.3 million queries by local governments in the year to March 2023: Board of Audit of Japan, report to the Diet of 15 May 2024 on queries of local governments under the My Number system; 1,741 municipalities: code4fukui/localgovjp, July 2026"),
        new("Estonia", 246 * SecondsOfYear, 1083,
            "246 queries a second on average, among 1,083 organisations: public statistics of X-tee, Estonia's X-Road"),
        new("Belgium", 57 * SecondsOfYear, 3000,
            "57 messages a second on average: Crossroads Bank for Social Security, figures and indicators of 2023 (1,810,191,749 in the year); about 3,000 institutions: the same, information in English"),
    ];

    /// <summary>The same agencies, asking more.</summary>
    public Country Times(int factor) => this with { Name = $"{Name} x {factor}", PerYear = factor * PerYear };
}
