using Exchange.Adapter.Sources;
using Exchange.Adapter.Sources.Csv;
using Exchange.Adapter.Sources.People;
using Exchange.V1;

namespace Exchange.Adapter.Enrolment.Deltas;

/// <summary>Changes of people, one a line of a CSV file, in the order in which they happened.</summary>
sealed class DeltaFile(string path, DeltaFormat format)
{
    /// <param name="bad">Told of each line passed over; neither key nor number stands in it.</param>
    /// <exception cref="SourceException">The file cannot be used as a whole, or from some line on.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public IEnumerable<DeltaLine> Read(Action<BadLine> bad)
    {
        var (rows, change, key, number) = Open();
        using (rows)
            while (Next(rows))
            {
                var row = rows.Current;
                if (row.IsBlank)
                    continue;
                if (row.Problem is { } problem)
                    bad(new BadLine(row.Line, problem.Column, Reason.LineInvalid, problem.Reason));
                else if (Check(row, row.Cells[change].Trim(), row.Cells[key].Trim(), row.Cells[number].Trim(), bad) is { } line)
                    yield return line;
            }
    }

    DeltaLine? Check(CsvRow row, string word, string key, string number, Action<BadLine> bad)
    {
        var isKnown = format.Words.TryGetValue(word, out var change);
        var wrong = (key.Length, number.Length) switch
        {
            _ when !isKnown => new BadLine(row.Line, format.ChangeColumn, Reason.LineInvalid, $"none of {string.Join(", ", format.Words.Keys)}"),
            (0, _) => new BadLine(row.Line, format.KeyColumn, Reason.KeyInvalid, "blank"),
            ( > PersonLines.LongestKey, _) => new BadLine(row.Line, format.KeyColumn, Reason.KeyInvalid, $"more than {PersonLines.LongestKey} characters"),
            (_, 0) when DeltaLine.NeedsNumber(change) => new BadLine(row.Line, format.NumberColumn, Reason.NumberInvalid, "blank"),
            _ => null,
        };
        if (wrong is null)
            return new DeltaLine(row.Line, change, key, number);
        bad(wrong);
        return null;
    }

    (IEnumerator<CsvRow> Rows, int Change, int Key, int Number) Open()
    {
        try
        {
            var table = new CsvTable(path, format.Csv);
            return (table.Rows().GetEnumerator(), table.Ordinal(format.ChangeColumn), table.Ordinal(format.KeyColumn), table.Ordinal(format.NumberColumn));
        }
        catch (CsvException e)
        {
            throw Unusable(e);
        }
    }

    bool Next(IEnumerator<CsvRow> rows)
    {
        try
        {
            return rows.MoveNext();
        }
        catch (CsvException e)
        {
            throw Unusable(e);
        }
    }

    SourceException Unusable(CsvException e) => new(Path.GetFileName(path), e.Message);
}
