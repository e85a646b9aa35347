using Dapper;
using Exchange.Hosting.Storage;
using Microsoft.Data.Sqlite;

namespace Exchange.Hosting.Tests.Storage;

public sealed class WalCheckpointsTests : IDisposable
{
    const int Mebibyte = 1024 * 1024;

    static readonly TimeSpan patience = TimeSpan.FromMinutes(1);

    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void What_commits_leave_in_the_WAL_reaches_the_database_long_before_a_commit_would_copy_it()
    {
        var (alone, helped) = (Store("alone"), Store("helped"));
        using var aloneWriting = alone.Open();
        using var helpedWriting = helped.Open();
        using var checkpoints = new WalCheckpoints(helped, helpedWriting);

        Write(aloneWriting, mebibytes: 6);
        Write(helpedWriting, mebibytes: 6);

        Assert.True(SpinWait.SpinUntil(() => Length(helped.Path) > 3 * Mebibyte, patience));
        Assert.InRange(Length(alone.Path), 0, Mebibyte);
        Assert.Equal(6, Count(helped));
    }

    [Fact]
    public void A_writer_that_never_rests_does_not_make_the_WAL_grow_and_loses_nothing()
    {
        var store = Store("busy");
        using (var writing = store.Open())
        using (new WalCheckpoints(store, writing))
        {
            Write(writing, mebibytes: 200);
            Assert.InRange(Length(store.Path + "-wal"), Mebibyte, 80 * Mebibyte);
            Assert.Equal(200, Count(store));
        }

        Assert.False(File.Exists(store.Path + "-wal"));
        Assert.Equal(200, Count(store));
    }

    [Fact]
    public void A_WAL_that_a_reader_held_up_begins_anew_when_he_is_gone()
    {
        var store = Store("read");
        using var writing = store.Open();
        using var checkpoints = new WalCheckpoints(store, writing);
        Write(writing, mebibytes: 1);
        using (var reading = store.OpenToRead())
        using (reading.BeginTransaction(deferred: true))
        {
            Assert.Equal(1, Count(reading));
            Write(writing, mebibytes: 80);
            Assert.InRange(Length(store.Path + "-wal"), 80 * Mebibyte, long.MaxValue);
            Assert.Equal(1, Count(reading));
        }
        var held = Length(store.Path + "-wal");

        Write(writing, mebibytes: 40);

        Assert.InRange(Length(store.Path + "-wal"), Mebibyte, held);
        Assert.Equal(121, Count(store));
    }

    [Fact]
    public void Whoever_disposes_of_it_twice_does_no_harm_even_when_the_connection_is_gone()
    {
        var store = Store("twice");
        var writing = store.Open();
        var checkpoints = new WalCheckpoints(store, writing);

        checkpoints.Dispose();
        writing.Dispose();
        checkpoints.Dispose();
    }

    /// <summary>Before 3.51.3 two connections that copied at the same time could corrupt the database: https://sqlite.org/wal.html, "The WAL-Reset Bug".</summary>
    [Fact]
    public void The_SQLite_that_ships_lets_two_connections_copy()
    {
        Assert.InRange(SQLitePCL.raw.sqlite3_libversion_number(), 3_051_003, int.MaxValue);
    }

    SqliteStore Store(string name)
    {
        var store = new SqliteStore(folder[$"{name}.db"], Durability.Process);
        using var connection = store.Open();
        connection.Execute("CREATE TABLE item (content BLOB)");
        return store;
    }

    /// <summary>A commit for each.</summary>
    static void Write(SqliteConnection connection, int mebibytes)
    {
        for (var i = 0; i < mebibytes; i++)
            connection.Execute("INSERT INTO item (content) VALUES (randomblob(1048576))");
    }

    static long Count(SqliteStore store)
    {
        using var reading = store.OpenToRead();
        return Count(reading);
    }

    static long Count(SqliteConnection reading) => reading.ExecuteScalar<long>("SELECT COUNT(*) FROM item");

    static long Length(string path) => new FileInfo(path).Length;
}
