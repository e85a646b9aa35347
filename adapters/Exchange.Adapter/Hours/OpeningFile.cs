using System.Globalization;
using Exchange.Hosting.Calendar;
using Exchange.Hosting.Configuration;

namespace Exchange.Adapter.Hours;

/// <summary>Reads <c>opening.yaml</c>: weekly <c>hours</c>, <c>closed</c> days, <c>maintenance</c>. All times are those of Japan.</summary>
public static class OpeningFile
{
    static readonly string[] words = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

    static readonly TimeSpan day = TimeSpan.FromDays(1);

    /// <exception cref="ConfigurationException">With every mistake of the file.</exception>
    public static OpeningHours Read(string path)
    {
        var problems = new Problems();
        var root = YamlFile.Read(path, problems);
        var weekly = root.Maps("hours").SelectMany(map => ReadHours(map, problems)).ToList();
        if (root.Has("hours") && weekly.Count == 0 && !problems.Any)
            root.Report("hours", "'hours' has no span in which the agency is open; leave 'hours' out when it is always open");
        var closed = root.Items("closed").Select(item => ReadDays(root, item)).OfType<ClosedDays>().ToList();
        var maintenance = root.Maps("maintenance").Select(ReadMaintenance).OfType<ClosedSpan>().ToList();
        root.RefuseUnknownKeys();
        problems.ThrowIfAny();
        return new OpeningHours(root.Has("hours") ? weekly : null, closed, maintenance);
    }

    /// <summary><c>{ days: mon-fri, from: 08:00, until: 20:00 }</c>.</summary>
    static IEnumerable<OpenSpan> ReadHours(YamlMap map, Problems problems)
    {
        var before = problems.Found.Count;
        var items = map.Items("days");
        if (items.Count == 0 && problems.Found.Count == before)
            map.Report("days", "'days' is missing; write days of the week such as mon-fri or [mon, wed, sat]");
        var days = items.SelectMany(item => ReadWeekdays(map, item)).Distinct().ToList();
        var (from, until) = (Clock(map, "from", day - TimeSpan.FromMinutes(1)), Clock(map, "until", day));
        map.RefuseUnknownKeys();
        if (from is not { } begin || until is not { } end)
            return [];
        if (begin == end)
        {
            map.Report("until", "'from' and 'until' are the same; write 00:00 and 24:00 for a whole day");
            return [];
        }
        return days.Select(one => new OpenSpan(one, begin, end > begin ? end : end + day));
    }

    /// <summary><c>mon</c>, or <c>mon-fri</c>, which may go over Sunday.</summary>
    static IEnumerable<DayOfWeek> ReadWeekdays(YamlMap map, YamlText item)
    {
        var ends = item.Value.Split('-');
        var (first, last) = (Array.IndexOf(words, ends[0].Trim()), Array.IndexOf(words, ends[^1].Trim()));
        if (first < 0 || last < 0 || ends.Length > 2)
        {
            map.Report(item, $"'{item.Value}' is no day of the week; write {string.Join(", ", words)}, or several as mon-fri");
            return [];
        }
        // 0 is Sunday, and ours begins with Monday.
        return Enumerable.Range(first, (last - first + 7) % 7 + 1).Select(at => (DayOfWeek)((at + 1) % 7));
    }

    /// <summary><c>2026-11-23</c>, or <c>2026-12-29 to 2027-01-03</c>, both included.</summary>
    static ClosedDays? ReadDays(YamlMap root, YamlText item)
    {
        var ends = item.Value.Split(" to ");
        if (ends.Length > 2 || !TryDate(ends[0], out var first) || !TryDate(ends[^1], out var last))
            root.Report(item, $"'{item.Value}' is no day; write 2026-11-23, or several as 2026-12-29 to 2027-01-03");
        else if (last < first)
            root.Report(item, $"'{item.Value}' ends before it begins");
        else if (last.DayNumber - first.DayNumber >= Closures.Longest.TotalDays)
            root.Report(item, $"'{item.Value}' is more than {Closures.Longest.TotalDays:0} days; is the year right?");
        else
            return new ClosedDays(first, last);
        return null;
    }

    /// <summary><c>{ from: 2026-12-05 22:00, until: 2026-12-06 03:00 }</c>.</summary>
    static ClosedSpan? ReadMaintenance(YamlMap map)
    {
        var (from, until) = (Moment(map, "from"), Moment(map, "until"));
        map.RefuseUnknownKeys();
        if (from is not { } begin || until is not { } end)
            return null;
        if (end <= begin)
            map.Report("until", "'until' is not after 'from'");
        else if (end - begin > Closures.Longest)
            map.Report("until", $"'until' is more than {Closures.Longest.TotalDays:0} days after 'from'; is the year right?");
        else
            return new ClosedSpan(begin, end);
        return null;
    }

    static TimeSpan? Clock(YamlMap map, string key, TimeSpan latest)
    {
        if (map.Text(key) is not { Length: > 0 } text)
            return null;
        if (text == "24:00" && latest == day)
            return day;
        if (TimeOnly.TryParseExact(text, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var time))
            return time.ToTimeSpan();
        map.Report(key, $"'{key}' is '{text}'; write a time of the day from 00:00 to {(latest == day ? "24:00" : "23:59")}");
        return null;
    }

    static DateTimeOffset? Moment(YamlMap map, string key)
    {
        if (map.Text(key) is not { Length: > 0 } text)
            return null;
        if (DateTime.TryParseExact(text, "yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var time) && IsMeant(time.Year))
            return LegalDay.Beginning(DateOnly.FromDateTime(time)) + time.TimeOfDay;
        map.Report(key, $"'{key}' is '{text}'; write a day and a time in Japan such as 2026-12-05 22:00");
        return null;
    }

    static bool TryDate(string text, out DateOnly date) =>
        DateOnly.TryParseExact(text.Trim(), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out date) && IsMeant(date.Year);

    /// <summary>Others are slips of the pen.</summary>
    static bool IsMeant(int year) => year is >= 2000 and < 3000;
}
