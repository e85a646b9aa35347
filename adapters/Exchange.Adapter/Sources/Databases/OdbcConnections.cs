using System.Collections.Concurrent;
using System.Data.Odbc;

namespace Exchange.Adapter.Sources.Databases;

/// <summary>Connections of one ODBC database that nobody uses at the moment, to be used again. Whether ODBC itself keeps any is up to each machine.</summary>
sealed class OdbcConnections(string connectionString, TimeSpan patience, TimeProvider time) : IDisposable
{
    /// <summary>Behind a firewall a connection that idles for long may be dead without a word.</summary>
    static readonly TimeSpan longestIdle = TimeSpan.FromSeconds(30);

    readonly ConcurrentStack<(OdbcConnection Connection, long Since)> idle = new();

    /// <returns>Null when it names neither a driver nor a data source.</returns>
    public static string? Parse(string text)
    {
        try
        {
            var parts = new OdbcConnectionStringBuilder(text);
            return parts.Driver.Length > 0 || parts.Dsn.Length > 0 || parts.TryGetValue("FileDsn", out _) ? text : null;
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    /// <exception cref="OdbcException">The database cannot be reached.</exception>
    public static OdbcConnection Open(string connectionString, TimeSpan patience)
    {
        var connection = new OdbcConnection(connectionString);
        try
        {
            connection.ConnectionTimeout = (int)Math.Ceiling(patience.TotalSeconds);
            connection.Open();
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    public OdbcConnection Open() => Open(connectionString, patience);

    /// <summary>One that was used a moment ago; null when there is none.</summary>
    public OdbcConnection? TakeIdle()
    {
        while (idle.TryPop(out var one))
        {
            if (time.GetElapsedTime(one.Since) < longestIdle)
                return one.Connection;
            one.Connection.Dispose();
        }
        return null;
    }

    public void Return(OdbcConnection connection) => idle.Push((connection, time.GetTimestamp()));

    public void Dispose()
    {
        while (idle.TryPop(out var one))
            one.Connection.Dispose();
    }
}
