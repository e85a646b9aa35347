using Exchange.Adapter.Sources.Mapping;
using Exchange.Protocol.Identifiers;

namespace Exchange.Adapter.Sources.Residences;

/// <summary>Rows of cells to a person's moves.</summary>
/// <param name="Columns">Names of the columns read, in the order in which cells are given.</param>
/// <param name="Until">Null: the next row's first day ends a residence.</param>
/// <param name="Abroad">What stands in the column of the municipality for a residence abroad; null: nothing does.</param>
sealed record MoveMapping(IReadOnlyList<string> Columns, DateColumn From, DateColumn? Until, int Municipality, string? Abroad)
{
    /// <summary>Rows of one person; more are an error.</summary>
    public const int Most = 200;

    public static SourceException TooMany() => new(ResidencesReader.Key, $"more than {Most} rows of one person");

    /// <returns>What is wrong with the row, or null.</returns>
    public CellProblem? TryBuild(ReadOnlySpan<object?> cells, out Move? move)
    {
        move = null;
        if (From.Read(cells, out var from) is { } wrong)
            return wrong;
        if (from is null)
            return new CellProblem(From.Name, "a date, which is required");
        DateOnly? until = null;
        if (Until?.Read(cells, out until) is { } wrongUntil)
            return wrongUntil;
        if (until < from)
            return new CellProblem(Until!.Name, "a day that is not before the first one");
        if (TryCode(cells[Municipality], out var code) is { } wrongCode)
            return wrongCode;
        move = new Move(from.Value, until, code);
        return null;
    }

    /// <summary>Oldest first; where no day ends a residence, the next later first day does.</summary>
    public IReadOnlyList<Move> Complete(IEnumerable<Move> moves)
    {
        Move[] sorted = [.. moves.OrderBy(move => move.From)];
        if (Until is not null)
            return sorted;
        // Of several that begin on one day each lasts until the next: which of them holds is in doubt.
        return [.. sorted.Select(move => move with { Until = sorted.FirstOrDefault(later => later.From > move.From)?.From })];
    }

    CellProblem? TryCode(object? cell, out string code)
    {
        code = "";
        var text = cell is string written ? written.Trim() : null;
        if (Abroad is not null && text == Abroad)
            return null;
        // A number has lost the zero with which the codes of nine prefectures begin.
        if (text is null or { Length: not (5 or 6) })
            return new CellProblem(Columns[Municipality], "a local government code of 5 or 6 digits, as text");
        if (!(text.Length == 5 ? MunicipalityCode.TryComplete(text, out var read, out var problem) : MunicipalityCode.TryParse(text, out read, out problem)))
            return new CellProblem(Columns[Municipality], problem == IdentifierProblem.WrongCheckDigit
                ? "a local government code with its right check digit" : "a local government code of 5 or 6 digits, as text");
        code = read.ToString();
        return null;
    }
}

/// <param name="Column">Index among the columns read.</param>
/// <param name="Format">A .NET date format; null: ISO 8601.</param>
sealed record DateColumn(int Column, string Name, string? Format)
{
    /// <param name="date">Null for NULL and for blank.</param>
    public CellProblem? Read(ReadOnlySpan<object?> cells, out DateOnly? date)
    {
        date = null;
        if (CellConversion.IsMissing(cells[Column]))
            return null;
        if (!Dates.TryRead(cells[Column]!, Format ?? Dates.Iso, out var read))
            return new CellProblem(Name, $"a date written {Format ?? Dates.Iso}");
        date = read;
        return null;
    }
}
