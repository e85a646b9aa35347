using Exchange.Sandbox.Files;

namespace Exchange.Hammer.Curves;

/// <summary>Something that grows with the country, or with the years, and that a lookup should not feel.</summary>
/// <param name="Name">Of the command line.</param>
/// <param name="What">For people: of what there are so many.</param>
/// <param name="Known">For people: what has to grow with it, and why.</param>
/// <param name="Sizes">Ascending.</param>
/// <param name="Fill">Puts so many into the files of an exchange, before anybody reads them.</param>
sealed record Curve(string Name, string What, string Known, IReadOnlyList<int> Sizes, Func<ExchangeFolder, int, IProgress<string>, CancellationToken, Task> Fill)
{
    public static Curve Agencies { get; } = new(
        "agencies", "agencies in the hub's directory beside the four that take part, each with a row of the matrix that lets it ask the tax agency",
        "The hub reads and checks every line of directory and matrix at its start, and keeps them. The tax agency's adapter is told every row that concerns it.",
        [10, 100, 500, 2000], MatrixFiller.AddAgencies);

    public static Curve Matrix { get; } = new(
        "matrix", "rows of the matrix beside those that take part, about a hundred other agencies",
        "The hub reads and checks every row at its start, and keeps it. Every two seconds it reads the file again to see whether it has changed. Rows about one agency reach its adapter in one message of at most 4 MiB; these are about others.",
        [10, 1000, 10_000, 100_000], MatrixFiller.AddRows);

    public static Curve Log { get; } = new(
        "log", "entries in the hub's log before it starts",
        "At its start the hub counts the entries, to find that none is missing.",
        [10_000, 100_000, 1_000_000, 10_000_000], LogFiller.Fill);

    public static Curve People { get; } = new(
        "people", "people in the table of requester and provider each, beside those that are asked about",
        "An adapter reads everybody at its start, and keeps them in memory.",
        [10_000, 100_000, 1_000_000], PeopleFiller.Fill);

    public static IReadOnlyList<Curve> All { get; } = [Agencies, Matrix, Log, People];
}
