using Exchange.Adapter.Sources.Mapping;
using Google.Protobuf;

namespace Exchange.Adapter.Sources.Csv;

/// <param name="BadRows">Listed in the file beside it.</param>
/// <param name="Refused">Why a newer file is not used and the one before still is; null when all is well.</param>
public sealed record CsvState(int Rows, int BadRows, DateTimeOffset LoadedAt, string? Refused);

/// <summary>
/// A CSV file, held in memory. It is looked at now and then; once it has changed and kept still from one look to the
/// next, it is read again and takes the place of the old at once, or, if bad, not at all.
/// </summary>
sealed class CsvFile : IAsyncDisposable
{
    readonly CsvLayout layout;
    readonly SourceSettings settings;
    readonly SemaphoreSlim reading = new(1, 1);
    volatile CsvIndex index;
    Action changed = () => { };
    ITimer? timer;
    FileStamp loaded, lastSeen;

    /// <exception cref="CsvException">The file cannot be used.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public CsvFile(CsvLayout layout, SourceSettings settings)
    {
        this.layout = layout;
        this.settings = settings;
        loaded = lastSeen = FileStamp.Of(layout.Path);
        (index, State) = Load(loaded);
    }

    public CsvState State { get; private set; }

    /// <summary>Looks at the file from now on.</summary>
    /// <param name="whenChanged">Called after a new file has taken the place of the old.</param>
    public void Watch(TimeSpan interval, Action whenChanged)
    {
        changed = whenChanged;
        timer = settings.Time.CreateTimer(_ => _ = Poll(), null, interval, interval);
    }

    /// <param name="name">Of what is read, in exceptions.</param>
    /// <returns>Null when there is no such row.</returns>
    /// <exception cref="SourceException">The row cannot be used, or there are two.</exception>
    public ArraySegment<byte>? Find(string person, IMessage question, string name) =>
        layout.KeyOf(person, question) is { } key && index.Find(key) is { } entry ? Usable(entry, name) : (ArraySegment<byte>?)null;

    /// <param name="question">Null where rows are found by the person alone.</param>
    /// <returns>As they follow each other in the file; null when there are more than <paramref name="most"/>.</returns>
    /// <exception cref="SourceException">A row cannot be used.</exception>
    public IReadOnlyList<ArraySegment<byte>>? FindAll(string person, IMessage? question, string name, int most)
    {
        var rows = layout.KeyOf(person, question) is { } key ? index.FindAll(key, most + 1) : [];
        return rows.Count > most ? null : [.. rows.Select(entry => Usable(entry, name))];
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
            if (seen == loaded || !still || !seen.Exists)
                return false;
            return await Task.Run(() => Reload(seen));
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

    ArraySegment<byte> Usable(CsvEntry entry, string name) => entry.Kind switch
    {
        EntryKind.Good => entry.Value,
        EntryKind.Ambiguous => throw new SourceException(name, $"{Path.GetFileName(layout.Path)}: line {entry.Line} and another have the same key"),
        _ => throw new SourceException(name, $"{Path.GetFileName(layout.Path)}: line {entry.Line} cannot be used"),
    };

    bool Reload(FileStamp seen)
    {
        var name = Path.GetFileName(layout.Path);
        try
        {
            var (next, state) = Load(seen);
            if (FileStamp.Of(layout.Path) != seen)
                return false;
            loaded = seen;
            index = next;
            State = state;
        }
        catch (Exception e) when (e is CsvException or IOException or UnauthorizedAccessException)
        {
            loaded = seen;
            State = State with { Refused = e is CsvException ? e.Message : $"cannot be read ({e.GetType().Name})" };
            settings.Notice($"{name} changed and is refused; the rows read before stay in use: {State.Refused}");
            return false;
        }
        settings.Notice($"{name} read again: {State.Rows} rows, {State.BadRows} bad");
        changed();
        return true;
    }

    (CsvIndex, CsvState) Load(FileStamp stamp)
    {
        var now = settings.Time.GetUtcNow();
        CsvIndex read;
        using var bad = new BadRows(layout.Path);
        try
        {
            read = layout.Load(new RowTimes(now.ToUnixTimeMilliseconds(), stamp.WrittenUnixMs), bad);
        }
        finally
        {
            bad.Keep();
        }
        if (bad.Count > 0)
            settings.Notice($"{Path.GetFileName(layout.Path)}: {bad.Count} rows cannot be used; they are listed in {Path.GetFileName(BadRows.Beside(layout.Path))}");
        return (read, new CsvState(read.Count, bad.Count, now, null));
    }
}

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
