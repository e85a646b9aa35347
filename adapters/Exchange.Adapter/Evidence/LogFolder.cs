using Exchange.Hosting.Storage;

namespace Exchange.Adapter.Evidence;

/// <summary>A log in a folder, as <c>audit export --tiles</c> of the hub writes it.</summary>
sealed class LogFolder(string folder) : LogPlace
{
    public override string Where => folder;

    public override void Dispose()
    {
    }

    protected override async Task<byte[]?> Read(string path, int largest, CancellationToken cancelled)
    {
        try
        {
            await using var file = File.OpenRead(Path.Combine([folder, .. path.Split('/')]));
            return await BoundedStream.ReadTo(file, largest, cancelled).ConfigureAwait(false);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }
}
