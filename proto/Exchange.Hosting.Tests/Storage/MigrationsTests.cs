using Dapper;
using Exchange.Hosting.Storage;

namespace Exchange.Hosting.Tests.Storage;

public sealed class MigrationsTests : IDisposable
{
    const string Older = "Exchange.Hosting.Tests.Storage.Older.";
    const string Newer = "Exchange.Hosting.Tests.Storage.Newer.";

    readonly TemporaryFolder folder = new();
    readonly SqliteStore store;

    public MigrationsTests() => store = new SqliteStore(folder["store.db"], Durability.Disk);

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_schema_newer_than_the_program_is_refused_and_left_as_it_is()
    {
        Run(Newer);
        var before = File.ReadAllBytes(store.Path);

        var refused = Assert.Throws<StoreException>(() => Run(Older));

        Assert.Equal(StoreFault.Foreign, refused.Fault);
        Assert.Contains("newer version of this program: it holds 0002_colour.sql", refused.Message);
        Assert.Equal(before, File.ReadAllBytes(store.Path));
    }

    [Fact]
    public void An_older_store_is_brought_forward_and_keeps_its_rows()
    {
        Run(Older);
        using (var connection = store.Open())
            connection.Execute("INSERT INTO item (name) VALUES ('kept')");

        Run(Newer);
        Run(Newer);

        using var upgraded = store.Open();
        Assert.Equal(("kept", "none"), upgraded.QuerySingle<(string, string)>("SELECT name, colour FROM item"));
        Assert.Equal(["0001_item.sql", "0002_colour.sql"], upgraded.Query<string>("SELECT ScriptName FROM SchemaVersions ORDER BY 1"));
    }

    [Fact]
    public void A_script_that_does_not_run_leaves_nothing_of_itself()
    {
        Run(Older);
        using (var connection = store.Open())
            connection.Execute("ALTER TABLE item ADD COLUMN colour TEXT");

        var refused = Assert.Throws<StoreException>(() => Run(Newer));

        Assert.Contains("0002_colour.sql", refused.Message);
        using var after = store.Open();
        Assert.Equal(0, after.ExecuteScalar<int>("SELECT count(*) FROM sqlite_master WHERE name = 'before_colour'"));
        Assert.Equal(["0001_item.sql"], after.Query<string>("SELECT ScriptName FROM SchemaVersions"));
    }

    [Fact]
    public void A_prefix_without_scripts_is_a_bug()
    {
        Assert.Throws<InvalidOperationException>(() => Run("Exchange.Hosting.Tests.Nothing."));
    }

    void Run(string prefix) => Migrations.Run(store.ConnectionString, typeof(MigrationsTests).Assembly, prefix);
}
