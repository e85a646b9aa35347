using Exchange.Hosting.Calendar;

namespace Exchange.Adapter.Hours;

/// <summary>When an agency takes questions, as it has decided: by the week, save on closed days and under maintenance.</summary>
/// <param name="Weekly">Null: at all hours. They may overlap, and then count together.</param>
/// <param name="Maintenance">Announced, whatever the hours.</param>
public sealed record OpeningHours(IReadOnlyList<OpenSpan>? Weekly, IReadOnlyList<ClosedDays> Closed, IReadOnlyList<ClosedSpan> Maintenance)
{
    public static OpeningHours Always { get; } = new(null, [], []);

    public bool IsAlways => Weekly is null && Closed.Count == 0 && Maintenance.Count == 0;

    /// <summary>Every closure between two moments, hours, closed days and maintenance together; cut off at both.</summary>
    public Closures Within(DateTimeOffset from, DateTimeOffset until) => Closures.Of(
        OutOfHours(from, until)
            .Concat(Closed.Select(days => new ClosedSpan(LegalDay.Beginning(days.First), LegalDay.Beginning(days.Last.AddDays(1)))))
            .Concat(Maintenance)
            .Select(span => new ClosedSpan(span.From > from ? span.From : from, span.Until < until ? span.Until : until)));

    /// <summary>
    /// What is told on a day: the closures that begin within <see cref="Closures.Ahead"/> of its midnight, each to its end, and no
    /// more of them than are taken. The same all day, so that it need not be told again.
    /// </summary>
    public Closures ToldOn(DateOnly today)
    {
        var from = LegalDay.Beginning(today);
        var told = Within(from, from + Closures.Ahead + Closures.Longest).Spans.TakeWhile(span => span.From < from + Closures.Ahead).Take(Closures.Most);
        return Closures.Of(told.Select(span => span.Until - span.From <= Closures.Longest ? span : span with { Until = span.From + Closures.Longest }));
    }

    IEnumerable<ClosedSpan> OutOfHours(DateTimeOffset from, DateTimeOffset until)
    {
        if (Weekly is null)
            yield break;
        // What is left between the spans in which it is open, those that began on the day before among them.
        var closedFrom = from;
        foreach (var open in Closures.Of(OpenDays(LegalDay.Of(from).AddDays(-1), LegalDay.Of(until))).Spans)
        {
            if (open.From > closedFrom)
                yield return new ClosedSpan(closedFrom, open.From);
            closedFrom = open.Until > closedFrom ? open.Until : closedFrom;
        }
        yield return new ClosedSpan(closedFrom, until);
    }

    IEnumerable<ClosedSpan> OpenDays(DateOnly first, DateOnly last)
    {
        for (var day = first; day <= last; day = day.AddDays(1))
            foreach (var open in Weekly!)
                if (open.Day == day.DayOfWeek)
                    yield return new ClosedSpan(LegalDay.Beginning(day) + open.From, LegalDay.Beginning(day) + open.Until);
    }
}
