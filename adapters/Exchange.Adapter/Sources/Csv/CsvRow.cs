namespace Exchange.Adapter.Sources.Csv;

/// <param name="Line">Where the row begins, from 1; the header is usually line 1.</param>
/// <param name="Raw">As it stands in the file; what could be kept of it when too large.</param>
/// <param name="Problem">Why the cells cannot be used, or null.</param>
public sealed record CsvRow(int Line, IReadOnlyList<string> Cells, string Raw, CsvProblem? Problem)
{
    /// <summary>Cells from the left that are what they stand for; where a quote has gone astray, none is from there on.</summary>
    public int Sound { get; init; } = Cells.Count;

    /// <summary>Such as spreadsheets leave at the end: about nobody.</summary>
    public bool IsBlank => Cells.Count > 0 && Cells.All(string.IsNullOrWhiteSpace);
}

/// <param name="Column">Name of the column; empty when the whole row is meant.</param>
public sealed record CsvProblem(string Column, string Reason);
