using System.Globalization;
using System.Text.RegularExpressions;
using Exchange.Hosting.Calendar;
using Exchange.Hosting.Storage;

namespace Exchange.Adapter.Sources.Drops;

/// <summary>What was in use or done with before, in a folder <c>kept</c>.</summary>
static partial class KeptFiles
{
    const string Name = "kept";

    /// <summary>Keeps a copy of a file that is about to be replaced, with the day it is of in its name; one that is there already is not kept twice.</summary>
    /// <param name="folder">In which <c>kept</c> is.</param>
    /// <exception cref="IOException">It cannot be kept.</exception>
    public static void Copy(string file, string folder)
    {
        var kept = Of(folder);
        var written = File.GetLastWriteTimeUtc(file);
        var local = LegalDay.InJapan(new DateTimeOffset(written));
        var day = local.ToString(local.TimeOfDay == TimeSpan.Zero ? "yyyyMMdd" : "yyyyMMdd-HHmmss", CultureInfo.InvariantCulture);
        var path = Free(Path.Combine(kept, $"{Path.GetFileNameWithoutExtension(file)}-{day}{Path.GetExtension(file)}"), other => FileCopy.IsSame(file, other));
        if (!File.Exists(path))
            FileCopy.Make(file, path, written);
    }

    /// <summary>Removes the oldest copies beyond so many.</summary>
    public static void Prune(string file, string folder, int keep)
    {
        var (stem, extension) = (Path.GetFileNameWithoutExtension(file) + "-", Path.GetExtension(file));
        var copies = Directory.EnumerateFiles(Of(folder)).Where(path => Path.GetFileName(path) is var name
            && name.StartsWith(stem, StringComparison.Ordinal) && name.EndsWith(extension, StringComparison.Ordinal) && Day().IsMatch(name[stem.Length..^extension.Length]));
        foreach (var path in copies.OrderByDescending(Path.GetFileNameWithoutExtension, StringComparer.Ordinal).Skip(keep).ToList())
            File.Delete(path);
    }

    /// <summary>Where a file that is done with goes; beside another of its name it gets a number.</summary>
    public static string PlaceOf(string path) => Free(Path.Combine(Of(Path.GetDirectoryName(path)!), Path.GetFileName(path)), _ => false);

    static string Of(string folder)
    {
        var kept = Path.Combine(folder, Name);
        Folder.CreateForOwner(kept);
        return kept;
    }

    /// <param name="serves">Whether one that is there will do.</param>
    static string Free(string path, Func<string, bool> serves)
    {
        var free = path;
        for (var number = 2; File.Exists(free) && !serves(free); number++)
            free = Path.Combine(Path.GetDirectoryName(path)!, string.Create(CultureInfo.InvariantCulture, $"{Path.GetFileNameWithoutExtension(path)}-{number}{Path.GetExtension(path)}"));
        return free;
    }

    [GeneratedRegex(@"\A[0-9]{8}(-[0-9]{6})?(-[0-9]{1,5})?\z", RegexOptions.CultureInvariant)]
    private static partial Regex Day();
}
