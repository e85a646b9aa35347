using System.Globalization;
using Exchange.Adapter.Sources.Mapping;
using Google.Protobuf.Reflection;

namespace Exchange.Adapter.Sources.Databases;

/// <param name="Text">Fixed when the mapping is read.</param>
/// <param name="Parameters">Names without the sign; a null field is the person's key.</param>
/// <param name="FromTable">Built from a table: a parameter that does not fit its column's type then means that there is no such row.</param>
sealed record Statement(string Text, IReadOnlyList<(string Name, FieldDescriptor? Field)> Parameters, bool FromTable)
{
    public const string Person = "person", QuestionPrefix = "question_";

    /// <param name="most">One row more than this is asked for, so that too many are noticed.</param>
    /// <param name="order">Rows alike in it are sorted by their cells, so that the same rows are always the same list.</param>
    public static Statement OfTable(
        string table, string key, IReadOnlyList<(FieldDescriptor Field, string Column)> match, IReadOnlyList<string> columns, int most, RowOrder? order = null)
    {
        var list = columns.Count == 0 ? "1" : string.Join(", ", columns.Select(SqlName.Column));
        var conditions = match.Select(pair => $" AND {SqlName.Column(pair.Column)} = @{QuestionPrefix}{pair.Field.Name}");
        var sorted = order is { } by ? $"{SqlName.Column(by.Column)}{(by.Descending ? " DESC" : "")}, " : "";
        var ordering = most == 1 ? "" : $" ORDER BY {sorted}{string.Join(", ", Enumerable.Range(1, Math.Max(1, columns.Count)))}";
        var text = string.Create(CultureInfo.InvariantCulture,
            $"SELECT {list} FROM {SqlName.Table(table)} t WHERE {SqlName.Column(key)} = @{Person}{string.Concat(conditions)}{ordering} LIMIT {most + 1}");
        return new Statement(text, [(Person, null), .. match.Select(pair => (QuestionPrefix + pair.Field.Name, (FieldDescriptor?)pair.Field))], true);
    }
}
