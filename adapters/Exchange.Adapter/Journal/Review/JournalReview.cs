using System.Security.Cryptography;
using Exchange.Adapter.Journal.Reading;
using Exchange.Adapter.Journal.Sealing;

namespace Exchange.Adapter.Journal.Review;

/// <summary>
/// Looks for what snooping looks like. 1. Every entry of the time is opened once: those without a case, those about colleagues, and a random
/// sample. 2. Who asked about whom how often is counted by the indexes that the newest key gives them.
/// </summary>
/// <param name="draw">A number from 0 to below the given one; chosen by tests alone.</param>
public sealed class JournalReview(JournalFile journal, ReviewOptions options, Func<long, long>? draw = null)
{
    /// <summary>Findings of one pattern, and entries told of each.</summary>
    public const int MostFindings = 100, MostEntries = 5;

    /// <summary>Officials kept in mind for one pattern: names are what others wrote, and may be as many as entries.</summary>
    const int MostOfficials = 100_000;

    /// <summary>Fewer officials of a task have no middle to be far above.</summary>
    public const int LeastOfficials = 5;

    readonly Func<long, long> draw = draw ?? Draw;

    /// <param name="looked">Hears how many entries more were looked at.</param>
    public ReviewResult Run(Action<int>? looked, CancellationToken stop)
    {
        var (noCase, colleagues) = (new Dictionary<(string Official, string Agency), Tally>(), new Dictionary<(string Official, string Agency, string Person), Tally>());
        var sample = new List<JournalEntry>();
        var (entries, unopened, isCut) = (0L, 0L, false);
        using var counted = new CountedEntries(journal, Table, options.Side == JournalSide.Answered ? "requester" : "''");
        foreach (var entry in journal.Search(new JournalFilter { From = options.From, Until = options.Until }, options.Side, looked))
        {
            stop.ThrowIfCancellationRequested();
            Draw(sample, entry, entries++);
            if (entry.Fault != SealFault.None)
            {
                unopened++;
                continue;
            }
            counted.Add(entry);
            if (entry.CaseId.Length == 0)
                isCut |= !TryAdd(noCase, (entry.Official, Agency(entry)), entry);
            if (options.Colleagues.Contains(entry.Person))
                isCut |= !TryAdd(colleagues, (entry.Official, Agency(entry), entry.Person), entry);
        }

        counted.Finish(options.From, options.Until);
        var patterns = new[]
        {
            noCase.Select(one => one.Value.Finding(SnoopingPattern.NoCase, one.Key.Official, one.Key.Agency, "")),
            colleagues.Select(one => one.Value.Finding(SnoopingPattern.Colleague, one.Key.Official, one.Key.Agency, one.Key.Person)),
            SamePersonAgain(counted),
            FarAboveOthers(counted),
        }.Select(found => found.OrderByDescending(one => one.Days).ThenByDescending(one => one.Lookups).Take(MostFindings + 1).ToList()).ToList();
        return new ReviewResult(
            [.. patterns.SelectMany(found => found.Take(MostFindings))], isCut || patterns.Any(found => found.Count > MostFindings), [.. sample.OrderBy(entry => entry.TimeUnixMs)], entries, unopened);
    }

    /// <summary>Each of the entries so far is in the sample with the same chance.</summary>
    void Draw(List<JournalEntry> sample, JournalEntry entry, long before)
    {
        if (sample.Count < options.Sample)
            sample.Add(entry);
        else if (options.Sample > 0 && draw(before + 1) is var place && place < options.Sample)
            sample[(int)place] = entry;
    }

    List<ReviewFinding> SamePersonAgain(CountedEntries counted) => Count(
        counted,
        $"""
        SELECT official, person, agency, count(*), 1, count(DISTINCT (time_unix_ms + 32400000) / 86400000) FROM counted
        WHERE official IS NOT NULL AND person IS NOT NULL
        GROUP BY 1, 2, 3 HAVING count(DISTINCT (time_unix_ms + 32400000) / 86400000) >= {options.Days} ORDER BY 6 DESC, 4 DESC LIMIT {MostFindings + 1}
        """).ConvertAll(row => Finding(counted, SnoopingPattern.SamePersonAgain, row, "person"));

    /// <summary>Only who asked about enough people is fetched; the middle of the task is by all who have it.</summary>
    List<ReviewFinding> FarAboveOthers(CountedEntries counted)
    {
        var officials = Count(
            counted,
            """
            SELECT official, task, agency, count(*), count(DISTINCT person), 0 FROM counted
            WHERE official IS NOT NULL GROUP BY 1, 2, 3
            """);
        return [.. officials.GroupBy(row => (string)row.What).Where(task => task.Count() >= LeastOfficials).SelectMany(task =>
        {
            var middle = Middle([.. task.Select(row => row.People).Order()]);
            return task.Where(row => row.People >= options.LeastPeople && row.People >= options.Times * middle)
                .OrderByDescending(row => row.People).Take(MostFindings + 1)
                .Select(row => Finding(counted, SnoopingPattern.FarAboveOthers, row, "task"));
        })];
    }

    static long Middle(long[] sorted) => sorted[(sorted.Length - 1) / 2];

    string Table => JournalSides.Tables(options.Side)[0];

    /// <summary>An official's name is one agency's; whom this agency asked makes no difference.</summary>
    string Agency(JournalEntry entry) => options.Side == JournalSide.Answered ? entry.Counterpart : "";

    /// <param name="what">person or task: what is the same in all of it.</param>
    ReviewFinding Finding(CountedEntries counted, SnoopingPattern pattern, Counted row, string what)
    {
        var ids = counted.Query(
            $"SELECT id FROM counted WHERE official = $official AND {what} = $what AND agency = $agency ORDER BY time_unix_ms DESC, id DESC LIMIT {MostEntries}",
            one => one.GetInt64(0), ("$official", row.Official), ("$what", row.What), ("$agency", row.Agency));
        var where = $"WHERE id IN ({string.Join(',', ids)}) ORDER BY time_unix_ms DESC, id DESC";
        IReadOnlyList<JournalEntry> newest = options.Side == JournalSide.Asked ? journal.Asked.Where(where, MostEntries) : journal.Answered.Where(where, MostEntries);
        var named = newest.FirstOrDefault(entry => entry.Fault == SealFault.None);
        var isPerson = what == "person";
        return new ReviewFinding(
            pattern, named?.Official ?? "", row.Agency, isPerson ? named?.Person ?? "" : "", isPerson ? "" : (string)row.What, row.Lookups, row.People, row.Days, newest);
    }

    static List<Counted> Count(CountedEntries counted, string sql) => counted.Query(
        sql, row => new Counted(row.GetFieldValue<byte[]>(0), row.GetValue(1), row.GetString(2), row.GetInt64(3), row.GetInt64(4), row.GetInt64(5)));

    static bool TryAdd<TKey>(Dictionary<TKey, Tally> tallies, TKey key, JournalEntry entry)
        where TKey : notnull
    {
        if (!tallies.TryGetValue(key, out var tally))
        {
            if (tallies.Count == MostOfficials)
                return false;
            tallies[key] = tally = new Tally();
        }
        tally.Add(entry);
        return true;
    }

    static long Draw(long below) => below <= int.MaxValue ? RandomNumberGenerator.GetInt32((int)below)
        : (long)(BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(8)) % (ulong)below); // The bias is below 2^-30.

    /// <param name="What">A person's index or a task.</param>
    sealed record Counted(byte[] Official, object What, string Agency, long Lookups, long People, long Days);

    sealed class Tally
    {
        readonly List<JournalEntry> newest = [];
        readonly HashSet<long> days = [];
        long lookups;

        public void Add(JournalEntry entry)
        {
            lookups++;
            days.Add((entry.TimeUnixMs + 32_400_000) / 86_400_000);
            if (newest.Count < MostEntries)
                newest.Add(entry);
        }

        public ReviewFinding Finding(SnoopingPattern pattern, string official, string agency, string person) =>
            new(pattern, official, agency, person, "", lookups, person.Length > 0 ? 1 : 0, days.Count, newest);
    }
}
