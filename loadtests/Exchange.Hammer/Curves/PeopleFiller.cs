using System.Globalization;
using Exchange.Sandbox.Files;

namespace Exchange.Hammer.Curves;

/// <summary>People whom nobody asks about, in the tables of the agency that asks and of the one that answers.</summary>
static class PeopleFiller
{
    public static Task Fill(ExchangeFolder folder, int count, IProgress<string> progress, CancellationToken stop) => Task.Run(() =>
    {
        using var tax = new PeopleRows(folder.Agency(ExchangePlan.Tax));
        using var town = new PeopleRows(folder.Agency(ExchangePlan.Chiyoda));
        var points = new Points();
        const int Batch = 100_000;
        // Kept between starts.
        for (var from = (int)Math.Min(tax.Count, town.Count); from < count; from += Batch)
        {
            stop.ThrowIfCancellationRequested();
            // Whoever holds the same point in both tables is nobody: each agency closes its column with a scalar of its own.
            var batch = Enumerable.Range(from, Math.Min(Batch, count - from)).Select(number => (Key: string.Create(CultureInfo.InvariantCulture, $"load-{number}"), Stored: points.Next().ToArray())).ToArray();
            Parallel.Invoke(() => tax.Add(batch), () => town.Add(batch));
            if (count > Batch)
                progress.Report(string.Create(CultureInfo.InvariantCulture, $"  {from + batch.Length:#,0} of {count:#,0} people in two tables"));
        }
    }, stop);
}
