using System.Security.Cryptography;
using Exchange.Adapter.Journal.Reading;
using Exchange.Adapter.Journal.Sealing;

namespace Exchange.Adapter.Journal.Review;

/// <summary>
/// Looks for what snooping looks like. 1. Every entry of the time is opened once: those without a case, those about colleagues, and a random
/// sample. 2. Who asked about whom how often is counted by the indexes, which need not be opened.
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
        foreach (var entry in journal.Search(new JournalFilter { From = options.From, Until = options.Until }, options.Side, looked))
        {
            stop.ThrowIfCancellationRequested();
            Draw(sample, entry, entries++);
            if (entry.Fault != SealFault.None)
            {
                unopened++;
                continue;
            }
            if (entry.CaseId.Length == 0)
                isCut |= !TryAdd(noCase, (entry.Official, Agency(entry)), entry);
            if (options.Colleagues.Contains(entry.Person))
                isCut |= !TryAdd(colleagues, (entry.Official, Agency(entry), entry.Person), entry);
        }

        var patterns = new[]
        {
            noCase.Select(one => one.Value.Finding(SnoopingPattern.NoCase, one.Key.Official, one.Key.Agency, "")),
            colleagues.Select(one => one.Value.Finding(SnoopingPattern.Colleague, one.Key.Official, one.Key.Agency, one.Key.Person)),
            SamePersonAgain(),
            FarAboveOthers(),
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

    List<ReviewFinding> SamePersonAgain() => Count(
        $"""
        SELECT official_index, person_index, {AgencyColumn}, count(*), 1, count(DISTINCT (time_unix_ms + 32400000) / 86400000) FROM {Table}
        WHERE time_unix_ms >= $from AND time_unix_ms < $until AND official_index IS NOT NULL AND person_index IS NOT NULL
        GROUP BY 1, 2, 3 HAVING count(DISTINCT (time_unix_ms + 32400000) / 86400000) >= {options.Days} ORDER BY 6 DESC, 4 DESC LIMIT {MostFindings + 1}
        """,
        row => Finding(SnoopingPattern.SamePersonAgain, row, $"official_index = $official AND person_index = $what AND {AgencyColumn} = $agency", nameOfPerson: true));

    /// <summary>Only who asked about enough people is fetched; the middle of the task is by all who have it.</summary>
    List<ReviewFinding> FarAboveOthers()
    {
        var officials = Count(
            $"""
            SELECT official_index, task, {AgencyColumn}, count(*), count(DISTINCT person_index), 0 FROM {Table}
            WHERE time_unix_ms >= $from AND time_unix_ms < $until AND official_index IS NOT NULL GROUP BY 1, 2, 3
            """, row => row);
        return [.. officials.GroupBy(row => (string)row.What).Where(task => task.Count() >= LeastOfficials).SelectMany(task =>
        {
            var middle = Middle([.. task.Select(row => row.People).Order()]);
            return task.Where(row => row.People >= options.LeastPeople && row.People >= options.Times * middle)
                .OrderByDescending(row => row.People).Take(MostFindings + 1)
                .Select(row => Finding(SnoopingPattern.FarAboveOthers, row, $"official_index = $official AND task = $what AND {AgencyColumn} = $agency", nameOfPerson: false));
        })];
    }

    static long Middle(long[] sorted) => sorted[(sorted.Length - 1) / 2];

    string Table => JournalSides.Tables(options.Side)[0];

    /// <summary>An official's name is one agency's; whom this agency asked makes no difference.</summary>
    string AgencyColumn => options.Side == JournalSide.Answered ? "requester" : "''";

    string Agency(JournalEntry entry) => options.Side == JournalSide.Answered ? entry.Counterpart : "";

    ReviewFinding Finding(SnoopingPattern pattern, Counted row, string where, bool nameOfPerson)
    {
        where = $"WHERE time_unix_ms >= $from AND time_unix_ms < $until AND {where} ORDER BY time_unix_ms DESC, id DESC";
        (string, object)[] parameters = [("$from", options.From), ("$until", options.Until), ("$official", row.Official), ("$what", row.What), ("$agency", row.Agency)];
        IReadOnlyList<JournalEntry> newest = options.Side == JournalSide.Asked
            ? journal.Asked.Where(where, MostEntries, parameters) : journal.Answered.Where(where, MostEntries, parameters);
        var named = newest.FirstOrDefault(entry => entry.Fault == SealFault.None);
        return new ReviewFinding(
            pattern, named?.Official ?? "", row.Agency, nameOfPerson ? named?.Person ?? "" : "", nameOfPerson ? "" : (string)row.What, row.Lookups, row.People, row.Days, newest);
    }

    List<T> Count<T>(string sql, Func<Counted, T> make)
    {
        using var connection = journal.Store.OpenToRead();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.Parameters.AddWithValue("$from", options.From);
        command.Parameters.AddWithValue("$until", options.Until);
        using var rows = command.ExecuteReader();
        var found = new List<T>();
        while (rows.Read())
            found.Add(make(new Counted(rows.GetFieldValue<byte[]>(0), rows.GetValue(1), rows.GetString(2), rows.GetInt64(3), rows.GetInt64(4), rows.GetInt64(5))));
        return found;
    }

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
