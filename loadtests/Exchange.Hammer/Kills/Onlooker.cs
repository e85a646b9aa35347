using System.Net;
using Exchange.Hammer.Load;
using Exchange.Protocol.Transparency;
using Exchange.Sandbox.Files;

namespace Exchange.Hammer.Kills;

/// <summary>
/// Somebody who keeps the checkpoint they saw last, and wants each new one signed, cosigned, and to go on with it, from
/// what the hub shows to everybody.
/// </summary>
sealed class Onlooker(ExchangeFolder folder, HttpClient http)
{
    readonly NoteKey log = Key(Path.Combine(folder.Folder, "hub", "log.pub")), witness = Key(Path.Combine(folder.Folder, "witness", "witness.pub"));

    public Checkpoint? Last { get; private set; }

    /// <summary>Checkpoints that went on with the one before.</summary>
    public int Extensions { get; private set; }

    /// <exception cref="VoidRunException">The log did not go on with what was published.</exception>
    public async Task Look(CancellationToken stop)
    {
        var note = await http.GetStringAsync(new Uri(folder.Log, "checkpoint"), stop).ConfigureAwait(false);
        if (!Checkpoint.TryOpen(note, log, out var checkpoint, out var signed))
            throw new VoidRunException($"the checkpoint is not signed by the log:\n{note}");
        if (!signed.IsCosignedBy(witness, out _))
            throw new VoidRunException($"the checkpoint is not cosigned by the witness:\n{note}");
        if (Last is { } before && !await GoesOn(before, checkpoint, stop).ConfigureAwait(false))
            throw new VoidRunException($"two signed checkpoints exclude each other:\n{before.Body}\n{checkpoint.Body}");
        Last = checkpoint;
    }

    async Task<bool> GoesOn(Checkpoint before, Checkpoint now, CancellationToken stop)
    {
        if (now.Size < before.Size)
            return false;
        var tree = new TileTree(now.Size, Tile);
        IReadOnlyList<byte[]> path = before.Size == 0 || before.Size == now.Size ? [] : await tree.Consistency(before.Size, stop).ConfigureAwait(false);
        Extensions++;
        return TreeProof.IsConsistent(before.Size, before.Root, now.Size, now.Root, path);
    }

    async ValueTask<ReadOnlyMemory<byte>> Tile(Tile tile, CancellationToken stop)
    {
        using var response = await http.GetAsync(new Uri(folder.Log, tile.Path), stop).ConfigureAwait(false);
        if (response.StatusCode != HttpStatusCode.OK)
            throw new VoidRunException($"{tile.Path} of the published log cannot be read: {(int)response.StatusCode}");
        return await response.Content.ReadAsByteArrayAsync(stop).ConfigureAwait(false);
    }

    static NoteKey Key(string file) =>
        NoteKey.TryParse(File.ReadAllText(file).Trim(), out var key) ? key : throw new InvalidDataException($"{file} holds no key of a note");
}
