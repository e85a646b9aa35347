using Exchange.Gateway.Audit.Stores.Postgres;
using Exchange.Hosting.Storage;
using Exchange.Protocol.Transparency;

namespace Exchange.Gateway.Audit.Reading;

/// <summary>A log whose entries are in PostgreSQL, read beside the hub that writes it. No lease is needed, and nothing is written.</summary>
sealed class LogDatabase(AuditDatabase database, string name, string tree) : StoredLog(tree)
{
    public override string Where => $"{database.Where}, log '{name}'";

    public override string EntriesName => "database";

    public PostgresReader Entries { get; } = new(database, name);

    /// <summary>How many numbers are taken; some in between may be missing.</summary>
    /// <exception cref="StoreException">Foreign: there is no such log. Refused: the server cannot be reached.</exception>
    public override async Task<ulong> Count(ulong published, CancellationToken cancelled) => (ulong)(await Row(cancelled).ConfigureAwait(false)).Next;

    /// <exception cref="StoreException">Foreign: there is no such log. Refused: the server cannot be reached.</exception>
    public async ValueTask<LogRow> Row(CancellationToken cancelled) =>
        await Entries.Row(cancelled).ConfigureAwait(false) ?? throw new StoreException(StoreFault.Foreign, $"{database.Where} has no log '{name}'");

    public override async Task<LeafTile> Leaves(Tile tile, CancellationToken cancelled)
    {
        var leaves = new Leaf[tile.Width];
        foreach (var entry in await Entries.Read(First(tile), First(tile) + tile.Width, cancelled).ConfigureAwait(false))
            leaves[entry.Number - First(tile)] = new Leaf(entry.Content, entry.LeafHash);
        return new LeafTile(tile, leaves);
    }

    public override async ValueTask DisposeAsync()
    {
        await Entries.DisposeAsync().ConfigureAwait(false);
        await base.DisposeAsync().ConfigureAwait(false);
    }
}
