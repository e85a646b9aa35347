using Exchange.Hammer.Machine;
using Exchange.Hammer.Measurement;
using Exchange.Hammer.Results;

namespace Exchange.Hammer.Soak;

/// <summary>What became of the hub under a load that did not end.</summary>
/// <param name="Load">Load average before the run.</param>
/// <param name="Samples">The first before the load, and one after each stretch of it.</param>
sealed record SoakFigures(DateTimeOffset Began, MachineFacts Machine, double Load, SoakPlan Plan, IReadOnlyList<SoakSample> Samples) : IMeasured
{
    public const string Name = "soak";

    /// <summary>Growth is told for so many lookups.</summary>
    const int Lookups = 1000;

    public string Verb { get; } = Name;

    public string? Shortcoming =>
        Samples[^1].Seconds < SoakPlan.Wanted.TotalSeconds ? FormattableString.Invariant($"it has {Samples[^1].Seconds / 60:0.0} minutes of load, and {SoakPlan.Wanted.TotalMinutes:0} are wanted") : null;

    /// <summary>Bytes a lookup; null when the hub did not say.</summary>
    public Spread? Allocated => Spread.OfAll(Samples.Skip(1).Select(one => one.Allocated));

    public Spread PerSecond => Spread.Of(Samples.Skip(1).Select(one => one.PerSecond));

    /// <summary>Of the hub's live memory, bytes for 1,000 lookups; null when it cannot be told.</summary>
    public Trend? Growth => Of(Samples);

    /// <summary>The same in the second half.</summary>
    public Trend? LateGrowth => Of([.. Samples.Skip(Samples.Count / 2)]);

    /// <summary>Whether it surely grew, and in the second half still did: what fills up comes to an end, what leaks does not.</summary>
    public bool? GrowsSteadily => SteadyGrowth is { } growth ? growth > 0 : null;

    /// <summary>Bytes for 1,000 lookups by which it surely grew all along; 0 when it did not.</summary>
    public double? SteadyGrowth => Growth is { } whole && LateGrowth is { } late ? Math.Max(0, Math.Min(whole.Low, late.Low)) : null;

    static Trend? Of(IReadOnlyList<SoakSample> samples) =>
        samples.All(one => one.Heap is not null) ? Trend.Of([.. samples.Select(one => ((double)one.Lookups, (double)one.Heap!))])?.Per(Lookups) : null;
}

/// <summary>One reading of the hub, and the stretch before it.</summary>
/// <param name="Seconds">Of load until then.</param>
/// <param name="Lookups">Until then.</param>
/// <param name="PerSecond">Of the stretch; 0 in the first reading.</param>
/// <param name="P99">Of the stretch, microseconds; 0 in the first reading.</param>
/// <param name="Allocated">Bytes a lookup of the stretch; null when the hub did not say.</param>
/// <param name="Private">Bytes of the hub's own that no file backs, before it collects.</param>
/// <param name="Heap">Bytes that a full collection left on its managed heap: its live memory. Null when it did not say.</param>
sealed record SoakSample(double Seconds, long Lookups, double PerSecond, double P99, double? Allocated, long Private, long? Heap);
