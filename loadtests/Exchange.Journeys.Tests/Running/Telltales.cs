using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Exchange.Journeys.Tests.Running;

/// <summary>Everything this process tells about itself besides its logs: spans with their tags, and the labels of metrics.</summary>
public sealed class Telltales : IDisposable
{
    readonly ConcurrentQueue<string> spans = new();
    readonly ConcurrentDictionary<string, bool> labels = new();
    readonly ActivityListener activities;
    readonly MeterListener meters;

    public Telltales()
    {
        activities = new ActivityListener
        {
            ShouldListenTo = _ => true,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = activity => spans.Enqueue(Describe(activity)),
        };
        ActivitySource.AddActivityListener(activities);
        meters = new MeterListener { InstrumentPublished = (instrument, listener) => listener.EnableMeasurementEvents(instrument) };
        meters.SetMeasurementEventCallback<long>((instrument, _, tags, _) => Label(instrument, tags));
        meters.SetMeasurementEventCallback<int>((instrument, _, tags, _) => Label(instrument, tags));
        meters.SetMeasurementEventCallback<double>((instrument, _, tags, _) => Label(instrument, tags));
        meters.Start();
    }

    public IEnumerable<string> Spans => spans;

    public IEnumerable<string> Labels
    {
        get
        {
            meters.RecordObservableInstruments();
            return labels.Keys;
        }
    }

    public void Dispose()
    {
        activities.Dispose();
        meters.Dispose();
    }

    void Label(Instrument instrument, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        foreach (var (key, value) in tags)
            labels[$"{instrument.Name} {key}={value}"] = true;
    }

    static string Describe(Activity activity) => string.Join(' ',
    [
        activity.Source.Name, activity.OperationName, activity.DisplayName, activity.StatusDescription ?? "",
        .. activity.TagObjects.Concat(activity.Events.SelectMany(one => one.Tags)).Select(tag => $"{tag.Key}={tag.Value}"),
        .. activity.Baggage.Select(item => $"{item.Key}={item.Value}"),
    ]);
}
