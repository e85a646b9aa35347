using System.Globalization;
using Exchange.Sandbox.Traces;

namespace Exchange.Hammer.Measurement;

/// <summary>Where the time of a lookup goes, in microseconds: medians over the traces that were recorded.</summary>
/// <param name="Traces">Recorded in full.</param>
/// <param name="Parts">The median of each, in the order of a lookup; medians of skewed parts add up to less than the median of the whole.</param>
sealed record Stages(string Contender, int Concurrency, int Traces, double Whole, IReadOnlyList<StagePart> Parts)
{
    public const int Fewest = 10;

    /// <returns>Null when too few traces were recorded.</returns>
    public static Stages? Of(string contender, int concurrency, IEnumerable<IReadOnlyList<CollectedSpan>> traces)
    {
        var complete = traces.Select(Lookup.Of).OfType<Lookup>().ToArray();
        if (complete.Length < Fewest)
            return null;
        double Median(Func<Lookup, double> part) => Spread.Of(complete.Select(part)).Median;
        return new Stages(contender, concurrency, complete.Length, Median(one => one.Ask),
        [
            new("requester: seal, journal; its way to the hub and back", Median(one => one.Ask - one.Hub)),
            new("hub: header, matrix, quota", Median(one => one.Decide)),
            new("hub: translate", Median(one => one.Translate)),
            new("between hub and provider, both ways", Median(one => one.ProviderTrip - one.Answer)),
            new("provider: open, find the person", Median(one => one.Open)),
            new("provider: read the record", Median(one => one.Read)),
            new("provider: seal, journal", Median(one => one.Journal)),
            new("hub: audit entry durable", Median(one => one.Audit)),
        ]);
    }

    sealed record Lookup(double Ask, double Hub, double Decide, double Translate, double ProviderTrip, double Answer, double Open, double Read, double Journal, double Audit)
    {
        public static Lookup? Of(IReadOnlyList<CollectedSpan> trace)
        {
            CollectedSpan? One(string name) => trace.Where(span => span.Name == name).ToArray() is [var only] ? only : null;
            if (One("ask") is not { } ask || One("hub lookup") is not { } hub || One("answer") is not { } answer)
                return null;
            static double Stage(CollectedSpan span, string name) =>
                span.Tags.TryGetValue($"exchange.stage.{name}_us", out var value) ? double.Parse(value, CultureInfo.InvariantCulture) : 0;
            return new Lookup(
                ask.Took.TotalMicroseconds, hub.Took.TotalMicroseconds, Stage(hub, "decide"), Stage(hub, "translate"), Stage(hub, "provider"), answer.Took.TotalMicroseconds,
                Stage(answer, "open"), Stage(answer, "read"), Stage(answer, "journal"), Stage(hub, "audit"));
        }
    }
}

sealed record StagePart(string Name, double Microseconds);
