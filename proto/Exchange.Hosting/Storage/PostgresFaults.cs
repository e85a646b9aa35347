using System.Data.Common;
using Npgsql;

namespace Exchange.Hosting.Storage;

/// <summary>What a PostgreSQL error means, and what of it may be told.</summary>
public static class PostgresFaults
{
    /// <summary>The server answered that it undid the statement, and the connection goes on. Whatever else leaves open what became of it.</summary>
    public static bool WasUndone(Exception error) => error is PostgresException { InvariantSeverity: "ERROR" };

    /// <summary>Messages of these classes name tables, columns and servers; those of class 22 and 23 quote values.</summary>
    public static string Explain(Exception error) => error switch
    {
        PostgresException { SqlState: ['0', '8', ..] or ['2', '5', ..] or ['2', '8', ..] or ['3', 'D', ..] or ['4', '2', ..] or ['5', '3', ..] or ['5', '5', ..] or ['5', '7', ..] } e
            => $"PostgreSQL says {e.SqlState}: {e.MessageText}",
        PostgresException e => $"PostgreSQL says {e.SqlState}",
        DbException or TimeoutException => "PostgreSQL cannot be reached",
        _ => $"PostgreSQL cannot be used ({error.GetType().Name})",
    };
}
