using CsvHelper;

namespace Exchange.Adapter.Sources.Csv;

/// <summary>Begins a list for people to work through; a new file is readable by its owner alone.</summary>
static class CsvWorkList
{
    /// <exception cref="IOException">It cannot be written.</exception>
    public static CsvWriter Begin(string path, params string[] header)
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        var writer = CsvWriter.Create(new FileStream(path, options), CsvWriterOptions.Default, leaveOpen: false);
        writer.WriteHeader(header);
        return writer;
    }
}
