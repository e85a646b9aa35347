using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Exchange.Hammer.Planning;

/// <summary>A plan as it is shown: what each country needs, then where every number comes from.</summary>
sealed record PlanReport(MeasuredCosts Measured, Assumptions Assumed, IReadOnlyList<Needs> Countries)
{
    static readonly JsonSerializerOptions json = new() { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public string ToJson() => JsonSerializer.Serialize(this, json) + "\n";

    public string ToText()
    {
        var text = new StringBuilder("A national day on paper\n\n");
        string[] head = ["", .. Countries.Select(one => one.Country.Name)];
        var table = Rows().Prepend(head).ToArray();
        var widths = head.Select((_, column) => table.Max(row => row[column].Length)).ToArray();
        foreach (var row in table)
            text.AppendJoin("  ", row.Select((cell, column) => column == 0 ? cell.PadRight(widths[0]) : cell.PadLeft(widths[column]))).Append('\n');
        foreach (var (title, lines) in Origins())
        {
            text.Append(CultureInfo.InvariantCulture, $"\n{title}\n");
            foreach (var line in lines)
                text.Append(CultureInfo.InvariantCulture, $"  {line}\n");
        }
        return text.ToString();
    }

    public string ToMarkdown()
    {
        var text = new StringBuilder("# A national day on paper\n\n");
        text.Append(CultureInfo.InvariantCulture, $"| | {string.Join(" | ", Countries.Select(one => one.Country.Name))} |\n|---|{string.Concat(Countries.Select(_ => "---:|"))}\n");
        foreach (var row in Rows())
            text.Append(CultureInfo.InvariantCulture, $"| {string.Join(" | ", row)} |\n");
        foreach (var (title, lines) in Origins())
        {
            text.Append(CultureInfo.InvariantCulture, $"\n**{title}**\n\n");
            foreach (var line in lines)
                text.Append(CultureInfo.InvariantCulture, $"- {line}\n");
        }
        return text.ToString();
    }

    IEnumerable<string[]> Rows()
    {
        yield return Row("lookups a year", one => Large(one.Country.PerYear));
        yield return Row("lookups/s, mean", one => Number(one.Country.PerSecond));
        yield return Row("lookups/s, worst second of the day", one => Number(one.DayPerSecond));
        yield return Row("lookups/s, night of lists", one => Number(one.NightPerSecond));
        yield return Row("hub: cores busy, worst second of the day", one => Number(one.DayCores));
        yield return Row("hub: cores busy, night of lists", one => Number(one.NightCores));
        yield return Row("hub: the busier of the two", one => one.DecidedBy);
        yield return Row("hub: cores to have", one => Number(one.Cores));
        yield return Row(FormattableString.Invariant($"hub: replicas of {Assumed.ReplicaCores} cores, {Assumed.Spare} to spare"), one => Number(one.Replicas));
        yield return Row("hub: lookups/s of a replica", one => Number(one.OfReplica));
        yield return Row("log: commits/s, at most", one => Number(one.Commits));
        yield return Row("log: entries in a commit, at least", one => Number(one.EntriesInCommit));
        yield return Row("Redis of the hub: calls/s, at most", one => Number(one.RedisCalls));
        yield return Row("Redis of the hub: keys read or written/s, at most", one => Number(one.RedisKeys));
        yield return Row("log: a year", one => Bytes(one.LogBytes));
        yield return Row(FormattableString.Invariant($"log: kept {Assumed.Years} years"), one => Bytes(one.LogBytesKept));
        yield return Row("journal of the mean agency: a year", one => Bytes(one.JournalBytes));
        yield return Row("journal of the busiest agency: a year", one => Bytes(one.BusiestJournalBytes));
        yield return Row("all requesters: cores busy in the worst second", one => Number(one.RequesterCores));
        yield return Row("all providers: cores busy in the worst second", one => Number(one.ProviderCores));

        string[] Row(string name, Func<Needs, string> cell) => [name, .. Countries.Select(cell)];
    }

    IEnumerable<(string Title, IEnumerable<string> Lines)> Origins()
    {
        var (first, last) = (Countries.MinBy(one => one.Weights.Hashes)!.Weights, Countries.MaxBy(one => one.Weights.Hashes)!.Weights);
        yield return ($"Measured ({Measured.From})",
        [
            Line($"commit {Measured.Commit} on {Measured.Cpu}, {Measured.Cores} cores that hub, both agencies and the load generator shared; {Measured.AtOnce} at once"),
            Line($"hub: {Measured.Warm.HubCpu:0.0} µs of a core for a WARM lookup, {Measured.Cold.HubCpu:0.0} for a COLD one"),
            Line($"provider: {Measured.Warm.ProviderCpu:0.0} and {Measured.Cold.ProviderCpu:0.0} µs; requester, with the load generator in it: {Measured.Warm.RequesterCpu:0.0} and {Measured.Cold.RequesterCpu:0.0} µs"),
            Line($"a durable write: {Measured.FsyncMicroseconds:0} µs"),
            .. Measured.WasShared ? [Line($"others were using the machine then (load average {Measured.LoadBefore:0.0} before the run), so that CPU is rather too high")] : Array.Empty<string>(),
        ]);
        yield return ("Weighed just now, in stores of this build",
        [
            Line($"an entry of the log: {first.Entry:0} bytes"),
            Line($"a lookup in the journal of who asked: {first.Asked:0} bytes with {first.Hashes} hashes in its proof, {last.Asked:0} with {last.Hashes}; of who answered: {first.Answered:0} and {last.Answered:0}"),
        ]);
        yield return ("Assumed; each is an option",
        [
            Line($"the worst second of the day has {Assumed.DayPeak:0.#} times the lookups of the year's mean second: {Assumed.OfficeHours:0.#} since people work in office hours, times {Assumed.BusyHour:0.#} for the busiest hour, times {Assumed.Burst:0.#} for its busiest second"),
            Line($"{Assumed.Warm:0.##} of the day's lookups are WARM; a night of jobs over lists asks {Assumed.NightDays:0.#} mean days of lookups in {Assumed.NightHours:0.#} hours, all COLD, {Assumed.NightPeak:0.#} times the mean"),
            Line($"a core may be {Assumed.Busy:0.##} busy in the worst second, {Assumed.Spare} of the replicas may be lost in it, and there are never fewer than two"),
            Line($"an agency asks for {Assumed.DataSets} data sets; the busiest one answers {Assumed.BusiestAnswers:0.##} of all lookups and asks nothing; log and journals are kept {Assumed.Years} years"),
            Line($"every lookup is answered, and about as large as the one that was weighed"),
        ]);
        yield return ("Taken for granted, and not shown by these figures",
        [
            "cores add up: a replica of many cores does as much with each as the measured machine, and replicas do not slow each other",
            "CPU of a lookup does not grow with the number of agencies, people, rows of the matrix or entries of the log",
            "a log takes as many entries a second as a replica has lookups; what it takes is measured by 'append'",
            "a durable write takes as long on the disks of a country as on the measured one",
        ]);
        yield return ("Public figures, of lookups or of what is counted in their place", Countries.Select(one => one.Country.Source).Distinct());
    }

    static string Line(FormattableString line) => FormattableString.Invariant(line);

    /// <summary>Two digits that mean something; more would claim too much.</summary>
    static string Number(double value) => value switch
    {
        0 => "0",
        < 0.01 => "< 0.01",
        < 10 => Math.Round(value, value < 1 ? 2 : 1).ToString("0.##", CultureInfo.InvariantCulture),
        _ => Math.Ceiling(value).ToString("#,0", CultureInfo.InvariantCulture),
    };

    static string Large(double value) => value >= 1e9 ? Line($"{value / 1e9:0.0} billion") : Line($"{value / 1e6:0.0} million");

    static string Bytes(double value) => value switch
    {
        < 1e6 => Line($"{value / 1e3:0.0} kB"),
        < 1e9 => Line($"{value / 1e6:0.0} MB"),
        < 1e12 => Line($"{value / 1e9:0.0} GB"),
        _ => Line($"{value / 1e12:0.0} TB"),
    };
}
