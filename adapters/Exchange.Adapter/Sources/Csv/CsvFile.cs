using Exchange.Adapter.Sources.Drops;
using Exchange.Adapter.Sources.Mapping;
using Google.Protobuf;

namespace Exchange.Adapter.Sources.Csv;

/// <param name="Rows">Bad ones included.</param>
/// <param name="BadRows">Listed in the file beside it.</param>
/// <param name="Refused">Why a newer file is not used and the one before still is; null when all is well.</param>
public sealed record CsvState(int Rows, int BadRows, DateTimeOffset LoadedAt, string? Refused);

/// <summary>
/// A CSV file, held in memory. It is looked at now and then; once it has changed and kept still from one look to the
/// next, it is read again and takes the place of the old at once, or, if bad, not at all. So does a file that was put
/// into the folder for newer ones. What it does not say for certain it does not say: of rows that cannot be used nobody
/// is known to be absent, and no list is known to be whole.
/// </summary>
sealed class CsvFile : IAsyncDisposable
{
    readonly CsvLayout layout;
    readonly DropFolder? drop;
    readonly SourceSettings settings;
    readonly SemaphoreSlim reading = new(1, 1);
    /// <summary>One row in so many may be bad in a file that takes the place of a better one.</summary>
    const int FewBad = 100;

    volatile CsvIndex index;
    Action changed = () => { };
    ITimer? timer;
    FileStamp loaded, lastSeen;

    /// <param name="drop">Of newer files; null where there is none. Without a file in use its newest is taken at once.</param>
    /// <exception cref="CsvException">The file cannot be used.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public CsvFile(CsvLayout layout, DropFolder? drop, SourceSettings settings)
    {
        this.layout = layout;
        this.drop = drop;
        this.settings = settings;
        drop?.RemoveUnfinished();
        if (!File.Exists(layout.Path) && drop?.Newest() is { } newest && drop.Fetch(newest) is { } fetched)
        {
            (index, State, _) = Load(fetched, newest.Time.ToUnixTimeMilliseconds(), newest.Path);
            drop.Put(newest);
            loaded = lastSeen = FileStamp.Of(layout.Path);
            return;
        }
        loaded = lastSeen = FileStamp.Of(layout.Path);
        (index, State, _) = Load(layout.Path, loaded.WrittenUnixMs, layout.Path);
    }

    public CsvState State { get; private set; }

    /// <summary>For whoever keeps the file: why the newest is not used, or not all of it. Nothing of its cells; null when all is well.</summary>
    public string? Trouble => (OwnTrouble, drop?.Trouble) switch
    {
        ({ } own, { } dropped) => $"{own}; {dropped}",
        var (own, dropped) => own ?? dropped,
    };

    string? OwnTrouble => State.Refused is { } refused
        ? $"{Name} changed and is refused, and the rows read before stay in use: {refused}"
        : index.UnknownLine is var line and > 0 ? $"{Name}: line {line} may be about anybody, so {(layout.OneEach ? "nobody is told to have no record" : "no list is told")}; see {BadRows.Beside(Name)}" : null;

    /// <summary>Looks at the file from now on.</summary>
    /// <param name="whenChanged">Called after a new file has taken the place of the old.</param>
    public void Watch(TimeSpan interval, Action whenChanged)
    {
        changed = whenChanged;
        timer = settings.Time.CreateTimer(_ => _ = Poll(), null, interval, interval);
    }

    /// <param name="name">Of what is read, in exceptions.</param>
    /// <returns>Null when there is no such row.</returns>
    /// <exception cref="SourceException">The row cannot be used, or there are two, or one that cannot be used may be the person's.</exception>
    public CsvFound? Find(string person, IMessage question, string name)
    {
        if (layout.KeyOf(person, question) is not { } key)
            return null;
        var rows = index;
        RefuseDoubtful(rows, person, name);
        if (rows.Find(key) is { } entry)
            return new CsvFound([Usable(entry, name)], rows.WrittenUnixMs);
        return rows.UnknownLine == 0 ? null : throw Unknown(rows, name);
    }

    /// <param name="question">Null where rows are found by the person alone.</param>
    /// <returns>As they follow each other in the file; null when there are more than <paramref name="most"/>.</returns>
    /// <exception cref="SourceException">A row cannot be used, or one that cannot be used may be the person's.</exception>
    public CsvFound? FindAll(string person, IMessage? question, string name, int most)
    {
        var rows = index;
        if (layout.KeyOf(person, question) is not { } key)
            return new CsvFound([], rows.WrittenUnixMs);
        RefuseDoubtful(rows, person, name);
        if (rows.UnknownLine > 0)
            throw Unknown(rows, name);
        var found = rows.FindAll(key, most + 1);
        return found.Count > most ? null : new CsvFound([.. found.Select(entry => Usable(entry, name))], rows.WrittenUnixMs);
    }

    /// <summary>Looks at the file now. True when a new one took the place of the old.</summary>
    public async Task<bool> Poll()
    {
        if (!await reading.WaitAsync(TimeSpan.Zero))
            return false;
        try
        {
            var seen = FileStamp.Of(layout.Path);
            var still = seen == lastSeen;
            lastSeen = seen;
            if (seen != loaded && seen.Exists)
                return still && await Task.Run(() => Reload(seen));
            return drop is not null && await Task.Run(TakeDropped);
        }
        finally
        {
            reading.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (timer is not null)
            await timer.DisposeAsync();
        await reading.WaitAsync();
        reading.Dispose();
    }

    string Name => Path.GetFileName(layout.Path);

    /// <summary>A row of the person's that may be about any question may be about this one.</summary>
    void RefuseDoubtful(CsvIndex rows, string person, string name)
    {
        if (layout.Match.Count > 0 && rows.Find(layout.KeyOf(person)) is { } doubtful)
            throw new SourceException(name, $"{Name}: line {doubtful.Line} cannot be used");
    }

    SourceException Unknown(CsvIndex rows, string name) => new(name, $"{Name}: line {rows.UnknownLine} cannot be used and may be anybody's");

    ArraySegment<byte> Usable(CsvEntry entry, string name) => entry.Kind switch
    {
        EntryKind.Good => entry.Value,
        EntryKind.Ambiguous => throw new SourceException(name, $"{Name}: line {entry.Line} and another have the same key"),
        _ => throw new SourceException(name, $"{Name}: line {entry.Line} cannot be used"),
    };

    bool Reload(FileStamp seen)
    {
        try
        {
            var (next, state, summary) = Load(layout.Path, seen.WrittenUnixMs, layout.Path);
            if (FileStamp.Of(layout.Path) != seen)
                return false;
            if (IsWorse(state))
                throw new CsvException($"of {state.Rows} rows {summary}");
            loaded = seen;
            index = next;
            State = state;
        }
        catch (Exception e) when (e is CsvException or IOException or UnauthorizedAccessException)
        {
            loaded = seen;
            State = State with { Refused = e is CsvException ? e.Message : $"cannot be read ({e.GetType().Name})" };
            settings.Notice($"{Name} changed and is refused; the rows read before stay in use: {State.Refused}");
            return false;
        }
        settings.Notice($"{Name} read again: {State.Rows} rows, {State.BadRows} bad");
        changed();
        return true;
    }

    /// <summary>Takes the newest that was put into the folder, if it is as good as one that took the place by itself would have to be.</summary>
    bool TakeDropped()
    {
        if (drop!.Look(Refuse) is not { } dropped)
            return false;
        CsvState state;
        try
        {
            if (drop.Fetch(dropped) is not { } fetched)
                return false;
            (var next, state, var summary) = Load(fetched, dropped.Time.ToUnixTimeMilliseconds(), dropped.Path);
            if (IsWorse(state))
                throw new CsvException($"of {state.Rows} rows {summary}");
            drop.Put(dropped);
            loaded = lastSeen = FileStamp.Of(layout.Path);
            index = next;
            State = state;
        }
        catch (CsvException e)
        {
            Refuse(dropped, e.Message);
            return false;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            if (drop.Refuse(dropped, $"it cannot be put in its place ({e.GetType().Name}), and is tried again", isTriedAgain: true))
                settings.Notice($"{dropped.Name} cannot take the place of {Name} ({e.GetType().Name}); it is tried again");
            return false;
        }
        drop.Remove(dropped);
        settings.Notice($"{dropped.Name} took the place of {Name}: {state.Rows} rows, {state.BadRows} bad");
        changed();
        return true;
    }

    void Refuse(Dropped dropped, string why)
    {
        if (drop!.Refuse(dropped, why))
            settings.Notice($"{dropped.Name} is refused, and {Name} stays in use: {why}");
    }

    /// <summary>More than a few of its rows are bad, and more than twice the share of those in use: a mistake in the export.</summary>
    bool IsWorse(CsvState next) =>
        (long)next.BadRows * FewBad > next.Rows && (long)next.BadRows * State.Rows > 2L * State.BadRows * next.Rows;

    /// <param name="named">As which it is known, and beside which its bad rows are listed.</param>
    (CsvIndex Read, CsvState State, string Summary) Load(string path, long writtenUnixMs, string named)
    {
        var now = settings.Time.GetUtcNow();
        CsvIndex read;
        using var bad = new BadRows(named);
        try
        {
            read = (layout with { Path = path }).Load(new RowTimes(now.ToUnixTimeMilliseconds(), writtenUnixMs), bad);
        }
        finally
        {
            bad.Keep();
        }
        if (bad.Count > 0)
            settings.Notice($"{Path.GetFileName(named)}: {bad.Summary}");
        return (read, new CsvState(read.Rows, bad.Count, now, null), bad.Summary);
    }
}

/// <param name="WrittenUnixMs">When the file was in which they stand.</param>
readonly record struct CsvFound(IReadOnlyList<ArraySegment<byte>> Rows, long WrittenUnixMs);

/// <summary>Enough to notice that a file is another one.</summary>
readonly record struct FileStamp(bool Exists, long Length, DateTime Written)
{
    public long WrittenUnixMs => Exists ? new DateTimeOffset(Written).ToUnixTimeMilliseconds() : 0;

    public static FileStamp Of(string path)
    {
        var file = new FileInfo(path);
        return file.Exists ? new FileStamp(true, file.Length, file.LastWriteTimeUtc) : default;
    }
}
