using System.Text;
using Exchange.Protocol.Transparency;

namespace Exchange.Adapter.Evidence;

/// <summary>Where a log is shown, laid out as C2SP tlog-tiles. Nothing read is believed; whoever reads checks it.</summary>
abstract class LogPlace : IDisposable
{
    /// <summary>C2SP signed-note says nothing of it; no checkpoint of an exchange has a tenth of this.</summary>
    const int LargestCheckpoint = 64 * 1024;

    /// <summary>Of a full bundle of the largest entries, each behind its length of 16 bits.</summary>
    const int LargestBundle = Tile.FullWidth * (sizeof(ushort) + ushort.MaxValue);

    /// <summary>An address or a folder, for messages.</summary>
    public abstract string Where { get; }

    /// <summary>The newest checkpoint as it stands there.</summary>
    /// <exception cref="LogTroubleException">LogUnreachable, CheckpointMissing or CheckpointMalformed.</exception>
    public async Task<string> Checkpoint(CancellationToken cancelled) =>
        await Read("checkpoint", LargestCheckpoint, cancelled).ConfigureAwait(false) switch
        {
            null => throw new LogTroubleException(LogFault.CheckpointMissing, $"{Where} shows no checkpoint"),
            { Length: > LargestCheckpoint } => throw new LogTroubleException(LogFault.CheckpointMalformed, $"{Where} shows a checkpoint of more than {LargestCheckpoint} bytes"),
            var bytes => Encoding.UTF8.GetString(bytes),
        };

    /// <summary>As many hashes as the tile is wide.</summary>
    /// <exception cref="LogTroubleException">LogUnreachable, or TileMalformed: it is not there, or has another length.</exception>
    public async Task<byte[]> Hashes(Tile tile, CancellationToken cancelled)
    {
        var length = tile.Width * TreeHash.Length;
        return await Read(tile.Path, length, cancelled).ConfigureAwait(false) is { } bytes && bytes.Length == length ? bytes
            : throw new LogTroubleException(LogFault.TileMalformed, $"{Where} does not show {tile.Path} with {tile.Width} hashes");
    }

    /// <summary>One entry of a log of that size, out of its bundle; null where hashes alone are shown.</summary>
    /// <exception cref="LogTroubleException">LogUnreachable, or TileMalformed: the bundle ends before the entry.</exception>
    public async Task<byte[]?> Entry(ulong index, ulong size, CancellationToken cancelled)
    {
        var bundle = Tile.Of(0, index, size) with { Level = Tile.Entries };
        if (await Read(bundle.Path, LargestBundle, cancelled).ConfigureAwait(false) is not { } bytes)
            return null;
        var entries = new byte[]?[bundle.Width];
        // What it says of other entries is no matter here.
        EntryBundle.Split(bytes, bundle.Path, entries);
        return entries[index % Tile.FullWidth] ?? throw new LogTroubleException(LogFault.TileMalformed, $"{Where} does not show entry {index} in its bundle");
    }

    public abstract void Dispose();

    /// <summary>The bytes of one file; null when it is not there, one byte more than <paramref name="largest"/> of a larger one.</summary>
    /// <exception cref="LogTroubleException">LogUnreachable.</exception>
    protected abstract Task<byte[]?> Read(string path, int largest, CancellationToken cancelled);
}
