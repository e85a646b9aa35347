using System.Diagnostics.Metrics;
using Exchange.Adapter.Asking;
using Exchange.Adapter.Telemetry;
using Exchange.V1;
using Google.Protobuf;

namespace Exchange.Adapter.Tests.Telemetry;

public sealed class AdapterMetricsTests
{
    [Fact]
    public void A_reason_of_a_later_version_is_counted_as_unspecified()
    {
        using var metrics = new AdapterMetrics();
        var outcomes = new List<object?>();
        using var listener = new MeterListener { InstrumentPublished = (instrument, listener) =>
        {
            if (instrument is { Meter.Name: AdapterMetrics.Name, Name: "exchange.asked" })
                listener.EnableMeasurementEvents(instrument);
        } };
        listener.SetMeasurementEventCallback<long>((_, _, tags, _) => outcomes.AddRange(tags.ToArray().Where(tag => tag.Key == "outcome").Select(tag => tag.Value)));
        listener.Start();
        var request = new AskRequest("", "jp.tax", "audit", "tax.income.v1", ByteString.Empty, "", "", null, ByteString.Empty);

        metrics.Asked(request, new AskOutcome { Refusal = new Refusal { Reason = (Reason)9999 }, RepeatedBecause = [(Reason)9998] }, null);

        Assert.Contains("UNSPECIFIED", outcomes);
        Assert.DoesNotContain("9999", outcomes);
    }
}
