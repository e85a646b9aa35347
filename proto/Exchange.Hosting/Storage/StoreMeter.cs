using System.Diagnostics.Metrics;

namespace Exchange.Hosting.Storage;

/// <summary>What the stores of this process do, as metrics with the store's name as their only label.</summary>
public sealed class StoreMeter(string store)
{
    public const string Name = "Exchange.Storage";

    static readonly Meter meter = new(Name);
    static readonly Histogram<double> duration = meter.CreateHistogram("exchange.store.commit.duration", "s", "How long one commit took, fsync included.",
        advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 5] });
    static readonly Histogram<int> batch = meter.CreateHistogram("exchange.store.commit.items", "{item}", "How many items shared one commit.",
        advice: new InstrumentAdvice<int> { HistogramBucketBoundaries = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000] });
    static readonly Counter<long> written = meter.CreateCounter<long>("exchange.store.written", "By", "Bytes committed, without the store's own overhead.");
    static readonly Counter<long> unwritten = meter.CreateCounter<long>("exchange.store.unwritten", "{item}", "Items that were not kept, by what became of the store.");

    readonly KeyValuePair<string, object?> label = new("store", store);

    public void Committed(int items, long bytes, TimeSpan took)
    {
        duration.Record(took.TotalSeconds, label);
        batch.Record(items, label);
        written.Add(bytes, label);
    }

    public void Refused(int items) => unwritten.Add(items, label, new("fault", "refused"));

    public void Unsure(int items) => unwritten.Add(items, label, new("fault", "unsure"));

    public void Failed(int items) => unwritten.Add(items, label, new("fault", "failed"));
}
