using CsvHelper;
using Exchange.Adapter.Sources.Csv;

namespace Exchange.Adapter.Contracts;

/// <summary>The rows that break a contract, for whoever mends them: a CSV file, readable by its owner alone.</summary>
sealed class BrokenRows : IDisposable
{
    readonly Lock gate = new();
    readonly CsvWriter? writer;

    /// <param name="path">Null: none are written.</param>
    /// <exception cref="IOException">It cannot be written.</exception>
    public BrokenRows(string? path) => writer = path is null ? null : CsvWorkList.Begin(path, "person", "data_set", "question", "rule", "field", "what");

    public void Add(string dataSet, BrokenRow row)
    {
        lock (gate)
            writer?.WriteRecord([row.Person, dataSet, row.Question, row.Breach.Rule, row.Breach.Field, row.Breach.What]);
    }

    public void Dispose() => writer?.Dispose();
}
