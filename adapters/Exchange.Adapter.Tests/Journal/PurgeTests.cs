using System.Text;
using Dapper;
using Exchange.Adapter.Journal;
using Exchange.Adapter.Journal.Keeping;
using Exchange.Adapter.Journal.Reading;
using Exchange.Hosting.Commands;
using Exchange.Hosting.Storage;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Time.Testing;
using static Exchange.Adapter.Tests.Journal.KeptJournal;

namespace Exchange.Adapter.Tests.Journal;

public sealed class PurgeTests : IDisposable
{
    static readonly long middle = Begin.AddDays(10).ToUnixTimeMilliseconds();

    readonly KeptJournal kept = new();

    public void Dispose() => kept.Dispose();

    [Fact]
    public async Task What_is_older_goes_what_is_younger_stays_and_the_record_says_so()
    {
        await Fill(500, 10);
        var result = await Purge(TimeProvider.System);
        Assert.Equal((250, 5), (result.Asked, result.Answered));
        Assert.Equal((250, 5), Left());
        var record = Assert.Single(Records());
        Assert.Equal((250, 1, 250, 5, 1, 5, "by order of the court"), (record.Asked, record.AskedFirst, record.AskedLast, record.Answered, record.AnsweredFirst, record.AnsweredLast, record.LegalReason));
        Assert.Equal((Environment.UserName, middle), (record.OsUser, record.UntilUnixMs));
        Assert.NotNull(record.FinishedUnixMs);

        Assert.Equal(new PurgeResult(0, 0, false), await Purge(TimeProvider.System));
        Assert.Single(Records());
    }

    [Fact]
    public async Task A_purge_that_is_killed_has_deleted_exactly_what_its_record_counts_and_another_one_goes_on()
    {
        await Fill(1000, 0);
        // It waits after its first batch for a time that does not come; what is on the disk then is what a kill leaves.
        using var stop = new CancellationTokenSource();
        var purge = Purge(new FakeTimeProvider(TimeProvider.System.GetUtcNow()), stop: stop.Token);
        while (Records().Count == 0 && !purge.IsCompleted)
            await Task.Yield();
        Directory.CreateDirectory(kept["copy"]);
        foreach (var file in Directory.GetFiles(kept["state"], "journal.db*"))
            File.Copy(file, System.IO.Path.Combine(kept["copy"], System.IO.Path.GetFileName(file)));
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => purge);

        var copy = new SqliteStore(kept["copy/journal.db"], Durability.Disk);
        var record = Assert.Single(new JournalPurge(copy, TimeProvider.System).Records());
        Assert.Equal((JournalPurge.Batch, null), (record.Asked, record.FinishedUnixMs));
        using (var file = copy.Open())
        {
            Assert.Equal(1000 - JournalPurge.Batch, file.QuerySingle<int>("SELECT count(*) FROM asked"));
            Assert.Equal(record.AskedLast + 1, file.QuerySingle<long>("SELECT min(id) FROM asked"));
        }
        var rest = await new JournalPurge(copy, TimeProvider.System).Run(middle, "again", Silent(), CancellationToken.None);
        Assert.Equal(500 - JournalPurge.Batch, rest.Asked);
        Assert.Equal(2, new JournalPurge(copy, TimeProvider.System).Records().Count);
    }

    [Fact]
    public async Task Nothing_is_refused_to_the_adapter_meanwhile_and_its_new_entries_stay()
    {
        await Fill(2000, 0);
        await using var journal = AgencyJournal.Open(new JournalOptions(kept.Path) { BusyTimeout = TimeSpan.FromSeconds(2) }, kept.Keys, TimeProvider.System);
        var purge = Task.Run(() => Purge(TimeProvider.System));
        var written = 0;
        while (!purge.IsCompleted)
        {
            await journal.Write(Asked("sato", "new", day: 30));
            written++;
        }
        Assert.Equal(1000, (await purge).Asked);
        Assert.True(written > 0);
        Assert.Equal(written, kept.Read().Asked.Search(new JournalFilter { Person = "new" }).Count());
        Assert.Null(journal.Trouble);
    }

    [Fact]
    public async Task A_journal_that_another_one_holds_locked_is_left_whole_and_without_a_record()
    {
        await Fill(20, 20);
        using (var file = kept.Store.Open())
        {
            file.Execute("BEGIN IMMEDIATE");
            var store = new SqliteStore(kept.Path, Durability.Disk) { BusyTimeout = TimeSpan.Zero };
            var refused = await Assert.ThrowsAsync<StoreException>(() => new JournalPurge(store, TimeProvider.System).Run(middle, "", Silent(), CancellationToken.None));
            Assert.Equal(StoreFault.Refused, refused.Fault);
        }
        Assert.Equal((20, 20), Left());
        Assert.Empty(Records());
    }

    [Fact]
    public async Task What_was_deleted_is_zero_in_the_file_and_its_number_is_never_given_again()
    {
        await kept.Add(Asked("sato", "P-1") with { DataSet = "canary-of-the-open-columns" });
        using (var file = kept.Store.Open())
            file.Execute("PRAGMA wal_checkpoint(TRUNCATE)");
        Assert.True(Holds("canary-of-the-open-columns"));
        await Purge(TimeProvider.System);
        Assert.False(Holds("canary-of-the-open-columns"));
        await kept.Add(Asked("sato", "P-2"));
        Assert.Equal(2, Assert.Single(kept.Read().Asked.Recent(10)).Id);
    }

    [Fact]
    public async Task Receipts_proofs_and_checkpoints_go_with_the_entries_that_they_are_of_and_others_stay()
    {
        await kept.Add(Asked("sato", "P-1", day: 0, request: 1), Asked("sato", "P-1", day: 0, request: 2), Asked("sato", "P-2", day: 20, request: 3));
        using (var file = kept.Store.Open())
            file.Execute("""
                DELETE FROM waiting WHERE receipt < 3;
                INSERT INTO proof SELECT NULL, log, log_index >> 8, CASE log_index WHEN 1 THEN 10 ELSE 20 END, zeroblob(32), unhex(printf('%016x010000', id)) FROM receipt;
                INSERT INTO checkpoint VALUES ('hub-1', 10, 'the first'), ('hub-1', 20, 'the second');
                """);

        await Purge(TimeProvider.System);

        using var left = kept.Store.OpenToRead();
        Assert.Equal(3, left.QuerySingle<long>("SELECT log_index FROM receipt"));
        Assert.Equal(20, left.QuerySingle<long>("SELECT size FROM proof"));
        Assert.Equal("the second", left.QuerySingle<string>("SELECT note FROM checkpoint"));
    }

    [Theory]
    [InlineData("DELETE FROM purge")]
    [InlineData("UPDATE purge SET asked = 0")]
    [InlineData("UPDATE purge SET os_user = 'nobody'")]
    public async Task The_record_of_a_purge_cannot_be_purged(string change)
    {
        await Fill(2, 0);
        await Purge(TimeProvider.System);
        using var file = kept.Store.Open();
        Assert.Contains("never", Assert.Throws<SqliteException>(() => file.Execute(change)).Message, StringComparison.Ordinal);
        await Purge(TimeProvider.System, until: long.MaxValue);
        Assert.Equal(2, Records().Count);
    }

    [Fact]
    public async Task The_health_page_says_when_entries_are_kept_for_too_long()
    {
        await kept.Add(Asked("sato", "P-1"));
        await using var journal = kept.Write();
        Assert.Null(Retention.Overdue(journal, Retention.Default, new FakeTimeProvider(Begin + Retention.Default)));
        Assert.Equal("the journal holds entries since 2026-04-01, and they are kept for 2557 days; run: journal archive, then journal purge",
            Retention.Overdue(journal, Retention.Default, new FakeTimeProvider(Begin + Retention.Default + TimeSpan.FromSeconds(1))));
    }

    [Fact]
    public async Task A_request_id_that_a_hub_used_again_takes_no_receipt_from_the_younger_entry()
    {
        await kept.Add(Asked("sato", "P-1", day: 0), Asked("sato", "P-2", day: 20), Asked("sato", "P-3", day: 0, request: 2), Answered("suzuki", "P-3", day: 20, request: 2));
        await Purge(TimeProvider.System);
        Assert.Equal((2, 1), (kept.Read().Evidence.Find(Id(1).Span).Count, kept.Read().Evidence.Find(Id(2).Span).Count));

        await Purge(TimeProvider.System, until: Begin.AddDays(30).ToUnixTimeMilliseconds());
        Assert.Equal((0, 0), (kept.Read().Evidence.Find(Id(1).Span).Count, kept.Read().Evidence.Find(Id(2).Span).Count));
    }

    /// <summary>Half of each are old.</summary>
    async Task Fill(int asked, int answered)
    {
        await using var journal = kept.Write();
        for (var i = 0; i < asked; i++)
            await journal.Write(Asked("sato", $"P-{i}", day: i < asked / 2 ? 0 : 20));
        for (var i = 0; i < answered; i++)
            await journal.Write(Answered("sato", $"P-{i}", day: i < answered / 2 ? 0 : 20));
    }

    Task<PurgeResult> Purge(TimeProvider time, long? until = null, CancellationToken stop = default) =>
        new JournalPurge(kept.Store, time).Run(until ?? middle, "by order of the court", Silent(), stop);

    IReadOnlyList<PurgeRecord> Records() => new JournalPurge(kept.Store, TimeProvider.System).Records();

    (int, int) Left()
    {
        using var file = kept.Store.Open();
        return file.QuerySingle<(int, int)>("SELECT (SELECT count(*) FROM asked), (SELECT count(*) FROM answered)");
    }

    bool Holds(string text) => Directory.GetFiles(kept["state"], "journal.db*").Where(file => !file.EndsWith(".lock", StringComparison.Ordinal))
        .Any(file => File.ReadAllBytes(file).AsSpan().IndexOf(Encoding.UTF8.GetBytes(text)) >= 0);

    static Progress Silent() => new(TextWriter.Null, isTerminal: false, TimeProvider.System);
}
