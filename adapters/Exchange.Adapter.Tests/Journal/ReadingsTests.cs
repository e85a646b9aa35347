using Dapper;
using Exchange.Adapter.Journal.Sealing;
using Exchange.Hosting.Storage;
using Microsoft.Data.Sqlite;
using static Exchange.Adapter.Tests.Journal.KeptJournal;

namespace Exchange.Adapter.Tests.Journal;

public sealed class ReadingsTests : IDisposable
{
    readonly KeptJournal kept = new();

    public void Dispose() => kept.Dispose();

    [Fact]
    public async Task A_reading_says_who_and_by_what_and_keeps_the_values_sealed()
    {
        await kept.Add(Asked("sato", "P-1"));
        var id = kept.Readings.Begin("search", ("person", "P-1"), ("task", "resident-tax"));
        kept.Readings.Finish(id, 17);
        kept.Readings.Begin("review", []);

        var all = kept.Readings.Recent(10);
        Assert.Equal(("review", null), (all[0].Command, all[0].Entries));
        Assert.Equal((Environment.UserName, "search", "person P-1\ntask resident-tax", 17), (all[1].OsUser, all[1].Command, all[1].Choice, all[1].Entries));
        using var file = kept.Store.Open();
        Assert.Equal("person task", file.QuerySingle<string>("SELECT choice FROM reading WHERE id = 1"));
        Assert.DoesNotContain("P-1", all[1].ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("DELETE FROM reading")]
    [InlineData("UPDATE reading SET os_user = 'nobody'")]
    [InlineData("UPDATE reading SET entries = 0")]
    public async Task A_reading_is_neither_deleted_nor_changed(string change)
    {
        await kept.Add(Asked("sato", "P-1"));
        kept.Readings.Finish(kept.Readings.Begin("search", []), 5);
        using var file = kept.Store.Open();
        Assert.Contains("never", Assert.Throws<SqliteException>(() => file.Execute(change)).Message, StringComparison.Ordinal);
        Assert.Equal(5, Assert.Single(kept.Readings.Recent(1)).Entries);
    }

    [Fact]
    public async Task A_reading_forged_past_the_triggers_does_not_open()
    {
        await kept.Add(Asked("sato", "P-1"));
        kept.Readings.Begin("search", ("person", "P-1"));
        using (var file = kept.Store.Open())
            file.Execute("DROP TRIGGER reading_is_finished_once; UPDATE reading SET os_user = 'somebody-else'");
        Assert.Equal((SealFault.Changed, "person"), (kept.Readings.Recent(1)[0].Fault, kept.Readings.Recent(1)[0].Choice));
    }

    [Fact]
    public async Task Where_it_cannot_be_written_down_nothing_is_shown()
    {
        await kept.Add(Asked("sato", "P-1"));
        using var file = kept.Store.Open();
        file.Execute("BEGIN IMMEDIATE");
        var readings = new Exchange.Adapter.Journal.Reading.Readings(new SqliteStore(kept.Path, Durability.Disk) { BusyTimeout = TimeSpan.Zero }, kept.Keys, TimeProvider.System);
        Assert.Contains("nothing of it is shown", Assert.Throws<StoreException>(() => readings.Begin("search", ("person", "P-1"))).Message, StringComparison.Ordinal);
    }
}
