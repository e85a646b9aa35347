using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Exchange.Protocol.Transparency;

namespace Exchange.KeyAuthority.Tests.Witnessing;

/// <summary>A log of up to 255 entries that signs whatever a test wants it to.</summary>
/// <param name="history">Two histories of one log have different entries from the first on.</param>
sealed class LogByHand(NoteSigner signer, string history = "honest")
{
    public static NoteSigner Signer(string name = "hub-1") => new(name, NoteKeyUse.Note, RandomNumberGenerator.GetBytes(NoteSigner.SeedLength));

    public string Origin { get; init; } = signer.Key.Name;

    /// <summary>What this log sends to have a size cosigned.</summary>
    /// <param name="old">What it believes was cosigned last.</param>
    public async Task<string> Request(ulong old, ulong size, IReadOnlyList<byte[]>? proof = null)
    {
        proof ??= old == 0 || old > size ? [] : await Tree(size).Consistency(old, default);
        var lines = string.Concat(proof.Select(hash => Convert.ToBase64String(hash) + "\n"));
        var note = await Note(size);
        return string.Create(CultureInfo.InvariantCulture, $"old {old}\n{lines}\n{note}");
    }

    public async Task<string> Note(ulong size) => SignedNote.Sign((await Checkpoint(size)).Body, signer);

    public async Task<Checkpoint> Checkpoint(ulong size) => new(Origin, size, await Tree(size).Root(default));

    TileTree Tree(ulong size) => new(size, (tile, _) =>
        ValueTask.FromResult<ReadOnlyMemory<byte>>(Enumerable.Range(0, tile.Width).SelectMany(i => TreeHash.Leaf(Encoding.UTF8.GetBytes($"{history} {i}"))).ToArray()));
}
