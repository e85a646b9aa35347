using Exchange.Adapter.Sources.Csv;
using Exchange.Hosting.Calendar;

namespace Exchange.Adapter.Sources.Drops;

/// <summary>
/// A folder into which newer files are put, each to take the place of the one in use. Whoever reads them decides: it takes
/// the file that is offered and says what became of it. A crash between any two steps leaves what the next look goes on from.
/// </summary>
/// <param name="file">The one in use.</param>
/// <param name="keep">How many of those before are kept.</param>
sealed class DropFolder(FilePattern pattern, string file, int keep)
{
    /// <summary>Of the copy that takes the place of the file in use, beside it: the folder may be on another file system.</summary>
    const string Next = ".next";

    const int MostNamed = 3;

    readonly Dictionary<string, Refused> refused = new(StringComparer.Ordinal);
    Dictionary<string, FileStamp> before = [];
    volatile string? trouble;

    /// <summary>Files that are not used, and why; null when there are none. Nothing of their cells.</summary>
    public string? Trouble => trouble;

    /// <summary>Whether the folder would offer the file in use to itself.</summary>
    public bool OffersItself => pattern.Matches(file) || pattern.Matches(file + Next);

    /// <summary>The newest of all, for a start without a file in use; it may be unfinished, and is offered again once it keeps still.</summary>
    /// <exception cref="IOException">The folder cannot be looked at.</exception>
    public Dropped? Newest() => Newest(pattern.Look()).FirstOrDefault();

    /// <summary>The newest that has kept still since the look before and was not refused as it is.</summary>
    /// <param name="refuse">Hears of one that is refused here, and why.</param>
    public Dropped? Look(Action<Dropped, string> refuse)
    {
        try
        {
            var now = pattern.Look();
            var still = Newest(now.Where(one => before.TryGetValue(one.Key, out var stamp) && stamp == one.Value)).ToList();
            before = now;
            Forget(now);
            foreach (var dropped in still)
            {
                if (refused.TryGetValue(dropped.Path, out var earlier) && !earlier.IsTriedAgain)
                    continue;
                if (IsInUse(dropped))
                    Remove(dropped);
                else if (IsOlder(dropped))
                    refuse(dropped, "it is older than the file in use");
                else
                    return dropped;
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            trouble = $"{pattern.Folder} cannot be looked at ({e.GetType().Name})";
        }
        return null;
    }

    /// <summary>A copy beside the file in use, which can be read and then put in its place.</summary>
    /// <returns>Null when it changed meanwhile.</returns>
    /// <exception cref="IOException">It cannot be copied.</exception>
    public string? Fetch(Dropped dropped)
    {
        FileCopy.Make(dropped.Path, file + Next, dropped.Time.UtcDateTime);
        return FileStamp.Of(dropped.Path) == dropped.Stamp ? file + Next : null;
    }

    /// <summary>Puts the fetched copy in the place of the file in use, of which a copy is kept. With it goes the list of its bad rows.</summary>
    /// <exception cref="IOException">Not all of it could be done; the next look goes on from there.</exception>
    public void Put(Dropped dropped)
    {
        if (File.Exists(file))
            KeptFiles.Copy(file, pattern.Folder);
        FileCopy.Replace(file + Next, file);
        if (BadRows.Beside(dropped.Path) is var list && File.Exists(list))
            FileCopy.Make(list, BadRows.Beside(file), File.GetLastWriteTimeUtc(list));
        else
            File.Delete(BadRows.Beside(file));
        KeptFiles.Prune(file, pattern.Folder, keep);
    }

    /// <summary>Takes a file away that is in use now.</summary>
    public void Remove(Dropped dropped)
    {
        try
        {
            File.Delete(dropped.Path);
            File.Delete(BadRows.Beside(dropped.Path));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Refuse(dropped, $"it is in use and cannot be removed from the folder ({e.GetType().Name})");
        }
    }

    /// <summary>Notes that a file is not used as it is now.</summary>
    /// <param name="isTriedAgain">Not for a fault of the file.</param>
    /// <returns>False when the same was said of it before.</returns>
    public bool Refuse(Dropped dropped, string why, bool isTriedAgain = false)
    {
        var isNew = !refused.TryGetValue(dropped.Path, out var earlier) || earlier.Why != why;
        refused[dropped.Path] = new Refused(dropped.Stamp, why, isTriedAgain);
        RemoveUnfinished();
        Tell();
        return isNew;
    }

    /// <summary>What a crash or a refusal left of a copy.</summary>
    public void RemoveUnfinished()
    {
        foreach (var left in new[] { file + Next, file + Next + FileCopy.Unfinished })
            File.Delete(left);
    }

    IEnumerable<Dropped> Newest(IEnumerable<KeyValuePair<string, FileStamp>> files) => files
        .Select(one => new Dropped(one.Key, one.Value, pattern.TimeOf(one.Key, one.Value)))
        .OrderByDescending(one => one.Time).ThenByDescending(one => one.Name, StringComparer.Ordinal);

    /// <summary>Of a file that is named by its day, no hour is known: it is older when its day is.</summary>
    bool IsOlder(Dropped dropped)
    {
        if (FileStamp.Of(file) is not { Exists: true } inUse)
            return false;
        var time = new DateTimeOffset(inUse.Written);
        return pattern.DayOf(dropped.Path) is { } day ? day < LegalDay.Of(time) : dropped.Time < time;
    }

    /// <summary>It was put in its place, and the process ended before it was taken away; or it was taken at the start.</summary>
    bool IsInUse(Dropped dropped) =>
        FileStamp.Of(file) is { Exists: true } inUse && inUse.Length == dropped.Stamp.Length && inUse.WrittenUnixMs == dropped.Time.ToUnixTimeMilliseconds() && FileCopy.IsSame(file, dropped.Path);

    /// <summary>Of files that are gone, with their lists, or are other ones now.</summary>
    void Forget(Dictionary<string, FileStamp> now)
    {
        foreach (var (path, earlier) in refused.ToList())
        {
            if (now.TryGetValue(path, out var stamp) && stamp == earlier.Stamp)
                continue;
            refused.Remove(path);
            if (!now.ContainsKey(path))
                File.Delete(BadRows.Beside(path));
        }
        Tell();
    }

    void Tell() => trouble = refused.Count == 0 ? null
        : string.Join("; ", refused.OrderByDescending(one => one.Key, StringComparer.Ordinal).Take(MostNamed).Select(one => $"{Path.GetFileName(one.Key)} is not used: {one.Value.Why}"))
            + (refused.Count > MostNamed ? $"; and {refused.Count - MostNamed} more in {pattern.Folder}" : "");

    readonly record struct Refused(FileStamp Stamp, string Why, bool IsTriedAgain);
}
