using System.Data;
using System.Data.Common;
using System.Data.Odbc;
using System.Text;
using Exchange.Adapter.Sources.Mapping;
using Google.Protobuf;

namespace Exchange.Adapter.Sources.Databases;

/// <summary>Whatever an ODBC driver leads to.</summary>
sealed class OdbcDatabase(string connectionString, string name, SourceLimits limits, QueryGate gate, TimeProvider time) : Database(name, limits, gate, time)
{
    readonly OdbcConnections connections = new(connectionString, limits.Timeout, time);
    readonly int patience = (int)Math.Ceiling(limits.Timeout.TotalSeconds);

    public override string Kind => "odbc";

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        connections.Dispose();
    }

    /// <summary>A driver works on the calling thread, so the caller's is spared.</summary>
    protected override Task<T?> Run<T>(IReadOnlyList<Statement> statements, string person, IMessage? question, Func<NextRows, CancellationToken, Task<T?>> take, CancellationToken cancellation)
        where T : default => Task.Run(async () =>
        {
            // Drivers take a text to end at a NUL, and would find somebody else.
            if (person.Contains('\0', StringComparison.Ordinal))
                return default;
            if (connections.TakeIdle() is { } idle)
                try
                {
                    return await ReadOn(idle, statements, person, question, take, cancellation);
                }
                catch (OdbcException e) when (OdbcFaults.IsLost(e))
                {
                    // It died while nobody used it, and so have the others.
                    connections.Dispose();
                }
            return await ReadOn(connections.Open(), statements, person, question, take, cancellation);
        }, cancellation);

    protected override string Explain(Exception exception) => OdbcFaults.Explain(exception);

    async Task<T?> ReadOn<T>(OdbcConnection connection, IReadOnlyList<Statement> statements, string person, IMessage? question, Func<NextRows, CancellationToken, Task<T?>> take, CancellationToken cancellation)
    {
        OdbcTransaction? snapshot = null;
        OdbcCommand? command = null;
        OdbcDataReader? reader = null;
        var next = 0;
        var isSound = false;
        // Apart, since a driver may let whoever cancels wait.
        await using var registration = cancellation.Register(() => Task.Run(() => Cancel(command), CancellationToken.None));
        try
        {
            // Of the levels that show one state of a database, this one is known to most.
            snapshot = statements.Count > 1 ? connection.BeginTransaction(IsolationLevel.Serializable) : null;
            var taken = await take(Next, cancellation);
            End();
            snapshot?.Commit();
            isSound = !cancellation.IsCancellationRequested;
            return taken;
        }
        catch (OdbcException e) when (next == 1 && statements[0].FromTable && OdbcFaults.FitsNoColumn(e))
        {
            return default;
        }
        finally
        {
            End();
            snapshot?.Dispose();
            if (isSound)
                connections.Return(connection);
            else
                connection.Dispose();
        }

        Task<DbDataReader> Next()
        {
            End();
            cancellation.ThrowIfCancellationRequested();
            command = Command(connection, snapshot, statements[next++], person, question);
            reader = command.ExecuteReader();
            return Task.FromResult<DbDataReader>(reader);
        }

        void End()
        {
            reader?.Dispose();
            command?.Dispose();
        }
    }

    OdbcCommand Command(OdbcConnection connection, OdbcTransaction? snapshot, Statement statement, string person, IMessage? question)
    {
#pragma warning disable CA2100 // The text comes from the mapping file; values are parameters.
        var command = new OdbcCommand(statement.Text, connection, snapshot) { CommandTimeout = patience };
#pragma warning restore CA2100
        foreach (var (_, field) in statement.Parameters)
            command.Parameters.Add(Parameter(field is null ? person : QuestionFields.Text(field, question!)));
        return command;
    }

    /// <summary>
    /// All as text: whatever it is compared with, a database converts the text and not the column. Plain where it can be,
    /// since SQL Server does not look up a wide text in the index of a plain column.
    /// </summary>
    static OdbcParameter Parameter(string? text) =>
        new("", text is null || Ascii.IsValid(text) ? OdbcType.VarChar : OdbcType.NVarChar, Math.Max(1, text?.Length ?? 0)) { Value = text ?? (object)DBNull.Value };

    static void Cancel(OdbcCommand? command)
    {
        try
        {
            command?.Cancel();
        }
        catch (Exception e) when (e is OdbcException or ObjectDisposedException or InvalidOperationException)
        {
            // It ended by itself.
        }
    }
}
