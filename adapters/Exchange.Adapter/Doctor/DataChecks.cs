using System.Globalization;
using Dapper;
using Exchange.Adapter.Answering;
using Exchange.Adapter.Journal.Keeping;
using Exchange.Adapter.Journal.Reading;
using Exchange.Adapter.Journal.Sealing;
using Exchange.Adapter.LocalApi.Callers;
using Exchange.Adapter.Sources;
using Exchange.Adapter.Sources.Databases;
using Exchange.Adapter.Sources.Mapping;
using Exchange.Hosting.Commands;
using Exchange.Hosting.Configuration;
using Exchange.Hosting.Secrets;
using Exchange.Hosting.Storage;
using Exchange.Protocol.DataSets;
using Microsoft.Data.Sqlite;
using StackExchange.Redis;

namespace Exchange.Adapter.Doctor;

/// <summary>Files of the agency beside adapter.yaml, its records, its people, its journal, its copies and its cache.</summary>
static class DataChecks
{
    const string ReadOnly = "Have an account made for the adapter that may SELECT what sources.yaml names, and nothing else.";

    static readonly TimeSpan day = TimeSpan.FromDays(1);

    public static async Task<IReadOnlyList<Diagnosis>> Sources(string kind, AdapterOptions options)
    {
        var found = new List<Diagnosis>();
        Read(found, "callers", "callers.yaml", () => CallersFile.Read(options.LocalApi.CallersFile, [.. DataSetCatalogue.All.Select(one => one.Id)], out _).Callers.Count(), "caller");
        if (options.Sources is null)
        {
            found.Add(Diagnosis.Good("sources", Concern.Working, "This agency has no 'sources': it asks, and is not asked."));
            return found;
        }
        Read(found, "allow-list", "allow.yaml", () => AllowList.Read(options.Allow!, DataSetCatalogue.ProvidedBy(kind)).Count, "row");
        var notices = new List<string>();
        try
        {
            await using var data = MappingFile.Read(options.Sources, DataSetCatalogue.OfKind(kind), new SourceSettings { Notice = notices.Add });
            found.Add(Diagnosis.Good("sources", Concern.Working, $"sources.yaml fits what is there, for {string.Join(", ", data.Sources.Keys)}{(data.People is null ? "" : " and the list of people")}."));
            foreach (var trouble in data.Troubles.Concat(notices).Distinct())
                found.Add(new Diagnosis("sources", Concern.Working, Mark.Look, trouble + (trouble.EndsWith('.') ? "" : "."), "Mend it where the data come from, and run contract-test."));
            found.AddRange(data.Databases.Select(Rights).OfType<Diagnosis>());
        }
        catch (ConfigurationException e)
        {
            found.AddRange(e.Problems.Select(problem => new Diagnosis("sources", Concern.Working, Mark.Bad, problem.ToString()!, "Correct the file.")));
        }
        return found;
    }

    /// <returns>Null for a file, which the adapter opens for reading alone, and for a server that is away.</returns>
    static Diagnosis? Rights(Place place) => WriteRights.Of(place, SourceLimits.Default.Timeout) switch
    {
        null => null,
        { Tables: [], IsAll: true } => Diagnosis.Good("database-rights", Concern.Measures, "The account that reads the records may write none of the database's tables."),
        { Tables: [] } => new Diagnosis("database-rights", Concern.Measures, Mark.Unknown, "The account that reads the records was given no table by name to write; whether it may by another way, the database does not tell.", ReadOnly),
        var rights => new Diagnosis("database-rights", Concern.Measures, Mark.Look, $"The account that reads the records may also write: {rights.Few()}.", ReadOnly),
    };

    public static IEnumerable<Diagnosis> People(AdapterOptions options)
    {
        var store = new SqliteStore(Path.Combine(options.State, "people.db"), Durability.Process);
        if (!File.Exists(store.Path))
            return [new Diagnosis("people", Concern.Working, Mark.Bad, "Nobody is enrolled.", "Run enrol --config adapter.yaml.")];
        try
        {
            using var connection = store.OpenToRead();
            var (count, quarantined) = connection.QuerySingle<(long, long)>("SELECT COUNT(*), COALESCE(SUM(quarantined), 0) FROM people WHERE local_key <> @canary", new { canary = options.Canary?.Person ?? "" });
            var passedOver = PassedOver(Path.Combine(options.State, "enrolment-bad.csv")).ToList();
            return quarantined > 0
                ? [.. passedOver, new Diagnosis("people", Concern.Working, Mark.Look, string.Create(CultureInfo.InvariantCulture, $"{count} people are enrolled, of whom {quarantined} share a number with another and are neither asked nor answered about."), "See enrolment-quarantined.csv, correct the numbers and enrol again.")]
                : [.. passedOver, count > 0 ? Diagnosis.Good("people", Concern.Working, $"{Counted.Of(count, "person is", "people are")} enrolled.") : new Diagnosis("people", Concern.Working, Mark.Bad, "Nobody is enrolled.", "Run enrol --config adapter.yaml.")];
        }
        catch (Exception e) when (e is SqliteException or StoreException or IOException or UnauthorizedAccessException)
        {
            return [new Diagnosis("people", Concern.Working, Mark.Bad, $"The table of people cannot be read: {e.Message}", "Restore it from its copy, or move it away and enrol again.")];
        }
    }

    /// <summary>Lines that the last enrolment could not take: people about whom nothing is answered.</summary>
    static IEnumerable<Diagnosis> PassedOver(string list)
    {
        if (File.Exists(list) && File.ReadLines(list).Count() - 1 is var lines and > 0)
            yield return new Diagnosis("people", Concern.Working, Mark.Look, $"The last enrolment passed over {Counted.Of(lines, "line")} of the list of people.", $"See {list}, mend the list and enrol again.");
    }

    public static Diagnosis Journal(AdapterOptions options, TimeProvider time)
    {
        if (!File.Exists(options.JournalFile))
            return new Diagnosis("journal", Concern.Measures, Mark.Look, "There is no journal yet.", "It is made when the adapter first serves; look again then.");
        try
        {
            using var keys = JournalKeys.Read(options.JournalKeys);
            using var journal = JournalFile.Open(options.JournalFile, keys);
            if (journal.Asked.NewestFault() != SealFault.None || journal.Answered.NewestFault() != SealFault.None)
                return new Diagnosis("journal", Concern.Measures, Mark.Bad, "The newest entry of the journal does not open with its key.", "Put the right 'journal_keys' in place before anything else is written.");
            var oldest = Math.Min(journal.Asked.Oldest() ?? long.MaxValue, journal.Answered.Oldest() ?? long.MaxValue);
            var kept = Counted.Of((long)Math.Round(options.JournalRetention.TotalDays), "day");
            return oldest < Retention.Boundary(options.JournalRetention, time)
                ? new Diagnosis("journal", Concern.Measures, Mark.Bad, string.Create(CultureInfo.InvariantCulture, $"The journal holds entries since {DateTimeOffset.FromUnixTimeMilliseconds(oldest):yyyy-MM-dd}, and they are to be kept for {kept}."), "Run journal archive, then journal purge.")
                : Diagnosis.Good("journal", Concern.Measures, $"The journal is there, opens with its key, and holds nothing older than the {kept} for which it is kept.");
        }
        catch (Exception e) when (e is SqliteException or StoreException or SecretFileException)
        {
            return new Diagnosis("journal", Concern.Measures, Mark.Bad, $"The journal cannot be read: {e.Message}", "Keep it as it is, look at the disk and at 'journal_keys', and restore a whole copy if need be.");
        }
    }

    public static Diagnosis Backup(AdapterOptions options, TimeProvider time)
    {
        if (options.Backup is not { } folder)
            return new Diagnosis("backup", Concern.Measures, Mark.Unknown, "adapter.yaml names no folder of copies ('backup'), so nobody can tell from here whether there are any.", "Copy keys, journal and people table to another machine each day, the keys apart from the rest, and name the folder under 'backup'.");
        var newest = Directory.Exists(folder) ? new DirectoryInfo(folder).EnumerateFiles("*", SearchOption.AllDirectories).Select(file => file.LastWriteTimeUtc).DefaultIfEmpty(DateTime.UnixEpoch).Max() : DateTime.UnixEpoch;
        var age = time.GetUtcNow() - new DateTimeOffset(newest);
        var days = string.Create(CultureInfo.InvariantCulture, $"{age.TotalDays:0}");
        return newest == DateTime.UnixEpoch ? new Diagnosis("backup", Concern.Measures, Mark.Bad, $"There is no copy in {folder}.", "Look why the copying does not run.")
            : age > 7 * day ? new Diagnosis("backup", Concern.Measures, Mark.Bad, $"The newest copy in {folder} is {days} days old.", "Look why the copying does not run.")
            : age > 2 * day ? new Diagnosis("backup", Concern.Measures, Mark.Look, $"The newest copy in {folder} is {days} days old.", "Look why the copying does not run daily.")
            : Diagnosis.Good("backup", Concern.Measures, $"The newest copy in {folder} is of {newest:yyyy-MM-dd}. Whether it can be restored is not looked at: try it once a year.");
    }

    public static async Task<Diagnosis> Cache(AdapterOptions options)
    {
        if (options.Redis is not { } address)
            return Diagnosis.Good("cache", Concern.Working, "Caches are in memory alone; no Redis is named, and none is needed.");
        try
        {
            await using var redis = await ConnectionMultiplexer.ConnectAsync(new ConfigurationOptions { EndPoints = { address }, ConnectTimeout = 2000, AbortOnConnectFail = true }).ConfigureAwait(false);
            var took = await redis.GetDatabase().PingAsync().ConfigureAwait(false);
            return took > TimeSpan.FromMilliseconds(50)
                ? new Diagnosis("cache", Concern.Working, Mark.Look, string.Create(CultureInfo.InvariantCulture, $"Redis at {address} answers after {took.TotalMilliseconds:0} ms."), "Look at its load and its distance; without it lookups would be faster.")
                : Diagnosis.Good("cache", Concern.Working, string.Create(CultureInfo.InvariantCulture, $"Redis at {address} answers after {took.TotalMilliseconds:0.0} ms."));
        }
        catch (RedisException)
        {
            return new Diagnosis("cache", Concern.Working, Mark.Look, $"Redis at {address} does not answer. Lookups go on with memory alone.", "Start it, or take 'redis' out of adapter.yaml.");
        }
    }

    static void Read(List<Diagnosis> found, string check, string file, Func<int> read, string what)
    {
        try
        {
            found.Add(Diagnosis.Good(check, Concern.Working, $"{file} is good: {Counted.Of(read(), what)}."));
        }
        catch (ConfigurationException e)
        {
            found.AddRange(e.Problems.Select(problem => new Diagnosis(check, Concern.Working, Mark.Bad, problem.ToString()!, "Correct the file.")));
        }
    }
}
