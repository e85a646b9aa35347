using System.Diagnostics;
using System.Diagnostics.Metrics;
using Exchange.Adapter.Asking;
using Exchange.Adapter.Telemetry;
using Exchange.Protocol.Refusals;
using Exchange.V1;
using Google.Protobuf;

namespace Exchange.Adapter.Tests.Telemetry;

public sealed class AdapterMetricsTests
{
    static readonly AskRequest request = new("4711", "tax", "benefit-eligibility", "tax.income.v1", ByteString.Empty, "suzuki", "case-1", null, ByteString.Empty);
    static readonly AskOutcome answered = new() { Status = AnswerStatus.NotFound, Provider = "jp.tax", Kind = LookupKind.Warm, HandleFrom = "memory" };

    public static TheoryData<AskOutcome> Sealed =>
    [
        answered with { Status = AnswerStatus.Found },
        answered with { Status = AnswerStatus.Withheld },
        RefusedSealed(Reason.SourceUnavailable),
        RefusedSealed(Reason.EpochMismatch),
        RefusedSealed(Reason.ProviderFailed) with { RepeatedBecause = [Reason.HandleExpired, Reason.HandleExpired] },
        answered with { RepeatedBecause = [Reason.HandleExpired] },
    ];

    [Theory]
    [MemberData(nameof(Sealed))]
    public void Whatever_was_sealed_leaves_the_same_labels_and_attributes(AskOutcome outcome) => Assert.Equal(Told(answered), Told(outcome));

    [Fact]
    public void What_was_refused_in_the_clear_is_told_by_its_reason()
    {
        var (labels, attributes) = Told(answered with { Refusal = Reasons.Refuse(Reason.ProviderUnavailable), RepeatedBecause = [Reason.HandleExpired, Reason.ConnectionLost] });
        Assert.Contains("outcome=PROVIDER_UNAVAILABLE", labels, StringComparison.Ordinal);
        Assert.Contains("exchange.outcome=PROVIDER_UNAVAILABLE", attributes, StringComparison.Ordinal);
        Assert.Contains("exchange.repeated=CONNECTION_LOST", attributes, StringComparison.Ordinal);
    }

    [Fact]
    public void A_reason_of_a_later_version_is_counted_as_unspecified()
    {
        var (labels, attributes) = Told(answered with { Refusal = new Refusal { Reason = (Reason)9999 }, RepeatedBecause = [(Reason)9998] });
        Assert.Contains("outcome=UNSPECIFIED", labels, StringComparison.Ordinal);
        Assert.DoesNotContain("999", labels + attributes, StringComparison.Ordinal);
    }

    static AskOutcome RefusedSealed(Reason reason) => answered with { Status = default, Refusal = Reasons.Refuse(reason), IsRefusedSealed = true };

    static (string Labels, string Attributes) Told(AskOutcome outcome)
    {
        using var metrics = new AdapterMetrics();
        var labels = new List<string>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, one) =>
            {
                if (instrument.Meter.Name == AdapterMetrics.Name)
                    one.EnableMeasurementEvents(instrument);
            },
        };
        // Others of this name may count beside; they are not on this thread.
        var here = Environment.CurrentManagedThreadId;
        listener.SetMeasurementEventCallback<long>((instrument, _, tags, _) =>
        {
            if (Environment.CurrentManagedThreadId == here)
                labels.AddRange(tags.ToArray().Select(tag => $"{instrument.Name} {tag.Key}={tag.Value}"));
        });
        listener.Start();
        using var span = new Activity("ask") { IsAllDataRequested = true };
        metrics.Asked(request, outcome, span);
        Assert.NotEmpty(labels);
        return (string.Join(' ', labels), string.Join(' ', span.TagObjects.Select(tag => $"{tag.Key}={tag.Value}")));
    }
}
