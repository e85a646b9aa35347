using Exchange.Adapter.Sources.Csv;

namespace Exchange.Adapter.Sources.Drops;

/// <param name="Time">As of when it is.</param>
sealed record Dropped(string Path, FileStamp Stamp, DateTimeOffset Time)
{
    public string Name => System.IO.Path.GetFileName(Path);
}
