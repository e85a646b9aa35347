using System.Data.Common;
using Exchange.Adapter.Sources.Mapping;
using Exchange.Protocol.DataSets;
using Google.Protobuf;
using Npgsql;
using NpgsqlTypes;

namespace Exchange.Adapter.Sources.Databases;

/// <summary>Records in PostgreSQL, read in read-only transactions.</summary>
sealed class PostgresSource(NpgsqlDataSource database, DataSetContract contract, RecordMapping mapping, Statement statement, SourceLimits limits, TimeProvider time)
    : DatabaseSource(contract, mapping, statement, limits, time)
{
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
            MaxPoolSize = limits.Concurrency,
            Timeout = (int)Math.Ceiling(limits.Timeout.TotalSeconds),
        };
        settings.Options = $"{settings.Options} -c default_transaction_read_only=on".TrimStart();
        return NpgsqlDataSource.Create(settings);
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await database.DisposeAsync();
    }

    protected override string Kind => "postgresql";

    protected override async Task<SourceRecord?> Read(string person, IMessage question, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(Statement.Text);
        foreach (var (name, field) in Statement.Parameters)
        {
            // Sent as text of no declared type: the server gives it the type of what it is compared with.
            var value = field is null ? person : QuestionFields.Text(field, question);
            command.Parameters.Add(new NpgsqlParameter(name, NpgsqlDbType.Unknown) { Value = value ?? (object)DBNull.Value });
        }
        try
        {
            await using var reader = await command.ExecuteReaderAsync(cancellation);
            return await ReadOne(reader, 0, cancellation);
        }
        catch (PostgresException e) when (Statement.FromTable && CannotBeInColumn(e.SqlState))
        {
            return null;
        }
    }

    protected override string Explain(Exception exception) => ExplainSafely(exception);

    /// <summary>Messages of these classes name tables, columns and servers; those of class 22 and 23 quote values.</summary>
    public static string ExplainSafely(Exception exception) => exception switch
    {
        PostgresException { SqlState: ['0', '8', ..] or ['2', '5', ..] or ['2', '8', ..] or ['3', 'D', ..] or ['4', '2', ..] or ['5', '3', ..] or ['5', '7', ..] } e
            => $"PostgreSQL says {e.SqlState}: {e.MessageText}",
        PostgresException e => $"PostgreSQL says {e.SqlState}",
        DbException or TimeoutException => "PostgreSQL cannot be reached",
        _ => $"PostgreSQL cannot be read ({exception.GetType().Name})",
    };

    /// <summary>A key that is not a number, is too large or holds a NUL is in no column of that type.</summary>
    static bool CannotBeInColumn(string state) =>
        state is PostgresErrorCodes.InvalidTextRepresentation or PostgresErrorCodes.NumericValueOutOfRange
            or PostgresErrorCodes.CharacterNotInRepertoire or PostgresErrorCodes.InvalidDatetimeFormat or PostgresErrorCodes.DatetimeFieldOverflow;
}
