using CsCheck;
using Exchange.Adapter.Hours;
using Exchange.Hosting.Calendar;

namespace Exchange.Adapter.Tests.Hours;

public sealed class OpeningHoursTests
{
    // A Wednesday.
    static readonly DateOnly today = new(2026, 4, 1);

    static readonly Gen<OpenSpan> open = Gen.Select(Gen.Int[0, 6], Gen.Int[0, 23], Gen.Int[1, 24], (day, from, length) =>
        new OpenSpan((DayOfWeek)day, TimeSpan.FromHours(from), TimeSpan.FromHours(from + length)));

    static readonly Gen<ClosedDays> days = Gen.Select(Gen.Int[-3, 40], Gen.Int[0, 5], (first, more) => new ClosedDays(today.AddDays(first), today.AddDays(first + more)));

    static readonly Gen<ClosedSpan> maintenance = Gen.Select(Gen.Int[-72, 40 * 24], Gen.Int[1, 100], (from, hours) =>
        new ClosedSpan(LegalDay.Beginning(today).AddHours(from), LegalDay.Beginning(today).AddHours(from + hours)));

    static readonly Gen<OpeningHours> hours = Gen.Select(
        open.Array[0, 6], Gen.Bool, days.Array[0, 3], maintenance.Array[0, 3], (weekly, isWeekly, closed, windows) => new OpeningHours(isWeekly ? weekly : null, closed, windows));

    [Fact]
    public void A_moment_is_closed_if_it_is_out_of_hours_on_a_closed_day_or_under_maintenance_and_only_then() => hours.Sample(some =>
    {
        var (from, until) = (LegalDay.Beginning(today), LegalDay.Beginning(today.AddDays(20)));
        var closures = some.Within(from, until);
        for (var time = from; time < until; time = time.AddMinutes(30))
            Assert.Equal(IsClosed(some, time), closures.OpensAt(time) is not null);
        Assert.All(closures.Spans, span => Assert.True(span.From >= from && span.Until <= until && span.From < span.Until));
    }, iter: 200);

    [Fact]
    public void What_is_told_is_taken_at_any_time_of_the_day_and_true_as_far_as_it_reaches() => hours.Sample(some =>
    {
        var told = some.ToldOn(today);
        foreach (var hour in new[] { 0, 11, 24 })
            Assert.True(Closures.TryRead(told.ToMessage(), LegalDay.Beginning(today).AddHours(hour), out _, out var why), why);
        var reach = told.Spans.Count == Closures.Most ? told.Spans[^1].Until : LegalDay.Beginning(today.AddDays(35));
        for (var time = LegalDay.Beginning(today); time < reach; time = time.AddMinutes(90))
            Assert.Equal(IsClosed(some, time), told.OpensAt(time) is not null);
    }, iter: 200);

    [Fact]
    public void An_office_of_working_days_opens_on_monday_and_the_time_is_that_of_japan_all_year()
    {
        var office = new OpeningHours([.. Enumerable.Range(1, 5).Select(day => new OpenSpan((DayOfWeek)day, TimeSpan.FromHours(8), TimeSpan.FromHours(20)))], [], []);
        foreach (var friday in new[] { new DateOnly(2026, 1, 9), new DateOnly(2026, 3, 27), new DateOnly(2026, 7, 10), new DateOnly(2026, 10, 23) })
        {
            var told = office.ToldOn(friday);
            Assert.Null(told.OpensAt(new DateTimeOffset(friday, new TimeOnly(10, 59, 59), TimeSpan.Zero)));
            var opens = told.OpensAt(new DateTimeOffset(friday, new TimeOnly(11, 0), TimeSpan.Zero));
            Assert.Equal(new DateTimeOffset(friday.AddDays(2), new TimeOnly(23, 0), TimeSpan.Zero), opens);
            Assert.Equal($"{friday.AddDays(3):yyyy-MM-dd} 08:00 +09:00", LegalDay.Write(opens!.Value));
        }
    }

    [Fact]
    public void Maintenance_into_the_opening_puts_it_off_and_a_holiday_joins_the_nights_beside_it()
    {
        var office = new OpeningHours(
            [.. Enumerable.Range(0, 7).Select(day => new OpenSpan((DayOfWeek)day, TimeSpan.FromHours(8), TimeSpan.FromHours(20)))],
            [new ClosedDays(today.AddDays(1), today.AddDays(1))],
            [new ClosedSpan(At(today.AddDays(2), 7), At(today.AddDays(2), 10))]);
        Assert.Equal(At(today.AddDays(2), 10), office.ToldOn(today).OpensAt(At(today, 21)));
    }

    [Fact]
    public void Hours_over_midnight_go_on_until_they_end_on_the_next_day()
    {
        var night = new OpeningHours([new OpenSpan(DayOfWeek.Tuesday, TimeSpan.FromHours(22), TimeSpan.FromHours(26))], [], []);
        // Tuesday's, as Wednesday begins.
        Assert.Null(night.ToldOn(today).OpensAt(At(today, 1)));
        Assert.Equal(At(today.AddDays(6), 22), night.ToldOn(today).OpensAt(At(today, 2)));
    }

    [Fact]
    public void A_closure_that_goes_beyond_the_weeks_that_are_told_is_told_to_its_end()
    {
        var closed = new OpeningHours(null, [new ClosedDays(today.AddDays(30), today.AddDays(60))], []);
        Assert.Equal(LegalDay.Beginning(today.AddDays(61)), closed.ToldOn(today).OpensAt(At(today.AddDays(34), 0)));
        Assert.True(new OpeningHours(null, [new ClosedDays(today.AddDays(35), today.AddDays(60))], []).ToldOn(today).IsEmpty);
    }

    [Fact]
    public void Who_is_always_open_tells_no_closure() => Assert.Empty(OpeningHours.Always.ToldOn(today).ToMessage().Closures);

    static DateTimeOffset At(DateOnly day, int hour) => LegalDay.Beginning(day).AddHours(hour);

    static bool IsClosed(OpeningHours some, DateTimeOffset time) =>
        some.Closed.Any(one => LegalDay.Of(time) >= one.First && LegalDay.Of(time) <= one.Last)
        || some.Maintenance.Any(one => one.From <= time && time < one.Until)
        || (some.Weekly is { } weekly && !weekly.Any(one => new[] { 0, -1 }.Select(back => LegalDay.Of(time).AddDays(back)).Any(day =>
            day.DayOfWeek == one.Day && LegalDay.Beginning(day) + one.From <= time && time < LegalDay.Beginning(day) + one.Until)));
}
