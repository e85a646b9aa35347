using Exchange.Adapter.Sources.Mapping;

namespace Exchange.Adapter.Sources.Databases;

/// <summary>What a record is read by: the statement of its row, and of the rows of each list.</summary>
sealed record DatabaseLayout(RecordMapping Mapping, Statement Row, IReadOnlyList<(ListMapping Mapping, Statement Rows)> Lists)
{
    /// <summary>In the order in which they are read.</summary>
    public IReadOnlyList<Statement> Statements { get; } = [Row, .. Lists.Select(list => list.Rows)];
}
