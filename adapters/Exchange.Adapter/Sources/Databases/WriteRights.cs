using System.Data.Common;
using System.Data.Odbc;
using System.Globalization;
using Exchange.Adapter.Sources.Mapping;
using Npgsql;

namespace Exchange.Adapter.Sources.Databases;

/// <summary>What the account that reads a database could write there as well, as the database itself tells.</summary>
/// <param name="Tables">With their schemas, in order; at most <see cref="Most"/>.</param>
/// <param name="IsAll">False where the database keeps quiet about some ways to such a right, such as one over everything.</param>
sealed record WriteRights(IReadOnlyList<string> Tables, bool IsAll)
{
    public const int Most = 1000;

    const string Postgres = """
        SELECT n.nspname || '.' || c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
          AND EXISTS (SELECT FROM pg_roles r WHERE pg_has_role(r.oid, 'MEMBER')
            AND (has_table_privilege(r.oid, c.oid, 'INSERT, UPDATE, DELETE, TRUNCATE') OR has_any_column_privilege(r.oid, c.oid, 'INSERT, UPDATE')))
        ORDER BY 1
        """;

    /// <summary>SQL Server's, with every role in it, without rights on single columns; the standard's, which knows what was granted by name.</summary>
    static readonly string[] odbc =
    [
        """
        SELECT t.TABLE_SCHEMA + '.' + t.TABLE_NAME FROM INFORMATION_SCHEMA.TABLES t
        CROSS JOIN (SELECT 'INSERT' AS p UNION SELECT 'UPDATE' UNION SELECT 'DELETE') w
        WHERE HAS_PERMS_BY_NAME(QUOTENAME(t.TABLE_SCHEMA) + '.' + QUOTENAME(t.TABLE_NAME), 'OBJECT', w.p) = 1 ORDER BY 1
        """,
        """
        SELECT DISTINCT CONCAT(table_schema, CONCAT('.', table_name)) FROM information_schema.table_privileges
        WHERE privilege_type IN ('INSERT', 'UPDATE', 'DELETE') AND table_schema NOT IN ('pg_catalog', 'information_schema') ORDER BY 1
        """,
    ];

    /// <returns>Null for what is no server, and for one that is away.</returns>
    public static WriteRights? Of(Place place, TimeSpan patience) => Of(place.Kind, place.ConnectionString, patience);

    /// <param name="kind">As <see cref="Place.Kind"/>.</param>
    /// <inheritdoc cref="Of(Place, TimeSpan)"/>
    public static WriteRights? Of(string kind, string connectionString, TimeSpan patience)
    {
        try
        {
            return kind switch
            {
                PlaceReader.Postgres => OfPostgres(connectionString, patience),
                PlaceReader.Odbc => OfOdbc(connectionString, patience),
                _ => null,
            };
        }
        catch (Exception e) when (e is DbException or TimeoutException or DllNotFoundException or InvalidCastException)
        {
            return null;
        }
    }

    static WriteRights OfPostgres(string connectionString, TimeSpan patience)
    {
        using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(connectionString) { Timeout = Seconds(patience) }.ToString());
        connection.Open();
        return new WriteRights(Names(connection, Postgres, patience), IsAll: true);
    }

    static WriteRights OfOdbc(string connectionString, TimeSpan patience)
    {
        using var connection = OdbcConnections.Open(connectionString, patience);
        foreach (var text in odbc)
            try
            {
                return new WriteRights(Names(connection, text, patience), IsAll: false);
            }
            catch (OdbcException e) when (!OdbcFaults.IsLost(e))
            {
                // It is another database's.
            }
        return new WriteRights([], IsAll: false);
    }

    static int Seconds(TimeSpan patience) => (int)Math.Ceiling(patience.TotalSeconds);

    /// <summary>The tables in words: a few by name, and how many more.</summary>
    public string Few()
    {
        const int Shown = 3;
        var named = string.Join(", ", Tables.Take(Shown));
        return Tables.Count <= Shown ? named : string.Create(CultureInfo.InvariantCulture, $"{named} and {Tables.Count - Shown}{(Tables.Count == Most ? " or more" : "")} others");
    }

    static List<string> Names(DbConnection connection, string text, TimeSpan patience)
    {
        using var command = connection.CreateCommand();
        command.CommandTimeout = Seconds(patience);
#pragma warning disable CA2100 // One of the texts above.
        command.CommandText = text;
#pragma warning restore CA2100
        using var reader = command.ExecuteReader();
        var names = new SortedSet<string>(StringComparer.Ordinal);
        while (names.Count < Most && reader.Read())
            names.Add(reader.GetString(0));
        return [.. names];
    }
}
