using Dapper;
using Exchange.Hosting.Storage;
using Npgsql;

namespace Exchange.Gateway.Audit.Stores.Postgres;

/// <summary>Reads one log of a database, beside whoever writes it; never more at once than a few hundred entries.</summary>
sealed class PostgresReader : IAsyncDisposable
{
    /// <summary>Connections at once. Whoever comes when all are busy waits as long as for a server.</summary>
    const int Connections = 8;

    readonly AuditDatabase database;
    readonly string name;
    readonly NpgsqlDataSource source;

    public PostgresReader(AuditDatabase database, string name)
    {
        (this.database, this.name) = (database, name);
        var settings = PostgresSession.Settings(database);
        settings.Pooling = true;
        settings.MaxPoolSize = Connections;
        settings.MaxAutoPrepare = 8;
        settings.AutoPrepareMinUsages = 2;
        settings.Options = $"{settings.Options} -c default_transaction_read_only=on".TrimStart();
        source = NpgsqlDataSource.Create(settings);
    }

    public ValueTask<IReadOnlyList<KeptEntry>> Read(long from, long to, CancellationToken cancelled) =>
        Query<KeptEntry>("SELECT number, content, leaf_hash AS leafHash FROM entry WHERE log = (SELECT id FROM log WHERE name = @name) AND number >= @from AND number < @to ORDER BY number", from, to, cancelled);

    public ValueTask<IReadOnlyList<byte[]>> LeafHashes(long from, long to, CancellationToken cancelled) =>
        Query<byte[]>("SELECT leaf_hash FROM entry WHERE log = (SELECT id FROM log WHERE name = @name) AND number >= @from AND number < @to ORDER BY number", from, to, cancelled);

    /// <summary>The log's own row, and the last number that is there; null when there is no such log.</summary>
    public async ValueTask<LogRow?> Row(CancellationToken cancelled) =>
        (await Query<LogRow>("SELECT size, (SELECT coalesce(max(number) + 1, 0) FROM entry WHERE log = log.id) AS next FROM log WHERE name = @name", 0, 0, cancelled).ConfigureAwait(false)).SingleOrDefault();

    /// <summary>What the database says of itself, as rows of one text.</summary>
    public ValueTask<IReadOnlyList<string>> Ask(string sql, CancellationToken cancelled) => Query<string>(sql, 0, 0, cancelled);

    /// <summary>What is read next is read on new connections: those there are may lead to a server that is the primary no more.</summary>
    public void Leave() => source.Clear();

    public ValueTask DisposeAsync() => source.DisposeAsync();

    async ValueTask<IReadOnlyList<T>> Query<T>(string sql, long from, long to, CancellationToken cancelled)
    {
        try
        {
            await using var connection = await source.OpenConnectionAsync(cancelled).ConfigureAwait(false);
            return [.. await connection.QueryAsync<T>(new CommandDefinition(sql, new { name, from, to }, cancellationToken: cancelled)).ConfigureAwait(false)];
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException)
        {
            throw new StoreException(StoreFault.Refused, $"{database.Where} cannot be read now: {PostgresFaults.Explain(e)}", e);
        }
    }
}

/// <param name="Size">Entries as the row counts them.</param>
/// <param name="Next">One more than the last number there is.</param>
sealed record LogRow(long Size, long Next);
