using System.Data.Common;
using Exchange.Adapter.Sources.Mapping;
using Google.Protobuf;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Exchange.Adapter.Sources.Databases;

/// <summary>A SQLite file, opened for reading alone.</summary>
sealed class SqliteDatabase(string path, string name, SourceLimits limits, QueryGate gate, TimeProvider time) : Database(name, limits, gate, time)
{
    readonly string connectionString = ConnectionString(path);

    public override string Kind => "sqlite";

    public override long FileUnixMs => SqliteWatch.LastWrite(path);

    public static string ConnectionString(string path) =>
        new SqliteConnectionStringBuilder { DataSource = path, Mode = SqliteOpenMode.ReadOnly, DefaultTimeout = 5 }.ToString();

    /// <summary>So that nobody goes on reading a file that was replaced.</summary>
    public void CloseIdle()
    {
        using var connection = new SqliteConnection(connectionString);
        SqliteConnection.ClearPool(connection);
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        CloseIdle();
    }

    /// <summary>SQLite works on the calling thread, so the caller's is spared.</summary>
    protected override Task<T?> Run<T>(IReadOnlyList<Statement> statements, string person, IMessage? question, Func<NextRows, CancellationToken, Task<T?>> take, CancellationToken cancellation)
        where T : default => Task.Run(async () =>
        {
            using var connection = new SqliteConnection(connectionString);
            connection.Open();
            // Interrupts a long query; its own command has no way to be cancelled.
            using var registration = cancellation.Register(() => raw.sqlite3_interrupt(connection.Handle));
            using var snapshot = statements.Count > 1 ? connection.BeginTransaction(deferred: true) : null;
            using var command = connection.CreateCommand();
            command.Transaction = snapshot;
            SqliteDataReader? reader = null;
            var next = 0;
            try
            {
                return await take(Next, cancellation);
            }
            finally
            {
                reader?.Dispose();
            }

            Task<DbDataReader> Next()
            {
                reader?.Dispose();
                var statement = statements[next++];
#pragma warning disable CA2100 // The text comes from the mapping file; values are parameters.
                command.CommandText = statement.Text;
#pragma warning restore CA2100
                command.Parameters.Clear();
                foreach (var (parameter, field) in statement.Parameters)
                    command.Parameters.AddWithValue("@" + parameter, (field is null ? person : QuestionFields.Value(field, question!)) ?? DBNull.Value);
                reader = command.ExecuteReader();
                return Task.FromResult<DbDataReader>(reader);
            }
        }, cancellation);

    protected override string Explain(Exception exception) => exception is SqliteException sqlite
        ? $"SQLite cannot read it (code {sqlite.SqliteExtendedErrorCode}: {raw.sqlite3_errstr(sqlite.SqliteErrorCode).utf8_to_string()})"
        : $"the file cannot be read ({exception.GetType().Name})";
}
