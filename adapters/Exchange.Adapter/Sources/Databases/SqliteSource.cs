using Exchange.Protocol.DataSets;

namespace Exchange.Adapter.Sources.Databases;

/// <summary>Records in a SQLite file, which is watched for changes.</summary>
sealed class SqliteSource : DatabaseSource
{
    readonly SqliteWatch watch;

    public SqliteSource(string path, DataSetContract contract, DatabaseLayout layout, SourceLimits limits, QueryGate gate, TimeProvider time)
        : this(path, new SqliteDatabase(path, contract.Id, limits, gate, time), contract, layout, limits, time)
    {
    }

    SqliteSource(string path, SqliteDatabase database, DataSetContract contract, DatabaseLayout layout, SourceLimits limits, TimeProvider time)
        : base(database, contract, layout, time) =>
        watch = new SqliteWatch(path, limits.Poll, time, () =>
        {
            database.CloseIdle();
            RaiseChanged(null);
        });

    /// <summary>Looks for a change now, rather than at the next poll.</summary>
    public void Poll() => watch.Poll();

    public override async ValueTask DisposeAsync()
    {
        await watch.DisposeAsync();
        await base.DisposeAsync();
    }
}
