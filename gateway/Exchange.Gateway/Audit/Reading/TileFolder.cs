using Exchange.Hosting.Storage;
using Exchange.Protocol.Transparency;

namespace Exchange.Gateway.Audit.Reading;

/// <summary>A folder as <c>audit export --tiles</c> writes it, or any other copy of the same form.</summary>
sealed class TileFolder(string folder) : TileCopy
{
    public override string Where => folder;

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

    protected override Task<bool> ShowsEntries(Tile first, CancellationToken cancelled) =>
        Task.FromResult(System.IO.Directory.Exists(Path.Combine(folder, "tile", "entries")));
}
