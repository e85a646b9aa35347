using Dapper;
using Exchange.Hosting.Storage;
using Microsoft.Data.Sqlite;

namespace Exchange.Hosting.Tests.Storage;

public sealed class SqliteBatchTests : IDisposable
{
    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_full_disk_refuses_the_whole_batch_and_a_smaller_one_is_kept_afterwards()
    {
        var store = Store(largestBytes: 256 * 1024);
        using var connection = store.Open();
        await using var writer = Writer(connection);

        await writer.Append(new byte[1000], 1000);
        Task[] batch = [writer.Append(new byte[2000], 2000), writer.Append(new byte[1_000_000], 1_000_000)];
        var refused = await Assert.ThrowsAsync<StoreException>(() => batch[1]);
        Assert.Equal(StoreFault.Refused, refused.Fault);
        await batch[0].ContinueWith(_ => { }, TaskScheduler.Default);
        await writer.Append(new byte[3000], 3000);

        // The 2,000 bytes went with the large item or before it; half of what failed is never there.
        var sizes = Sizes(store);
        Assert.DoesNotContain(1_000_000, sizes);
        Assert.Equal(batch[0].IsCompletedSuccessfully, sizes.Contains(2000));
        Assert.Equal([1000, 3000], sizes.Where(size => size != 2000));
    }

    [Fact]
    public async Task A_database_locked_by_another_refuses_and_goes_on_when_it_is_free()
    {
        var store = Store(busy: TimeSpan.Zero);
        using var connection = store.Open();
        await using var writer = Writer(connection);
        using (var other = store.Open())
        {
            other.Execute("BEGIN IMMEDIATE");
            Assert.Equal(StoreFault.Refused, (await Assert.ThrowsAsync<StoreException>(() => writer.Append(new byte[1], 1))).Fault);
            other.Execute("ROLLBACK");
        }

        await writer.Append(new byte[2], 2);

        Assert.Equal([2], Sizes(store));
    }

    [Fact]
    public async Task A_connection_that_may_not_write_refuses()
    {
        var store = Store();
        using var connection = store.Open();
        await using var writer = Writer(connection);
        connection.Execute("PRAGMA query_only = 1");
        Assert.Equal(StoreFault.Refused, (await Assert.ThrowsAsync<StoreException>(() => writer.Append(new byte[1], 1))).Fault);

        connection.Execute("PRAGMA query_only = 0");
        await writer.Append(new byte[2], 2);

        Assert.Equal([2], Sizes(store));
    }

    [Fact]
    public async Task A_damaged_file_ends_the_store()
    {
        var store = Store();
        using (var filling = store.Open())
            for (var i = 0; i < 500; i++)
                filling.Execute("INSERT INTO item (content) VALUES (randomblob(1000))");
        using (var file = new FileStream(store.Path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite))
        {
            file.Position = 4096;
            file.Write(Enumerable.Repeat((byte)0xA5, (int)file.Length - 4096).ToArray());
        }
        using var connection = store.Open();
        await using var writer = Writer(connection);

        Assert.Equal(StoreFault.Failed, (await Assert.ThrowsAsync<StoreException>(() => writer.Append(new byte[1], 1))).Fault);
        Assert.NotNull(writer.Failure);
    }

    [Fact]
    public async Task A_process_that_dies_within_a_batch_leaves_all_of_the_earlier_ones_and_none_of_this_one()
    {
        var store = Store();
        using var connection = store.Open();
        using var batch = new SqliteBatch(connection, "test");
        using var insert = new SqliteStatement(connection, "INSERT INTO item (content) VALUES (?1)");
        var died = new SqliteStore(folder["died/store.db"], Durability.Disk);
        var commits = 0;
        await using var writer = new GroupCommit<byte[]>("test", items => batch.Run(() =>
        {
            foreach (var item in items)
            {
                insert.Bind(1, item);
                insert.Run();
            }
            if (++commits < 3)
                return;
            Assert.True(new FileInfo(store.Path + "-wal").Length > 1_000_000);
            Directory.CreateDirectory(folder["died"]);
            File.Copy(store.Path, died.Path);
            File.Copy(store.Path + "-wal", died.Path + "-wal");
        }));
        // So few pages in memory that those of an open transaction go to the WAL before it commits.
        connection.Execute("PRAGMA cache_size = 10; PRAGMA cache_spill = 10");

        await writer.Append(new byte[10], 10);
        await writer.Append(new byte[20], 20);
        await writer.Append(new byte[2_000_000], 30);

        Assert.Equal([10, 20], Sizes(died));
        Assert.Equal([10, 20, 2_000_000], Sizes(store));
    }

    [Fact]
    public void Each_durability_is_what_SQLite_calls_it_and_always_in_a_WAL()
    {
        using var disk = new SqliteStore(folder["disk.db"], Durability.Disk).Open();
        using var process = new SqliteStore(folder["process.db"], Durability.Process).Open();

        Assert.Equal((2, "wal", 1), Settings(disk));
        Assert.Equal((1, "wal", 1), Settings(process));

        static (long, string?, long) Settings(SqliteConnection connection) => (
            connection.ExecuteScalar<long>("PRAGMA synchronous"),
            connection.ExecuteScalar<string>("PRAGMA journal_mode"),
            connection.ExecuteScalar<long>("PRAGMA foreign_keys"));
    }

    [Fact]
    public void A_store_makes_its_folder_for_its_owner_alone()
    {
        new SqliteStore(folder["state/deep/store.db"], Durability.Disk).Create();

        Assert.True(File.Exists(folder["state/deep/store.db"]));
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(folder["state/deep"]));
    }

    [Fact]
    public void Odd_texts_and_blobs_come_back_as_they_went()
    {
        using var connection = new SqliteStore(folder["odd.db"], Durability.Process).Open();
        connection.Execute("CREATE TABLE odd (text TEXT, bytes BLOB, number INTEGER)");
        using var insert = new SqliteStatement(connection, "INSERT INTO odd VALUES (?1, ?2, ?3)");
        string[] texts = ["", "a", "漢字", new('字', 400), new('x', 100_000)];
        foreach (var text in texts)
        {
            insert.Bind(1, text);
            insert.Bind(2, new byte[text.Length]);
            insert.Bind(3, -text.Length);
            insert.Run();
        }
        insert.BindNull(1);
        insert.Run();

        var rows = connection.Query<(string? Text, byte[] Bytes, long Number)>("SELECT text, bytes, number FROM odd ORDER BY rowid").ToArray();
        Assert.Equal([.. texts, null], rows.Select(row => row.Text));
        Assert.All(rows, row => Assert.Equal(row.Bytes.Length, -row.Number));
        Assert.Equal(5, connection.ExecuteScalar<int>("SELECT count(text) FROM odd"));
    }

    SqliteStore Store(long? largestBytes = null, TimeSpan? busy = null)
    {
        var store = new SqliteStore(folder["store.db"], Durability.Disk) { LargestBytes = largestBytes, BusyTimeout = busy ?? TimeSpan.FromSeconds(5) };
        store.Create();
        using var connection = store.Open();
        connection.Execute("CREATE TABLE item (id INTEGER PRIMARY KEY, content BLOB NOT NULL)");
        return store;
    }

    static GroupCommit<byte[]> Writer(SqliteConnection connection)
    {
        var batch = new SqliteBatch(connection, "test");
        var insert = new SqliteStatement(connection, "INSERT INTO item (content) VALUES (?1)");
        return new GroupCommit<byte[]>("test", items => batch.Run(() =>
        {
            foreach (var item in items)
            {
                insert.Bind(1, item);
                insert.Run();
            }
        }));
    }

    static int[] Sizes(SqliteStore store)
    {
        using var connection = store.Open();
        return [.. connection.Query<int>("SELECT length(content) FROM item ORDER BY id")];
    }
}
