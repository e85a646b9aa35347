using Exchange.Hosting.Storage;

namespace Exchange.Adapter.Sources.Drops;

/// <summary>Copies that are there whole or not at all, whenever the process or the machine ends.</summary>
static class FileCopy
{
    /// <summary>Ending of a name that stands for nothing yet.</summary>
    public const string Unfinished = ".tmp";

    /// <summary>Takes the place of what is there. Readable by the owner alone.</summary>
    /// <param name="written">Of the copy.</param>
    /// <exception cref="IOException">It cannot be copied; nothing has changed.</exception>
    public static void Make(string from, string to, DateTime written)
    {
        var unfinished = to + Unfinished;
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using (var source = new FileStream(from, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete))
        using (var target = new FileStream(unfinished, options))
        {
            source.CopyTo(target);
            target.Flush(flushToDisk: true);
        }
        File.SetLastWriteTimeUtc(unfinished, written);
        Replace(unfinished, to);
    }

    /// <summary>One rename within a folder, or between two of one file system.</summary>
    public static void Replace(string from, string to)
    {
        File.Move(from, to, overwrite: true);
        Folder.Sync(Path.GetDirectoryName(to)!);
    }

    public static bool IsSame(string one, string other)
    {
        using FileStream first = File.OpenRead(one), second = File.OpenRead(other);
        if (first.Length != second.Length)
            return false;
        byte[] left = new byte[64 * 1024], right = new byte[left.Length];
        while (first.ReadAtLeast(left, left.Length, throwOnEndOfStream: false) is > 0 and var length)
            if (second.ReadAtLeast(right.AsSpan(0, length), length, throwOnEndOfStream: false) != length || !left.AsSpan(0, length).SequenceEqual(right.AsSpan(0, length)))
                return false;
        return true;
    }
}
