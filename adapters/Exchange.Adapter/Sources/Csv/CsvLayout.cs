using System.Text;
using Exchange.Adapter.Sources.Mapping;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace Exchange.Adapter.Sources.Csv;

/// <summary>Makes of a row's cells what the index keeps of it.</summary>
/// <returns>What is wrong with the row, or null.</returns>
delegate CellProblem? CsvKeep(ReadOnlySpan<object?> cells, RowTimes times, out byte[] kept);

/// <summary>What a file is read by.</summary>
/// <param name="Key">The column of the person's local key.</param>
/// <param name="Match">Fields of the question that must equal a column.</param>
/// <param name="Columns">Those read, in the order in which <paramref name="Keep"/> has their cells.</param>
/// <param name="OneEach">Two rows of one key and match are an error; else they are a list.</param>
sealed record CsvLayout(
    string Path, CsvFormat Format, string Key, IReadOnlyList<(FieldDescriptor Field, string Column)> Match, IReadOnlyList<string> Columns, CsvKeep Keep, bool OneEach)
{
    const char Between = '\u001f';

    /// <param name="question">Needed where there is a match.</param>
    /// <returns>Null when no row can have it.</returns>
    public string? KeyOf(string person, IMessage? question)
    {
        var key = new StringBuilder(person);
        foreach (var (field, _) in Match)
        {
            if (QuestionFields.Text(field, question!) is not { } text)
                return null;
            key.Append(Between).Append(text);
        }
        return key.ToString();
    }

    /// <summary>Reads the whole file; rows that cannot be used are listed, not loaded.</summary>
    /// <exception cref="CsvException">The file as a whole cannot be used.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public CsvIndex Load(RowTimes times, BadRows bad)
    {
        var table = new CsvTable(Path, Format);
        var ordinals = ((string[])[Key, .. Match.Select(pair => pair.Column), .. Columns]).Select(column => Ordinal(table.Header, column)).ToArray();
        var index = new CsvIndex();
        var good = 0;
        var cells = new object?[Columns.Count];
        foreach (var row in table.Rows())
        {
            if (row.Problem is { } problem)
            {
                bad.Add(row.Line, problem.Column, problem.Reason, row.Raw);
                continue;
            }
            if (ReadKey(row, ordinals, out var key) is { } unreadable)
            {
                bad.Add(row.Line, unreadable.Column, unreadable.ToString(), row.Raw);
                continue;
            }
            for (var i = 0; i < cells.Length; i++)
                cells[i] = row.Cells[ordinals[1 + Match.Count + i]];
            var wrong = Keep(cells, times, out var kept);
            if (wrong is not null)
                bad.Add(row.Line, wrong.Value.Column, wrong.Value.ToString(), row.Raw);
            else
                good++;
            var earlier = index.Add(key, wrong is null ? EntryKind.Good : EntryKind.Bad, row.Line, wrong is null ? kept : [], OneEach);
            if (earlier > 0)
                bad.Add(row.Line, Key, $"the same key{(Match.Count > 0 ? " and match" : "")} as line {earlier}; neither is used", row.Raw);
        }
        if (good == 0 && bad.Count > 0)
            throw new CsvException($"not one of {bad.Count} rows can be used; see {BadRows.Beside(System.IO.Path.GetFileName(Path))}");
        return index;
    }

    CellProblem? ReadKey(CsvRow row, int[] ordinals, out string key)
    {
        key = row.Cells[ordinals[0]].Trim();
        if (key.Length == 0)
            return new CellProblem(Key, "a key");
        for (var i = 0; i < Match.Count; i++)
        {
            var (field, column) = Match[i];
            if (!CellConversion.TryConvert(row.Cells[ordinals[1 + i]].Trim(), field, CellFormat.Plain, out var value, out var expected) || value is null)
                return new CellProblem(column, expected.Length > 0 ? expected : "a value to match");
            key += Between + QuestionFields.TextOfCell(field, value);
        }
        return null;
    }

    static int Ordinal(IReadOnlyList<string> header, string column)
    {
        for (var i = 0; i < header.Count; i++)
            if (header[i] == column)
                return i;
        throw new CsvException($"column '{column}' is missing from the header");
    }
}
