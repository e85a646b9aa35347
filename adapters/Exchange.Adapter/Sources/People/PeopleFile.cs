using System.Runtime.CompilerServices;
using Exchange.Adapter.Sources.Csv;
using Exchange.V1;

namespace Exchange.Adapter.Sources.People;

/// <summary>People in a CSV file with a header.</summary>
public sealed class PeopleFile(string path, string keyColumn, string numberColumn, CsvFormat format) : IPeople
{
    public string NumberColumn => numberColumn;

    public async IAsyncEnumerable<Person> Read(Action<BadLine> bad, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        // Reading is synchronous and buffered; this keeps the caller's thread out of it.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        var (table, key, number) = Open();
        var lines = new PersonLines(keyColumn, numberColumn);
        using var rows = table.Rows().GetEnumerator();
        while (Next(rows))
        {
            cancellation.ThrowIfCancellationRequested();
            var row = rows.Current;
            if (row.Problem is { } problem)
                bad(new BadLine(row.Line, problem.Column, Reason.LineInvalid, problem.Reason));
            else if (lines.Check(row.Cells[key], row.Cells[number], row.Line, bad) is { } person)
                yield return person;
        }
    }

    (CsvTable Table, int Key, int Number) Open()
    {
        try
        {
            var table = new CsvTable(path, format);
            return (table, table.Ordinal(keyColumn), table.Ordinal(numberColumn));
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
