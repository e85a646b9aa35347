namespace Exchange.Adapter.Sources.Mapping;

/// <summary>Why a cell does not fit: its column and what was expected, never what stood there.</summary>
readonly record struct CellProblem(string Column, string Expected)
{
    public override string ToString() => $"column '{Column}' does not hold {Expected}";
}
