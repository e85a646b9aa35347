using System.Diagnostics;
using System.Diagnostics.Metrics;
using Exchange.Gateway.Lookups;
using Exchange.Protocol.Refusals;
using Exchange.V1;

namespace Exchange.Gateway.Telemetry;

/// <summary>Counts and durations of the hub. Labels are few and constant; nothing about a person, no sealed status.</summary>
public sealed class GatewayMetrics : IDisposable
{
    public const string Name = "Exchange.Gateway";

    public static readonly ActivitySource Activities = new(Name);

    readonly Meter meter = new(Name);
    readonly Counter<long> lookups;
    readonly Histogram<double> duration;

    public GatewayMetrics()
    {
        lookups = meter.CreateCounter<long>("exchange.hub.lookups", "{lookup}", "Lookups by data set, kind and how they left the hub.");
        duration = meter.CreateHistogram<double>("exchange.hub.lookup.duration", "s", "From the question's arrival to its release.",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 5] });
    }

    /// <summary>Shows a number that is read when metrics are collected.</summary>
    public void Watch(string name, string unit, string description, Func<long> read) => meter.CreateObservableGauge(name, read, unit, description);

    public void Released(LookupJourney journey, Activity? activity)
    {
        lookups.Add(1, new("data_set", journey.Header!.DataSet), new("kind", KindName(journey)), new("outcome", "answered"));
        duration.Record(journey.Between(journey.Started, journey.RecordedAt).TotalSeconds);
        Describe(journey, activity ?? Activity.Current, "answered");
    }

    public void Refused(LookupJourney journey, Reason reason)
    {
        // A refused lookup's data set is whatever was sent: it becomes a label only once the matrix knows it.
        var dataSet = journey.Grant is null ? "" : journey.Header!.DataSet;
        lookups.Add(1, new("data_set", dataSet), new("kind", KindName(journey)), new("outcome", journey.WasSent ? "failed" : "refused"), new("reason", Reasons.Name(reason)));
        Describe(journey, Activity.Current, Reasons.Name(reason));
    }

    /// <summary>The end of a lookup that waited; for how long is its requester's choice, so no duration.</summary>
    /// <param name="dataSet">Empty when the policy knows it no longer.</param>
    public void Settled(string dataSet, AuditOutcome outcome, Reason reason)
    {
        if (outcome == AuditOutcome.Answered)
            lookups.Add(1, new("data_set", dataSet), new("kind", "MAIL"), new("outcome", "answered"));
        else
            lookups.Add(1, new("data_set", dataSet), new("kind", "MAIL"), new("outcome", outcome == AuditOutcome.Failed ? "failed" : "refused"), new("reason", Reasons.Name(reason)));
    }

    public void Dispose() => meter.Dispose();

    static void Describe(LookupJourney journey, Activity? activity, string outcome)
    {
        if (activity is not { IsAllDataRequested: true })
            return;
        activity.SetTag("exchange.requester", journey.Requester);
        activity.SetTag("exchange.outcome", outcome);
        if (journey.Grant is not null)
        {
            activity.SetTag("exchange.provider", journey.Header!.Provider);
            activity.SetTag("exchange.task", journey.Header.Task);
            activity.SetTag("exchange.data_set", journey.Header.DataSet);
            activity.SetTag("exchange.kind", KindName(journey));
        }
        Stage("exchange.stage.decide_us", journey.Started, journey.DecidedAt);
        Stage("exchange.stage.translate_us", journey.DecidedAt, journey.TranslatedAt);
        Stage("exchange.stage.provider_us", journey.TranslatedAt == 0 ? journey.DecidedAt : journey.TranslatedAt, journey.AnsweredAt);
        Stage("exchange.stage.audit_us", journey.AnsweredAt, journey.RecordedAt);

        void Stage(string name, long from, long to)
        {
            if (from != 0 && to != 0)
                activity.SetTag(name, Math.Round(journey.Between(from, to).TotalMicroseconds, 1));
        }
    }

    static string KindName(LookupJourney journey) => journey.Header?.Kind switch
    {
        LookupKind.Cold => "COLD",
        LookupKind.Warm => "WARM",
        LookupKind.Mail => "MAIL",
        _ => "",
    };
}
