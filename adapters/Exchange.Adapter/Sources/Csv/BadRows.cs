using System.Globalization;
using CsvHelper;

namespace Exchange.Adapter.Sources.Csv;

/// <summary>
/// The rows that were left out, beside the file they stand in: line, column, reason and the row itself. Readable by the
/// owner alone. Only a complete list replaces the one before.
/// </summary>
sealed class BadRows(string path) : IDisposable
{
    const int MostNamed = 5;

    const string Ending = ".bad.csv";

    readonly List<int> first = [];
    CsvWriter? writer;

    public static string Beside(string path) => path + Ending;

    public static bool IsList(string path) => path.EndsWith(Ending, StringComparison.Ordinal);

    /// <summary>Without its folder.</summary>
    public string Name => Path.GetFileName(Beside(path));

    public int Count { get; private set; }

    /// <summary>For people: how many, and the lines of the first.</summary>
    public string Summary => $"{Count} rows cannot be used, in line{(Count == 1 ? "" : "s")} {string.Join(", ", first)}{(Count > first.Count ? " and more" : "")}; they are listed in {Name}";

    /// <exception cref="IOException">The list cannot be written.</exception>
    public void Add(int line, string column, string reason, string raw)
    {
        Count++;
        if (first.Count < MostNamed)
            first.Add(line);
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
