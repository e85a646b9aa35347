using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace Exchange.Adapter.Sources.Mapping;

/// <summary>Where the value of one field comes from: a column, or always the same.</summary>
sealed class FieldMapping
{
    readonly FieldDescriptor field;
    readonly int column;
    readonly string name;
    readonly CellFormat format;
    readonly object? constant;

    /// <param name="column">Index among the columns of the mapping.</param>
    public FieldMapping(FieldDescriptor field, int column, string name, CellFormat format)
    {
        this.field = field;
        this.column = column;
        this.name = name;
        this.format = format;
    }

    public FieldMapping(FieldDescriptor field, object constant)
    {
        this.field = field;
        this.constant = constant;
        column = -1;
        name = "";
        format = CellFormat.Plain;
    }

    /// <summary>Sets the field, unless the column is NULL or blank. Returns what is wrong, or null.</summary>
    public CellProblem? Apply(ReadOnlySpan<object?> cells, IMessage record)
    {
        if (column < 0)
        {
            field.Accessor.SetValue(record, constant);
            return null;
        }
        if (!CellConversion.TryConvert(cells[column], field, format, out var value, out var expected))
            return new CellProblem(name, expected);
        if (value is not null)
            field.Accessor.SetValue(record, value);
        return null;
    }
}
