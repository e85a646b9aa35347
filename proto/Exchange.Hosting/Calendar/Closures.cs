using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Exchange.V1;

namespace Exchange.Hosting.Calendar;

/// <summary>When an agency takes no questions: spans in order and apart, so that the end of one is when the agency opens. Immutable.</summary>
public sealed class Closures
{
    /// <summary>Spans that one agency tells: every night of five weeks and most of the noons.</summary>
    public const int Most = 64;

    /// <summary>How far from the beginning of the day a span begins that is told.</summary>
    public static readonly TimeSpan Ahead = TimeSpan.FromDays(35);

    /// <summary>Of one span.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromDays(366);

    /// <summary>More than <see cref="Ahead"/> by what two clocks may differ.</summary>
    static readonly TimeSpan furthest = Ahead + TimeSpan.FromDays(1);

    static readonly long lastMoment = DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();

    readonly ImmutableArray<ClosedSpan> spans;

    Closures(ImmutableArray<ClosedSpan> spans) => this.spans = spans;

    public static Closures None { get; } = new([]);

    public IReadOnlyList<ClosedSpan> Spans => spans;

    public bool IsEmpty => spans.IsEmpty;

    /// <summary>Of spans in any order: those that overlap or touch become one, and empty ones go.</summary>
    public static Closures Of(IEnumerable<ClosedSpan> spans)
    {
        var apart = new List<ClosedSpan>();
        foreach (var span in spans.Where(one => one.From < one.Until).OrderBy(one => one.From))
            if (apart.Count > 0 && span.From <= apart[^1].Until)
                apart[^1] = apart[^1] with { Until = span.Until > apart[^1].Until ? span.Until : apart[^1].Until };
            else
                apart.Add(span);
        return apart.Count == 0 ? None : new Closures([.. apart]);
    }

    /// <summary>What an agency said of itself; whoever hears it holds it to form and bounds.</summary>
    /// <param name="why">Why it is refused whole; says nothing of its content but numbers.</param>
    public static bool TryRead(Opening said, DateTimeOffset now, [NotNullWhen(true)] out Closures? closures, [NotNullWhen(false)] out string? why)
    {
        closures = null;
        why = Mistake(said, now);
        if (why is null)
            closures = said.Closures.Count == 0 ? None : new Closures([.. said.Closures.Select(one => new ClosedSpan(
                DateTimeOffset.FromUnixTimeMilliseconds(one.FromUnixMs), DateTimeOffset.FromUnixTimeMilliseconds(one.UntilUnixMs)))]);
        return why is null;
    }

    public Opening ToMessage() => new()
    {
        Closures = { spans.Select(one => new Closure { FromUnixMs = one.From.ToUnixTimeMilliseconds(), UntilUnixMs = one.Until.ToUnixTimeMilliseconds() }) },
    };

    /// <summary>When the agency opens that is closed at the time; null when it is open then.</summary>
    public DateTimeOffset? OpensAt(DateTimeOffset time)
    {
        foreach (var span in spans)
        {
            if (time < span.From)
                return null;
            if (time < span.Until)
                return span.Until;
        }
        return null;
    }

    /// <summary>The first span that begins after the time; null when none does.</summary>
    public ClosedSpan? Next(DateTimeOffset time)
    {
        foreach (var span in spans)
            if (span.From > time)
                return span;
        return null;
    }

    static string? Mistake(Opening said, DateTimeOffset now)
    {
        if (said.Closures.Count > Most)
            return $"it has {said.Closures.Count} closures, and at most {Most} are taken";
        var (before, latest) = (-1L, (now + furthest).ToUnixTimeMilliseconds());
        foreach (var one in said.Closures)
        {
            if (one.FromUnixMs < 0 || one.UntilUnixMs > lastMoment || one.UntilUnixMs <= one.FromUnixMs)
                return "a closure ends before it begins, or at no time there is";
            if (one.UntilUnixMs - one.FromUnixMs > (long)Longest.TotalMilliseconds)
                return $"a closure is longer than {Longest.TotalDays:0} days";
            if (one.FromUnixMs > latest)
                return $"a closure begins more than {furthest.TotalDays:0} days ahead";
            if (one.FromUnixMs <= before)
                return "its closures are not in order and apart";
            before = one.UntilUnixMs;
        }
        return null;
    }
}
