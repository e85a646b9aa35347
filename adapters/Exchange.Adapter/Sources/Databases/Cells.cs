using System.Data.Common;

namespace Exchange.Adapter.Sources.Databases;

/// <summary>The cells of a result's rows, in the order of the columns a mapping reads.</summary>
sealed class Cells
{
    readonly DbDataReader reader;
    readonly int[] ordinals;
    readonly object?[] cells;

    /// <exception cref="SourceException">A query no longer returns a column.</exception>
    public Cells(string name, DbDataReader reader, IReadOnlyList<string> columns, Statement statement)
    {
        this.reader = reader;
        cells = new object?[columns.Count];
        ordinals = new int[columns.Count];
        for (var i = 0; i < ordinals.Length; i++)
            ordinals[i] = statement.FromTable ? i : Ordinal(name, columns[i]);
    }

    /// <summary>Of the row the reader stands on; the next call writes over them.</summary>
    public ReadOnlySpan<object?> Read()
    {
        for (var i = 0; i < cells.Length; i++)
            cells[i] = reader.GetValue(ordinals[i]);
        return cells;
    }

    int Ordinal(string name, string column)
    {
        for (var i = 0; i < reader.FieldCount; i++)
            if (reader.GetName(i) == column)
                return i;
        throw new SourceException(name, $"the query no longer returns column '{column}'");
    }
}
