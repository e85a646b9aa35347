using Exchange.Adapter.Hours;
using Exchange.Adapter.Tests.Answering;
using Exchange.Hosting.Calendar;
using Exchange.Hosting.Configuration;

namespace Exchange.Adapter.Tests.Hours;

public sealed class OpeningFileTests : IDisposable
{
    readonly string path = Path.GetTempFileName();

    public void Dispose() => File.Delete(path);

    [Fact]
    public void Hours_closed_days_and_maintenance_are_read_in_the_time_of_japan()
    {
        var hours = Read("""
            hours:
              - { days: mon-fri, from: 08:00, until: 20:00 }
              - { days: [sat, sun], from: 22:00, until: 02:00 }
              - { days: sun-mon, from: 00:00, until: 24:00 }
            closed: [2026-11-23, 2026-12-29 to 2027-01-03]
            maintenance:
              - { from: 2026-12-05 22:00, until: 2026-12-06 03:30 }
            """);
        TimeSpan Hour(int hour) => TimeSpan.FromHours(hour);
        Assert.Equal(
            [
                .. new[] { DayOfWeek.Monday, DayOfWeek.Tuesday, DayOfWeek.Wednesday, DayOfWeek.Thursday, DayOfWeek.Friday }.Select(day => new OpenSpan(day, Hour(8), Hour(20))),
                new OpenSpan(DayOfWeek.Saturday, Hour(22), Hour(26)), new OpenSpan(DayOfWeek.Sunday, Hour(22), Hour(26)),
                new OpenSpan(DayOfWeek.Sunday, Hour(0), Hour(24)), new OpenSpan(DayOfWeek.Monday, Hour(0), Hour(24)),
            ],
            hours.Weekly!);
        Assert.Equal([new ClosedDays(new(2026, 11, 23), new(2026, 11, 23)), new ClosedDays(new(2026, 12, 29), new(2027, 1, 3))], hours.Closed);
        Assert.Equal([new ClosedSpan(new(2026, 12, 5, 13, 0, 0, TimeSpan.Zero), new(2026, 12, 5, 18, 30, 0, TimeSpan.Zero))], hours.Maintenance);
    }

    [Fact]
    public void Maintenance_alone_leaves_every_other_hour_open()
    {
        var hours = Read("maintenance: [{ from: 2026-12-05 22:00, until: 2026-12-06 03:30 }]");
        Assert.Null(hours.Weekly);
        Assert.Single(hours.ToldOn(new DateOnly(2026, 12, 1)).Spans);
    }

    [Fact]
    public void Every_mistake_is_told_at_once_with_its_place()
    {
        string[] expected =
        [
            "2:13 'fri-day' is no day of the week",
            "2:28 'from' is '8:00'; write a time of the day from 00:00 to 23:59",
            "2:41 'until' is '25:00'; write a time of the day from 00:00 to 24:00",
            "3:40 'from' and 'until' are the same; write 00:00 and 24:00 for a whole day",
            "4:13 'days' is missing",
            "5:5 'until' is missing",
            "5:13 'mon-tue-wed' is no day of the week",
            "5:39 unknown key 'untill'; did you mean 'until'?",
            "7:5 '2026-02-30' is no day",
            "8:5 '2027-01-03 to 2026-12-29' ends before it begins",
            "9:5 '2026-01-01 to 2062-01-03' is more than 366 days; is the year right?",
            "11:38 'until' is not after 'from'",
            "12:13 'from' is '2026-12-05'; write a day and a time in Japan such as 2026-12-05 22:00",
            "13:38 'until' is more than 366 days after 'from'; is the year right?",
            "14:1 unknown key 'holidays'",
        ];
        var told = Mistakes("""
            hours:
              - { days: fri-day, from: 8:00, until: 25:00 }
              - { days: [mon], from: 09:00, until: 09:00 }
              - { days: [], from: 09:00, until: 10:00 }
              - { days: mon-tue-wed, from: 09:00, untill: 10:00 }
            closed:
              - 2026-02-30
              - 2027-01-03 to 2026-12-29
              - 2026-01-01 to 2062-01-03
            maintenance:
              - { from: 2026-12-06 03:00, until: 2026-12-05 22:00 }
              - { from: 2026-12-05, until: 2026-12-06 03:00 }
              - { from: 2026-12-05 22:00, until: 2062-12-06 03:00 }
            holidays: [2026-11-23]
            """);
        Assert.Equal(expected, told.Zip(expected, (one, start) => one[..Math.Min(one.Length, start.Length)]));
        Assert.Equal(expected.Length, told.Length);
    }

    [Theory]
    [InlineData("hours: []", "has no span in which the agency is open")]
    [InlineData("hours: always", "must be a list")]
    [InlineData("closed: [[2026-11-23]]", "must be a list of values")]
    [InlineData("closed: [9999-12-31]", "is no day")]
    [InlineData("maintenance: [{ from: 0001-01-01 00:00, until: 0001-01-02 00:00 }]", "write a day and a time in Japan")]
    [InlineData("# nothing", "expected one document")]
    public void What_says_nothing_or_nonsense_is_refused_in_words(string text, string why) =>
        Assert.Contains(Mistakes(text), mistake => mistake.Contains(why, StringComparison.Ordinal));

    [Fact]
    public void A_changed_file_is_in_force_and_one_with_a_mistake_leaves_what_was()
    {
        var log = new LogLines<OpeningRegister>();
        File.WriteAllText(path, "closed: [2026-11-23]");
        using var register = new OpeningRegister(path, new ManualTime(), log);

        File.WriteAllText(path, "closed: [2026-11-23, 2026-11-24]");
        Assert.True(register.Refresh());
        Assert.Equal(2, register.Current.Closed.Count);

        File.WriteAllText(path, "closed: [2026-11-31]");
        Assert.False(register.Refresh());
        Assert.Equal(2, register.Current.Closed.Count);
        Assert.Contains("'2026-11-31' is no day", register.Trouble, StringComparison.Ordinal);
        Assert.StartsWith("Error: hours or maintenance changed and were refused", log.All.Last(), StringComparison.Ordinal);
    }

    [Fact]
    public void An_agency_without_a_file_is_always_open()
    {
        using var register = new OpeningRegister(null, new ManualTime(), new LogLines<OpeningRegister>());
        Assert.True(register.Current.IsAlways);
        Assert.False(register.Refresh());
    }

    OpeningHours Read(string text)
    {
        File.WriteAllText(path, text);
        return OpeningFile.Read(path);
    }

    /// <summary>As <c>LINE:COLUMN WHAT</c>, in their order.</summary>
    string[] Mistakes(string text) => [.. Assert.Throws<ConfigurationException>(() => Read(text)).Problems.OrderBy(one => one.Line).ThenBy(one => one.Column).Select(one => $"{one.Line}:{one.Column} {one.What}")];
}
