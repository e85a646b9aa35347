using System.Data.Common;
using Exchange.Adapter.Sources.Mapping;
using Exchange.Hosting.Storage;
using Google.Protobuf;
using Npgsql;
using NpgsqlTypes;

namespace Exchange.Adapter.Sources.Databases;

/// <summary>A PostgreSQL database, read in read-only transactions.</summary>
sealed class PostgresDatabase(NpgsqlDataSource database, string name, SourceLimits limits, QueryGate gate, TimeProvider time) : Database(name, limits, gate, time)
{
    public override string Kind => "postgresql";

    /// <exception cref="ArgumentException">The connection string is not one.</exception>
    public static NpgsqlDataSource Open(string connectionString, SourceLimits limits)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString)
        {
            ApplicationName = "exchange-adapter",
            CommandTimeout = (int)Math.Ceiling(limits.Timeout.TotalSeconds),
            IncludeErrorDetail = false,
            MaxAutoPrepare = 8,
            AutoPrepareMinUsages = 2,
            // The gate is narrower.
            MaxPoolSize = QueryGate.Largest,
            Timeout = (int)Math.Ceiling(limits.Timeout.TotalSeconds),
        };
        // A batch is one transaction, and of this level it sees one snapshot: a record and its lists fit each other.
        settings.Options = $"{settings.Options} -c default_transaction_read_only=on -c default_transaction_isolation=repeatable\\ read".TrimStart();
        return NpgsqlDataSource.Create(settings);
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await database.DisposeAsync();
    }

    protected override async Task<T?> Run<T>(IReadOnlyList<Statement> statements, string person, IMessage? question, Func<NextRows, CancellationToken, Task<T?>> take, CancellationToken cancellation)
        where T : default
    {
        await using var batch = database.CreateBatch();
        foreach (var statement in statements)
            batch.BatchCommands.Add(Command(statement, person, question));
        DbDataReader? reader = null;
        var first = true;
        try
        {
            return await take(Next, cancellation);
        }
        catch (PostgresException e) when (first && statements[0].FromTable && CannotBeInColumn(e.SqlState))
        {
            return default;
        }
        finally
        {
            if (reader is not null)
                await reader.DisposeAsync();
        }

        async Task<DbDataReader> Next()
        {
            if (reader is null)
                return reader = await batch.ExecuteReaderAsync(cancellation);
            first = false;
            await reader.NextResultAsync(cancellation);
            return reader;
        }
    }

    protected override string Explain(Exception exception) => PostgresFaults.Explain(exception);

    static NpgsqlBatchCommand Command(Statement statement, string person, IMessage? question)
    {
#pragma warning disable CA2100 // The text comes from the mapping file; values are parameters.
        var command = new NpgsqlBatchCommand(statement.Text);
#pragma warning restore CA2100
        foreach (var (name, field) in statement.Parameters)
        {
            // Sent as text of no declared type: the server gives it the type of what it is compared with.
            var value = field is null ? person : QuestionFields.Text(field, question!);
            command.Parameters.Add(new NpgsqlParameter(name, NpgsqlDbType.Unknown) { Value = value ?? (object)DBNull.Value });
        }
        return command;
    }

    /// <summary>A key that is not a number, is too large or holds a NUL is in no column of that type.</summary>
    static bool CannotBeInColumn(string state) =>
        state is PostgresErrorCodes.InvalidTextRepresentation or PostgresErrorCodes.NumericValueOutOfRange
            or PostgresErrorCodes.CharacterNotInRepertoire or PostgresErrorCodes.InvalidDatetimeFormat or PostgresErrorCodes.DatetimeFieldOverflow;
}
