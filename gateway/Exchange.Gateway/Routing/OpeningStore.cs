using Dapper;
using Exchange.Hosting.Storage;
using Exchange.V1;
using Google.Protobuf;
using Microsoft.Data.Sqlite;

namespace Exchange.Gateway.Routing;

/// <summary>What agencies said last of when they are closed, on disk: one that is away, also while the hub starts again, is known to be closed.</summary>
public sealed class OpeningStore : IDisposable
{
    readonly SqliteStore store;
    readonly SqliteConnection connection;
    readonly Lock gate = new();

    OpeningStore(SqliteStore store, SqliteConnection connection) => (this.store, this.connection) = (store, connection);

    /// <exception cref="StoreException">Foreign: it was made by a newer program, or cannot be read.</exception>
    public static OpeningStore Open(string path)
    {
        var store = new SqliteStore(path, Durability.Disk);
        SqliteConnection? connection = null;
        try
        {
            store.Create();
            Migrations.Run(store.ConnectionString, typeof(OpeningStore).Assembly, "Exchange.Gateway.Routing.Migrations.");
            connection = store.Open();
            return new OpeningStore(store, connection);
        }
        catch (SqliteException e)
        {
            connection?.Dispose();
            throw new StoreException(StoreFault.Foreign, $"{store.Path} cannot be used: {e.Message} Put it aside: agencies say again when they are closed as soon as they are connected", e);
        }
    }

    /// <summary>One that is no such message any more is passed over.</summary>
    public IReadOnlyList<(string Agency, Opening Said)> Read()
    {
        var read = new List<(string, Opening)>();
        lock (gate)
            foreach (var (agency, said) in connection.Query<(string, byte[])>("SELECT agency, said FROM opening"))
                if (Parse(said) is { } opening)
                    read.Add((agency, opening));
        return read;
    }

    /// <summary>All of them or none, on disk when it returns. An agency without closures leaves.</summary>
    /// <exception cref="StoreException">Nothing was kept.</exception>
    public void Keep(IReadOnlyCollection<(string Agency, Opening Said)> openings)
    {
        try
        {
            lock (gate)
            {
                using var transaction = connection.BeginTransaction();
                foreach (var (agency, said) in openings)
                    connection.Execute(
                        said.Closures.Count == 0
                            ? "DELETE FROM opening WHERE agency = @agency"
                            : "INSERT INTO opening (agency, said) VALUES (@agency, @said) ON CONFLICT DO UPDATE SET said = excluded.said",
                        new { agency, said = said.ToByteArray() }, transaction);
                transaction.Commit();
            }
        }
        catch (SqliteException e)
        {
            throw new StoreException(StoreFault.Refused, $"{store.Path}: {e.Message}", e);
        }
    }

    public void Dispose() => connection.Dispose();

    static Opening? Parse(byte[] said)
    {
        try
        {
            return Opening.Parser.ParseFrom(said);
        }
        catch (InvalidProtocolBufferException)
        {
            return null;
        }
    }
}
