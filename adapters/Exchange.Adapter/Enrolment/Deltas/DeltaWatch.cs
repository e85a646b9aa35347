using Exchange.Adapter.Sources;
using Exchange.Adapter.Sources.Csv;
using Exchange.Adapter.Sources.Drops;
using Exchange.Adapter.Sources.People;
using Exchange.Protocol.Refusals;
using Microsoft.Extensions.Hosting;

namespace Exchange.Adapter.Enrolment.Deltas;

/// <summary>
/// Does the changes of people that are put into a folder while the adapter serves: file after file in the order of their
/// names, each once it keeps still from one look to the next. One that is done is put away with its result beside it; one
/// that cannot be finished is named, and those behind it wait.
/// </summary>
/// <param name="place">Null where there is no such folder.</param>
/// <param name="notice">Hears of each file that is done or stuck: names of files and counts.</param>
sealed class DeltaWatch(DeltaPlace? place, Func<DeltaRun> run, Action<string> notice, TimeProvider time) : BackgroundService
{
    static readonly TimeSpan interval = TimeSpan.FromSeconds(5), pause = TimeSpan.FromMinutes(1);

    Dictionary<string, FileStamp> before = [];
    Stuck? stuck;
    volatile string? trouble;

    /// <summary>Which file could not be finished, and why; null when all is well. Nothing of its lines.</summary>
    public string? Trouble => trouble;

    /// <summary>Looks at the folder now, and does every file whose turn has come.</summary>
    public async Task Look(CancellationToken stop)
    {
        try
        {
            var earlier = before;
            before = place!.Files.Look();
            if (stuck is { } held && before.TryGetValue(held.Path, out var stamp) && stamp == held.Stamp)
            {
                if (time.GetUtcNow() < held.Until)
                    return;
            }
            else
            {
                Free();
            }
            foreach (var (path, now) in before.OrderBy(one => one.Key, StringComparer.Ordinal))
                if (!earlier.TryGetValue(path, out var seen) || seen != now || !await Finish(path, now, stop))
                    return;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            trouble = $"{place!.Files.Folder} cannot be looked at ({e.GetType().Name})";
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (place is null)
            return;
        using var timer = new PeriodicTimer(interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
            await Look(stoppingToken);
    }

    async Task<bool> Finish(string path, FileStamp stamp, CancellationToken stop)
    {
        var name = Path.GetFileName(path);
        try
        {
            var result = await run().Run(path, new Waiting(why => trouble = why is null ? null : $"{name} is not finished, and goes on by itself: {why}"), stop);
            if (result.Refusal is { } refusal)
                return Stick(refusal.RetryAfterMs > 0 ? TimeSpan.FromMilliseconds(refusal.RetryAfterMs) : pause, $"it is tried again: {Reasons.Describe(refusal)}");
            if (FileStamp.Of(path) != stamp)
                return false;
            PutAway(path, result);
            Free();
            notice($"{name} is done: {result}");
            return true;
        }
        catch (SourceException e)
        {
            return Stick(null, $"{e.Message}. It is tried again when it changes");
        }
        // Whatever it is: lookups go on, and so does this.
        catch (Exception e) when (!stop.IsCancellationRequested)
        {
            return Stick(pause, $"it is tried again ({e.GetType().Name})");
        }

        bool Stick(TimeSpan? wait, string why)
        {
            var says = $"{name} is not finished, and those after it wait: {why}";
            if (trouble != says)
                notice(says);
            trouble = says;
            stuck = new Stuck(path, stamp, wait is { } some ? time.GetUtcNow() + some : DateTimeOffset.MaxValue);
            return false;
        }
    }

    void Free()
    {
        stuck = null;
        trouble = null;
    }

    /// <summary>The result first: after a crash in between, the file is done again and the result written again.</summary>
    static void PutAway(string path, DeltaResult result)
    {
        var kept = KeptFiles.PlaceOf(path);
        EnrolmentLists.WriteBadTo(BadRows.Beside(kept), result.Bad);
        File.WriteAllText(kept + ".result.txt", $"{result}\n");
        FileCopy.Replace(path, kept);
    }

    sealed record Stuck(string Path, FileStamp Stamp, DateTimeOffset Until);

    sealed class Waiting(Action<string?> tell) : IProgress<EnrolmentProgress>
    {
        public void Report(EnrolmentProgress value) => tell(value.Waiting?.Message);
    }
}
