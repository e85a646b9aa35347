using System.Globalization;
using CsvHelper;

namespace Exchange.Adapter.Sources.Csv;

/// <summary>
/// The rows that were left out, beside the file they stand in: line, column, reason and the row itself. Readable by the
/// owner alone. Only a complete list replaces the one before.
/// </summary>
sealed class BadRows(string path) : IDisposable
{
    CsvWriter? writer;

    public static string Beside(string path) => path + ".bad.csv";

    public int Count { get; private set; }

    /// <exception cref="IOException">The list cannot be written.</exception>
    public void Add(int line, string column, string reason, string raw)
    {
        Count++;
        writer ??= CsvWorkList.Begin(Temporary, "line", "column", "reason", "row");
        writer.WriteRecord([line.ToString(CultureInfo.InvariantCulture), column, reason, raw]);
    }

    public void Keep()
    {
        if (writer is null)
        {
            File.Delete(Beside(path));
            return;
        }
        writer.Dispose();
        writer = null;
        File.Move(Temporary, Beside(path), overwrite: true);
    }

    public void Dispose()
    {
        if (writer is null)
            return;
        writer.Dispose();
        File.Delete(Temporary);
    }

    string Temporary => Beside(path) + ".tmp";
}
