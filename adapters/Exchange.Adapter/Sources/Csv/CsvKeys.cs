using Exchange.Adapter.Sources.Mapping;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace Exchange.Adapter.Sources.Csv;

/// <summary>Under which keys the rows of a file are kept: the person's, with the values that a question must match.</summary>
/// <param name="ordinals">Of the key's column in the header, and of those of <paramref name="match"/>.</param>
sealed class CsvKeys(IReadOnlyList<(FieldDescriptor Field, string Column)> match, string keyColumn, IReadOnlyList<int> ordinals)
{
    const char Between = '\u001f', Any = '\u001e';

    /// <summary>Cells by which a row may be too long and still be one of a few persons.</summary>
    const int MostSurplus = 8;

    /// <param name="question">Needed where there is a match.</param>
    /// <returns>Null when no row can have it.</returns>
    public static string? Of(IReadOnlyList<(FieldDescriptor Field, string Column)> match, string person, IMessage? question)
    {
        var key = person;
        foreach (var (field, _) in match)
        {
            if (QuestionFields.Text(field, question!) is not { } text)
                return null;
            key += Between + text;
        }
        return key;
    }

    /// <summary>Of rows of a person that may be about any question.</summary>
    public static string OfPerson(IReadOnlyList<(FieldDescriptor Field, string Column)> match, string person) => match.Count == 0 ? person : person + Any;

    /// <returns>What is wrong with the row's key, or null.</returns>
    public CellProblem? Read(CsvRow row, out string key)
    {
        key = row.Cells[ordinals[0]].Trim();
        if (key.Length == 0)
            return new CellProblem(keyColumn, "a key");
        for (var i = 0; i < match.Count; i++)
        {
            var (field, column) = match[i];
            if (!CellConversion.TryConvert(row.Cells[ordinals[1 + i]].Trim(), field, CellFormat.Plain, out var value, out var expected) || value is null)
                return new CellProblem(column, expected.Length > 0 ? expected : "a value to match");
            key += Between + QuestionFields.TextOfCell(field, value);
        }
        return null;
    }

    /// <summary>
    /// Whose a row may be that cannot be used. In one with cells too many the key's has perhaps moved to the right, so
    /// each in which it can be counts; in one with cells missing it may be the one that is.
    /// </summary>
    /// <param name="columns">Of the header.</param>
    /// <returns>The row's key, or keys of <see cref="OfPerson"/>; none when it may be anybody's.</returns>
    public IReadOnlyList<string> Suspects(CsvRow row, int columns)
    {
        // Behind a stray quote cells are counted no more.
        var surplus = row.Sound == row.Cells.Count ? row.Cells.Count - columns : 0;
        if (surplus is < 0 or > MostSurplus || ordinals[0] + surplus >= row.Sound)
            return [];
        if (surplus == 0 && ordinals.All(one => one < row.Sound && IsReadable(row.Cells[one])) && Read(row, out var key) is null)
            return [key];
        var people = Enumerable.Range(ordinals[0], 1 + surplus).Select(i => row.Cells[i].Trim()).ToArray();
        return people.All(IsReadable) ? [.. people.Distinct().Select(person => OfPerson(match, person))] : [];
    }

    static bool IsReadable(string key) => key.Length is > 0 and <= CsvTable.LongestCell && !key.Contains(CsvFormat.Undecodable);
}
