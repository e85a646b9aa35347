using System.Text.Json.Serialization;

namespace Exchange.Hammer.Planning;

/// <summary>What nobody has measured: how lookups fall together, and how machines shall be filled. Each is an option of <c>plan</c>.</summary>
sealed record Assumptions
{
    /// <summary>A mean second of office hours, in mean seconds of the year: 8,760 hours in 245 days of 8 make 4.5.</summary>
    public double OfficeHours { get; init; } = 4.5;

    /// <summary>The busiest hour, Monday morning or the end of a month, in mean hours of the office.</summary>
    public double BusyHour { get; init; } = 3;

    /// <summary>The busiest second of that hour, in its mean seconds.</summary>
    public double Burst { get; init; } = 2;

    /// <summary>Share of the day's lookups that have a handle of an earlier answer. From 0 to 1.</summary>
    public double Warm { get; init; } = 0.5;

    /// <summary>What jobs over lists ask in one night, in mean days of lookups; all of it COLD.</summary>
    public double NightDays { get; init; } = 7;

    /// <summary>How long such a night lasts.</summary>
    public double NightHours { get; init; } = 8;

    /// <summary>Share of a core that may be busy in the worst second. Above 0, to 1.</summary>
    public double Busy { get; init; } = 0.5;

    /// <summary>Cores of one replica of the hub.</summary>
    public int ReplicaCores { get; init; } = 4;

    /// <summary>Replicas that may be lost in the worst second.</summary>
    public int Spare { get; init; } = 1;

    /// <summary>Data sets that one agency asks for: so many quotas of it are counted.</summary>
    public int DataSets { get; init; } = 10;

    /// <summary>Share of all lookups that the busiest agency answers. From 0 to 1.</summary>
    public double BusiestAnswers { get; init; } = 0.25;

    /// <summary>Years that log and journals are kept: seven by the Number Act, art. 23.</summary>
    public int Years { get; init; } = 7;

    /// <summary>Of the load at which CPU was measured: fewer at once cost more each, more at once cost less.</summary>
    public int AtOnce { get; init; } = 128;

    /// <summary>The worst second of the day, in mean seconds of the year.</summary>
    public double DayPeak => OfficeHours * BusyHour * Burst;

    /// <summary>A second of the night, in mean seconds of the year.</summary>
    public double NightPeak => NightDays * 24 / NightHours;

    /// <summary>Why nothing can be reckoned from this; null when it can.</summary>
    [JsonIgnore]
    public string? Mistake =>
        !IsFactor(OfficeHours) || !IsFactor(BusyHour) || !IsFactor(Burst) ? "'--office-hours', '--busy-hour' and '--burst' take 1 to 1000: a peak is not below its mean."
        : Warm is not (>= 0 and <= 1) ? "'--warm' takes 0 to 1, a share of the lookups."
        : NightDays is not (>= 0 and <= 366) ? "'--night-days' takes 0 to 366."
        : NightHours is not (> 0 and <= 24) ? "'--night-hours' takes more than 0, at most 24."
        : Busy is not (> 0 and <= 1) ? "'--busy' takes more than 0, at most 1: a share of a core."
        : ReplicaCores is < 1 or > 1024 ? "'--replica-cores' takes 1 to 1024."
        : Spare is < 0 or > 100 ? "'--spare' takes 0 to 100."
        : DataSets is < 1 or > 10_000 ? "'--data-sets' takes 1 to 10000."
        : BusiestAnswers is not (>= 0 and <= 1) ? "'--busiest-answers' takes 0 to 1, a share of the lookups."
        : Years is < 1 or > 100 ? "'--years' takes 1 to 100."
        : AtOnce < 1 ? "'--at-once' takes 1 or more: a concurrency that was measured."
        : null;

    static bool IsFactor(double value) => value is >= 1 and <= 1000;
}
