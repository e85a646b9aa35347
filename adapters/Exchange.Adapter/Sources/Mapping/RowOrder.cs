namespace Exchange.Adapter.Sources.Mapping;

/// <summary>By what the rows of a list are sorted; rows alike in it keep an order of their own, the same each time.</summary>
/// <param name="Cell">Index of the column among those read.</param>
readonly record struct RowOrder(string Column, int Cell, bool Descending);
