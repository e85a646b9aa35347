using Exchange.Hosting.Storage;
using Npgsql;

namespace Exchange.Gateway.Audit.Stores.Postgres;

/// <summary>The tables of a database of logs, and what the account of a hub may do with them: read and add.</summary>
static class PostgresTables
{
    /// <summary>Of the scripts among the resources.</summary>
    public const string Scripts = "Exchange.Gateway.Audit.Stores.Postgres.Migrations.";

    /// <summary>Makes what is missing; an account that may not is good as long as nothing is.</summary>
    /// <exception cref="StoreException">Foreign: something is missing, or a newer program was here. Refused: the server cannot be reached.</exception>
    public static void Make(AuditDatabase database)
    {
        try
        {
            Migrations.RunOnPostgres(PostgresSession.Settings(database).ToString(), typeof(PostgresTables).Assembly, Scripts);
        }
        catch (StoreException e) when (e.InnerException is PostgresException { SqlState: PostgresErrorCodes.InsufficientPrivilege })
        {
            throw new StoreException(e.Fault, $"{e.Message}: exchange-gateway audit prepare", e);
        }
    }

    /// <summary>Makes what is missing, as the owner, and permits a hub's account what it needs and no more.</summary>
    /// <param name="writer">The role of the hub.</param>
    /// <exception cref="StoreException">As <see cref="Make"/>; or there is no such role.</exception>
    public static void Prepare(AuditDatabase owner, string writer)
    {
        Make(owner);
        using var commands = new NpgsqlCommandBuilder();
        var role = commands.QuoteIdentifier(writer);
        try
        {
            using var connection = new NpgsqlConnection(PostgresSession.Settings(owner).ToString());
            connection.Open();
#pragma warning disable CA2100 // A role cannot be a parameter; it is quoted.
            using var grant = new NpgsqlCommand($"""
                GRANT SELECT, INSERT ON entry TO {role};
                GRANT SELECT, INSERT (name), UPDATE (size, token, expires, holder, place, session) ON log TO {role};
                GRANT SELECT ON schemaversions TO {role};
                """, connection);
#pragma warning restore CA2100
            grant.ExecuteNonQuery();
        }
        catch (NpgsqlException e)
        {
            throw new StoreException(StoreFault.Refused, $"{owner.Where}: {PostgresFaults.Explain(e)}", e);
        }
    }
}
