using Exchange.Adapter.Sources.Mapping;
using Exchange.Protocol.DataSets;
using Google.Protobuf;

namespace Exchange.Adapter.Sources.Csv;

/// <param name="BadRows">Listed in the file beside it.</param>
/// <param name="Refused">Why a newer file is not used and the one before still is; null when all is well.</param>
public sealed record CsvState(int Rows, int BadRows, DateTimeOffset LoadedAt, string? Refused);

/// <summary>
/// Records in a CSV file, held in memory. The file is looked at now and then; once it has changed and kept still from
/// one look to the next, it is read again and takes the place of the old at once, or, if bad, not at all.
/// </summary>
public sealed class CsvSource : IRecordSource
{
    readonly CsvLayout layout;
    readonly SourceSettings settings;
    readonly SemaphoreSlim reading = new(1, 1);
    readonly ITimer timer;
    volatile CsvIndex index;
    FileStamp loaded, lastSeen;

    /// <exception cref="CsvException">The file cannot be used.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    internal CsvSource(DataSetContract contract, CsvLayout layout, SourceLimits limits, SourceSettings settings)
    {
        Contract = contract;
        this.layout = layout;
        this.settings = settings;
        loaded = lastSeen = FileStamp.Of(layout.Path);
        (index, State) = Load(loaded);
        timer = settings.Time.CreateTimer(_ => _ = Poll(), null, limits.Poll, limits.Poll);
    }

    public event Action<string?>? Changed;

    public DataSetContract Contract { get; }

    public CsvState State { get; private set; }

    public ValueTask<SourceRecord?> Find(string person, IMessage question, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        using var span = SourceTelemetry.Start(Contract.Id, "csv");
        var entry = layout.KeyOf(person, question) is { } key ? index.Find(key) : null;
        return entry switch
        {
            null => ValueTask.FromResult<SourceRecord?>(null),
            { Kind: EntryKind.Good } good => ValueTask.FromResult<SourceRecord?>(StoredRecord.Read(good.Value, Contract.Record)),
            { Kind: EntryKind.Ambiguous } twice => throw SourceTelemetry.Failed(span, new SourceException(Contract.Id, $"line {twice.Line} and another have the same key")),
            { } unusable => throw SourceTelemetry.Failed(span, new SourceException(Contract.Id, $"line {unusable.Line} cannot be used")),
        };
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
        await timer.DisposeAsync();
        await reading.WaitAsync();
        reading.Dispose();
    }

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
        Changed?.Invoke(null);
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
