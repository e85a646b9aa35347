using Exchange.Adapter.Hours;
using Exchange.Hosting.Calendar;
using Exchange.Hosting.Configuration;
using Exchange.V1;

namespace Exchange.Adapter.Doctor;

/// <summary>When this agency takes questions, as others are told: now, next, and under maintenance.</summary>
static class HoursChecks
{
    const string Check = "opening";

    /// <summary>A longer closure may be a slip of the pen in a date.</summary>
    static readonly TimeSpan unusual = TimeSpan.FromDays(14);

    public static IReadOnlyList<Diagnosis> Look(AdapterOptions options, TimeProvider time)
    {
        if (options.Opening is null)
            return options.Sources is null ? [] : [Diagnosis.Good(Check, Concern.Working, "adapter.yaml names no 'opening': this agency takes questions at all hours.")];
        try
        {
            return [Tell(OpeningFile.Read(options.Opening), time.GetUtcNow())];
        }
        catch (ConfigurationException e)
        {
            return [.. e.Problems.Select(problem => new Diagnosis(Check, Concern.Working, Mark.Bad, problem.ToString(), "Correct the file; an adapter that serves goes by the earlier one until then."))];
        }
    }

    /// <summary>The hub goes by what an adapter of this agency said last: one with another file may have, or none since the file was changed.</summary>
    /// <param name="rows">Of the hub, as of now.</param>
    public static Diagnosis? Beside(AdapterOptions options, IEnumerable<GrantRow> rows, TimeProvider time)
    {
        if (rows.FirstOrDefault(row => row.Provider == options.Agency) is not { } row)
            return null;
        try
        {
            var now = time.GetUtcNow();
            var hours = options.Opening is null ? OpeningHours.Always : OpeningFile.Read(options.Opening);
            var opens = hours.ToldOn(LegalDay.Of(now)).OpensAt(now);
            return (opens?.ToUnixTimeMilliseconds() ?? 0) == row.ClosedUntilUnixMs ? null
                : new Diagnosis(Check, Concern.Working, Mark.Look, $"The hub takes this agency for {(row.ClosedUntilUnixMs == 0 ? "open" : "closed")} now, and by its own file it is {(opens is { } at ? $"closed until {LegalDay.Write(at)}" : "open")}.",
                    "Start the adapter if it does not serve; if it does, look that every adapter of this agency has the same file.");
        }
        catch (ConfigurationException)
        {
            // Told with the file.
            return null;
        }
    }

    static Diagnosis Tell(OpeningHours hours, DateTimeOffset now)
    {
        var told = hours.ToldOn(LegalDay.Of(now));
        var next = told.Next(now);
        var says = told.OpensAt(now) is { } opens ? $"Closed now, opens at {LegalDay.Write(opens)}; until then others are told PROVIDER_CLOSED and this time."
            : next is { } span ? $"Open now, closes at {LegalDay.Write(span.From)} and opens again at {LegalDay.Write(span.Until)}."
            : $"Open now, and for {Closures.Ahead.TotalDays:0} days at least.";
        var maintenance = hours.Maintenance.Where(one => one.Until > now).OrderBy(one => one.From).Select(one => (ClosedSpan?)one).FirstOrDefault();
        says += maintenance is { } window ? $" {(window.From > now ? "Next maintenance" : "Maintenance now")}: {LegalDay.Write(window.From)} to {LegalDay.Write(window.Until)}." : " No maintenance is announced.";
        var longest = told.Spans.Where(one => one.Until > now).Select(one => one.Until - one.From).DefaultIfEmpty().Max();
        return longest > unusual
            ? new Diagnosis(Check, Concern.Working, Mark.Look, $"{says} It is closed for {longest.TotalDays:0} days on end.", "Leave it so if that is meant; else look at the dates in the file.")
            : Diagnosis.Good(Check, Concern.Working, says);
    }
}
