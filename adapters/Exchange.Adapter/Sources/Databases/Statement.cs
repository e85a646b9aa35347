using System.Globalization;
using Exchange.Adapter.Sources.Mapping;
using Google.Protobuf.Reflection;

namespace Exchange.Adapter.Sources.Databases;

/// <param name="Text">Fixed when the mapping is read.</param>
/// <param name="Parameters">Names without the sign; a null field is the person's key. Where the text has question marks, one for each of them in its order.</param>
/// <param name="FromTable">Built from a table: a parameter that does not fit its column's type then means that there is no such row.</param>
sealed record Statement(string Text, IReadOnlyList<(string Name, FieldDescriptor? Field)> Parameters, bool FromTable)
{
    public const string Person = "person", QuestionPrefix = "question_";

    /// <param name="most">One row more than this is asked for, so that too many are noticed.</param>
    /// <param name="order">Rows alike in it are sorted by their cells, so that the same rows are always the same list.</param>
    /// <param name="portable">For whatever ODBC leads to: question marks, and no limit, since each database writes one otherwise. Whoever reads stops by itself.</param>
    public static Statement OfTable(
        string table, string key, IReadOnlyList<(FieldDescriptor Field, string Column)> match, IReadOnlyList<string> columns, int most, RowOrder? order, bool portable)
    {
        var list = columns.Count == 0 ? "1" : string.Join(", ", columns.Select(SqlName.Column));
        var conditions = match.Select(pair => $" AND {SqlName.Column(pair.Column)} = {Marker(QuestionPrefix + pair.Field.Name)}");
        var ordering = most == 1 ? "" : $" ORDER BY {string.Join(", ", Sorting(columns.Count, order))}";
        var limit = portable ? "" : string.Create(CultureInfo.InvariantCulture, $" LIMIT {most + 1}");
        var text = $"SELECT {list} FROM {SqlName.Table(table)} t WHERE {SqlName.Column(key)} = {Marker(Person)}{string.Concat(conditions)}{ordering}{limit}";
        return new Statement(text, [(Person, null), .. match.Select(pair => (QuestionPrefix + pair.Field.Name, (FieldDescriptor?)pair.Field))], true);

        string Marker(string name) => portable ? "?" : "@" + name;
    }

    static IEnumerable<string> Sorting(int columns, RowOrder? order)
    {
        if (order is { } by)
            yield return $"{SqlName.Column(by.Column)}{(by.Descending ? " DESC" : "")}";
        // SQL Server sorts by no column twice.
        for (var i = 0; i < Math.Max(1, columns); i++)
            if (i != order?.Cell)
                yield return (i + 1).ToString(CultureInfo.InvariantCulture);
    }
}
