using Microsoft.Data.Sqlite;

namespace Exchange.Adapter.Sources.Databases;

/// <summary>
/// Notices that another connection committed (PRAGMA data_version, which counts only for one and the same connection)
/// or that the file was replaced by another one.
/// </summary>
sealed class SqliteWatch : IAsyncDisposable
{
    readonly string path;
    readonly Action changed;
    readonly ITimer timer;
    readonly Lock gate = new();
    SqliteConnection? connection;
    long version;
    DateTime created;
    bool closed;

    public SqliteWatch(string path, TimeSpan interval, TimeProvider time, Action changed)
    {
        this.path = path;
        this.changed = changed;
        Open();
        timer = time.CreateTimer(_ => Poll(), null, interval, interval);
    }

    /// <summary>Unix milliseconds of the last write to the file or its write-ahead log; 0 when it is away.</summary>
    public static long LastWrite(string path)
    {
        var times = new[] { path, path + "-wal" }.Where(File.Exists).Select(File.GetLastWriteTimeUtc).ToArray();
        return times.Length == 0 ? 0 : new DateTimeOffset(times.Max()).ToUnixTimeMilliseconds();
    }

    public void Poll()
    {
        lock (gate)
        {
            if (closed || !HasChanged())
                return;
        }
        changed();
    }

    public async ValueTask DisposeAsync()
    {
        await timer.DisposeAsync();
        lock (gate)
        {
            closed = true;
            Close();
        }
    }

    /// <summary>That it went away is a change too: connections opened before would go on reading what was taken away. So is its return.</summary>
    bool HasChanged()
    {
        var wasThere = connection is not null;
        try
        {
            if (connection is not null && File.GetCreationTimeUtc(path) == created)
            {
                var before = version;
                version = Version(connection);
                return version != before;
            }
            Close();
            Open();
            return wasThere || connection is not null;
        }
        catch (SqliteException)
        {
            Close();
            return wasThere;
        }
    }

    void Open()
    {
        try
        {
            created = File.GetCreationTimeUtc(path);
            connection = new SqliteConnection(SqliteDatabase.ConnectionString(path) + ";Pooling=False");
            connection.Open();
            version = Version(connection);
        }
        catch (SqliteException)
        {
            Close();
        }
    }

    void Close()
    {
        connection?.Dispose();
        connection = null;
    }

    static long Version(SqliteConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA data_version";
        return (long)command.ExecuteScalar()!;
    }
}
