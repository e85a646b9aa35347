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
    /// <param name="question">Needed where there is a match.</param>
    /// <returns>Null when no row can have it.</returns>
    public string? KeyOf(string person, IMessage? question) => CsvKeys.Of(Match, person, question);

    /// <summary>Of rows of the person that may be about any question.</summary>
    public string KeyOf(string person) => CsvKeys.OfPerson(Match, person);

    /// <summary>
    /// Reads the whole file. Rows that cannot be used are listed, and kept as such under the key they have, so that nobody
    /// is taken to be absent whose row is there.
    /// </summary>
    /// <exception cref="CsvException">The file as a whole cannot be used.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public CsvIndex Load(RowTimes times, BadRows bad)
    {
        var table = new CsvTable(Path, Format);
        var ordinals = ((string[])[Key, .. Match.Select(pair => pair.Column), .. Columns]).Select(table.Ordinal).ToArray();
        var keys = new CsvKeys(Match, Key, ordinals[..(1 + Match.Count)]);
        var index = new CsvIndex(times.FileUnixMs);
        var good = 0;
        var cells = new object?[Columns.Count];
        foreach (var row in table.Rows())
        {
            if (row.IsBlank)
                continue;
            index.Rows++;
            var key = "";
            var problem = row.Problem ?? Problem(keys.Read(row, out key));
            if (problem is not null)
            {
                bad.Add(row.Line, problem.Column, problem.Reason, row.Raw);
                var suspects = keys.Suspects(row, table.Header.Count);
                foreach (var suspect in suspects)
                    index.Add(suspect, EntryKind.Bad, row.Line, [], OneEach);
                if (suspects.Count == 0 && index.UnknownLine == 0)
                    index.UnknownLine = row.Line;
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
            throw new CsvException($"not one of {bad.Count} rows can be used; see {bad.Name}");
        return index;
    }

    static CsvProblem? Problem(CellProblem? problem) => problem is { } one ? new CsvProblem(one.Column, one.ToString()) : null;
}
