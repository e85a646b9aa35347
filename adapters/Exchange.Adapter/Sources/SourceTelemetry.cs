using System.Diagnostics;

namespace Exchange.Adapter.Sources;

/// <summary>Spans around reads of a source. They name the data set and the kind of source, and whether it failed; not whether there was a record.</summary>
static class SourceTelemetry
{
    static readonly ActivitySource spans = new("Exchange.Adapter");

    public static Activity? Start(string dataSet, string kind)
    {
        var span = spans.StartActivity("source find", ActivityKind.Client);
        span?.SetTag("exchange.data_set", dataSet);
        span?.SetTag("db.system", kind);
        return span;
    }

    public static SourceException Failed(Activity? span, SourceException exception)
    {
        span?.SetStatus(ActivityStatusCode.Error);
        return exception;
    }
}
