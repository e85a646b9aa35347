using System.Diagnostics;
using System.Diagnostics.Metrics;
using Exchange.Adapter.Asking;
using Exchange.Protocol.Refusals;
using Exchange.V1;

namespace Exchange.Adapter.Telemetry;

/// <summary>When an answer reached its stages, as <see cref="TimeProvider.GetTimestamp"/> counts.</summary>
public readonly record struct AnswerTimes(long Started, long Found, long Read, long Sealed);

/// <summary>Counts and durations of an adapter. Never a sealed status and never anything about a person.</summary>
public sealed class AdapterMetrics : IDisposable
{
    public const string Name = "Exchange.Adapter";

    public static readonly ActivitySource Activities = new(Name);

    readonly Meter meter = new(Name);
    readonly Counter<long> asked;
    readonly Counter<long> answered;
    readonly Counter<long> receipts;
    readonly Counter<long> alarms;
    readonly Histogram<double> asking;
    readonly Histogram<double> answering;

    public AdapterMetrics()
    {
        var boundaries = new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 5] };
        asked = meter.CreateCounter<long>("exchange.asked", "{lookup}", "Questions of this agency, by how they ended.");
        answered = meter.CreateCounter<long>("exchange.answered", "{lookup}", "Questions to this agency, by whether they were answered.");
        receipts = meter.CreateCounter<long>("exchange.receipts", "{receipt}", "Receipts held against the hub's log, by what came of it.");
        alarms = meter.CreateCounter<long>("exchange.evidence.raised", "{alarm}", "Alarms about a hub's log, by their word.");
        asking = meter.CreateHistogram("exchange.ask.duration", "s", "From the question to its opened answer.", advice: boundaries);
        answering = meter.CreateHistogram("exchange.answer.duration", "s", "From the question's arrival to its sealed answer.", advice: boundaries);
    }

    /// <summary>Shows a number that is read when metrics are collected.</summary>
    public void Watch(string name, string unit, string description, Func<long> read) => meter.CreateObservableGauge(name, read, unit, description);

    public void Asked(AskRequest request, AskOutcome outcome, Activity? activity)
    {
        var how = outcome is { Refusal: { } refusal, IsRefusedSealed: false } ? Reasons.Name(refusal.Reason) : "answered";
        asked.Add(1, new("kind", KindName(outcome.Kind)), new("outcome", how));
        // For how long a letter waits is not how fast anything is.
        if (outcome.Kind != LookupKind.Mail)
            asking.Record(outcome.Took.TotalSeconds);
        if (activity is not { IsAllDataRequested: true })
            return;
        activity.SetTag("exchange.outcome", how);
        activity.SetTag("exchange.kind", KindName(outcome.Kind));
        activity.SetTag("exchange.handle_from", outcome.HandleFrom);
        // Only what the directory resolved: a caller's slip of the pen could put a person's name in these places.
        if (outcome.Provider.Length > 0)
        {
            activity.SetTag("exchange.provider", outcome.Provider);
            activity.SetTag("exchange.data_set", request.DataSet);
        }
        // That a handle has expired was sealed, too.
        var repeated = outcome.RepeatedBecause.Where(one => one != Reason.HandleExpired).ToArray();
        if (repeated.Length > 0)
            activity.SetTag("exchange.repeated", string.Join(",", repeated.Select(Reasons.Name)));
    }

    public void Answered(Header header, AnswerTimes times, TimeProvider time, Activity? activity)
    {
        answered.Add(1, new("data_set", header.DataSet), new("outcome", "answered"));
        answering.Record(time.GetElapsedTime(times.Started, times.Sealed).TotalSeconds);
        if (activity is not { IsAllDataRequested: true })
            return;
        activity.SetTag("exchange.requester", header.Requester);
        activity.SetTag("exchange.task", header.Task);
        activity.SetTag("exchange.data_set", header.DataSet);
        activity.SetTag("exchange.kind", KindName(header.Kind));
        activity.SetTag("exchange.outcome", "answered");
        activity.SetTag("exchange.stage.open_us", Microseconds(times.Started, times.Found));
        activity.SetTag("exchange.stage.read_us", Microseconds(times.Found, times.Read));
        activity.SetTag("exchange.stage.journal_us", Microseconds(times.Read, times.Sealed));

        double Microseconds(long from, long to) => Math.Round(time.GetElapsedTime(from, to).TotalMicroseconds, 1);
    }

    /// <param name="outcome">proven or contradicted.</param>
    public void Receipts(string outcome, int count)
    {
        if (count > 0)
            receipts.Add(count, new KeyValuePair<string, object?>("outcome", outcome));
    }

    /// <param name="word">Such as FORKED.</param>
    public void Alarmed(string word) => alarms.Add(1, new KeyValuePair<string, object?>("word", word));

    /// <summary>Counts it and makes its refusal.</summary>
    public Refusal NotAnswered(Reason reason, Activity? activity)
    {
        answered.Add(1, new("data_set", ""), new("outcome", Reasons.Name(reason)));
        activity?.SetTag("exchange.outcome", Reasons.Name(reason));
        return Reasons.Refuse(reason);
    }

    public void Dispose() => meter.Dispose();

    static string KindName(LookupKind kind) => kind switch
    {
        LookupKind.Cold => "COLD",
        LookupKind.Warm => "WARM",
        LookupKind.Mail => "MAIL",
        _ => "",
    };
}
