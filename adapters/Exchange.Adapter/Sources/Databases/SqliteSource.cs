using Exchange.Adapter.Sources.Mapping;
using Exchange.Protocol.DataSets;
using Google.Protobuf;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Exchange.Adapter.Sources.Databases;

/// <summary>Records in a SQLite file, opened for reading alone.</summary>
sealed class SqliteSource : DatabaseSource
{
    readonly string connectionString;
    readonly string path;
    readonly SqliteWatch watch;

    public SqliteSource(string path, DataSetContract contract, RecordMapping mapping, Statement statement, SourceLimits limits, TimeProvider time)
        : base(contract, mapping, statement, limits, time)
    {
        this.path = path;
        connectionString = ConnectionString(path);
        watch = new SqliteWatch(path, limits.Poll, time, () =>
        {
            using (var connection = new SqliteConnection(connectionString))
                SqliteConnection.ClearPool(connection);
            RaiseChanged();
        });
    }

    public static string ConnectionString(string path) =>
        new SqliteConnectionStringBuilder { DataSource = path, Mode = SqliteOpenMode.ReadOnly, DefaultTimeout = 5 }.ToString();

    /// <summary>Looks for a change now, rather than at the next poll.</summary>
    public void Poll() => watch.Poll();

    public override async ValueTask DisposeAsync()
    {
        await watch.DisposeAsync();
        await base.DisposeAsync();
        using var connection = new SqliteConnection(connectionString);
        SqliteConnection.ClearPool(connection);
    }

    protected override string Kind => "sqlite";

    /// <summary>SQLite works on the calling thread, so the caller's is spared.</summary>
    protected override Task<SourceRecord?> Read(string person, IMessage question, CancellationToken cancellation) =>
        Task.Run(async () =>
        {
            using var connection = new SqliteConnection(connectionString);
            connection.Open();
            // Interrupts a long query; its own command has no way to be cancelled.
            using var registration = cancellation.Register(() => raw.sqlite3_interrupt(connection.Handle));
            using var command = connection.CreateCommand();
#pragma warning disable CA2100 // The text comes from the mapping file; values are parameters.
            command.CommandText = Statement.Text;
#pragma warning restore CA2100
            foreach (var (name, field) in Statement.Parameters)
                command.Parameters.AddWithValue("@" + name, (field is null ? person : QuestionFields.Value(field, question)) ?? DBNull.Value);
            using var reader = command.ExecuteReader();
            return await ReadOne(reader, Mapping.AsOf.Origin == TimeOrigin.File || Mapping.NextUpdate?.Origin == TimeOrigin.File ? SqliteWatch.LastWrite(path) : 0, cancellation);
        }, cancellation);

    protected override string Explain(Exception exception) => exception is SqliteException sqlite
        ? $"SQLite cannot read it (code {sqlite.SqliteExtendedErrorCode}: {raw.sqlite3_errstr(sqlite.SqliteErrorCode).utf8_to_string()})"
        : $"the file cannot be read ({exception.GetType().Name})";
}
