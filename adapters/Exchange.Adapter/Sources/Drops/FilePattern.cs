using System.Globalization;
using Exchange.Adapter.Sources.Csv;
using Exchange.Hosting.Calendar;

namespace Exchange.Adapter.Sources.Drops;

/// <summary>The files of a folder that have one beginning and one end, such as <c>incoming/resident-tax-*.csv</c>.</summary>
sealed record FilePattern(string Folder, string Beginning, string End)
{
    static readonly string[] days = ["yyyyMMdd", "yyyy-MM-dd"];

    /// <summary>Without the folder.</summary>
    public string Name => $"{Beginning}*{End}";

    /// <returns>Null when it has not one asterisk, in the name of the file.</returns>
    public static FilePattern? Parse(string text, string folder)
    {
        var path = Path.GetFullPath(text, folder);
        var name = Path.GetFileName(path);
        return name.Split('*') is [var beginning, var end] && !Path.GetDirectoryName(path)!.Contains('*', StringComparison.Ordinal)
            ? new FilePattern(Path.GetDirectoryName(path)!, beginning, end) : null;
    }

    public bool Matches(string path) =>
        Path.GetDirectoryName(path) == Folder && Path.GetFileName(path) is var name && name.Length >= Beginning.Length + End.Length
        && name.StartsWith(Beginning, StringComparison.Ordinal) && name.EndsWith(End, StringComparison.Ordinal) && !BadRows.IsList(name) && !name.EndsWith(FileCopy.Unfinished, StringComparison.Ordinal);

    /// <summary>Those there are now, with what tells a changed one.</summary>
    /// <exception cref="IOException">The folder cannot be looked at.</exception>
    public Dictionary<string, FileStamp> Look() =>
        Directory.EnumerateFiles(Folder).Where(Matches).Select(path => (path, stamp: FileStamp.Of(path))).Where(one => one.stamp.Exists)
            .ToDictionary(one => one.path, one => one.stamp, StringComparer.Ordinal);

    /// <summary>The day that stands where the asterisk is; null when none does.</summary>
    public DateOnly? DayOf(string path) =>
        DateOnly.TryParseExact(Path.GetFileName(path)[Beginning.Length..^End.Length], days, CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day : null;

    /// <summary>As of when a file is: midnight in Japan of its day, else the time of its last write.</summary>
    public DateTimeOffset TimeOf(string path, FileStamp stamp) => DayOf(path) is { } day ? LegalDay.Beginning(day) : new DateTimeOffset(stamp.Written);
}
