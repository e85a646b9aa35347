using Dapper;
using Exchange.Hosting.Storage;
using Microsoft.Data.Sqlite;

namespace Exchange.KeyAuthority.Serving;

/// <summary>Batch ids on disk, each until its time has passed out of the window; one process writes it.</summary>
public sealed class SeenBatches : IDisposable
{
    readonly StoreLock held;
    readonly SqliteConnection connection;
    readonly Lock gate = new();

    /// <exception cref="StoreException">InUse: another process serves with this file.</exception>
    public SeenBatches(string path, TimeProvider time)
    {
        var store = new SqliteStore(path, Durability.Disk);
        Folder.CreateForOwner(Path.GetDirectoryName(store.Path)!);
        held = StoreLock.Take(store.Path, time);
        try
        {
            store.Create();
            Migrations.Run(store.ConnectionString, typeof(SeenBatches).Assembly, "Exchange.KeyAuthority.Serving.Migrations.");
            connection = store.Open();
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    public bool Contains(string agency, ReadOnlySpan<byte> id)
    {
        var parameters = new { agency, id = id.ToArray() };
        lock (gate)
            return connection.ExecuteScalar<long>("SELECT count(*) FROM batch WHERE agency = @agency AND id = @id", parameters) > 0;
    }

    /// <summary>False when the id was there. On return it is on disk. Forgets what is past its time.</summary>
    /// <param name="until">When its time alone suffices to refuse it.</param>
    public bool TryAdd(string agency, ReadOnlySpan<byte> id, DateTimeOffset until, DateTimeOffset now)
    {
        var parameters = new { agency, id = id.ToArray(), until = until.ToUnixTimeMilliseconds(), now = now.ToUnixTimeMilliseconds() };
        lock (gate)
        {
            using var transaction = connection.BeginTransaction();
            connection.Execute("DELETE FROM batch WHERE until < @now", parameters, transaction);
            var added = connection.Execute("INSERT INTO batch (agency, id, until) VALUES (@agency, @id, @until) ON CONFLICT DO NOTHING", parameters, transaction);
            transaction.Commit();
            return added == 1;
        }
    }

    public void Dispose()
    {
        connection.Dispose();
        held.Dispose();
    }
}
