using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace Exchange.Adapter.Sources.Mapping;

/// <summary>A row of cells to a message: a record, or one element of a list.</summary>
/// <param name="Columns">Names of the columns read, in the order in which cells are given.</param>
sealed record RowMapping(MessageDescriptor Type, IReadOnlyList<string> Columns, IReadOnlyList<FieldMapping> Fields)
{
    /// <returns>What is wrong with the row, or null.</returns>
    public CellProblem? TryBuild(ReadOnlySpan<object?> cells, out IMessage built)
    {
        built = Type.Parser.ParseFrom(ByteString.Empty);
        foreach (var field in Fields)
            if (field.Apply(cells, built) is { } wrong)
                return wrong;
        return null;
    }
}
