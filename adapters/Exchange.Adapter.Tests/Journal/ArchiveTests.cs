using Dapper;
using Exchange.Adapter.Journal.Keeping;
using Exchange.Adapter.Journal.Reading;
using Exchange.Adapter.Journal.Sealing;
using Exchange.Hosting.Commands;
using Exchange.Hosting.Storage;
using Microsoft.Data.Sqlite;
using static Exchange.Adapter.Tests.Journal.KeptJournal;

namespace Exchange.Adapter.Tests.Journal;

public sealed class ArchiveTests : IDisposable
{
    static readonly long middle = Begin.AddDays(10).ToUnixTimeMilliseconds();

    readonly KeptJournal kept = new();

    string Output => kept["2026.archive"];

    public void Dispose() => kept.Dispose();

    [Fact]
    public async Task An_archive_is_a_journal_of_what_is_older_sealed_as_it_was()
    {
        await kept.Add(Asked("sato", "P-1", day: 0), Asked("sato", "P-1", day: 20), Answered("kato", "P-9", day: 1));
        Assert.Equal(new ArchiveResult(1, 1, 0), Archive());

        var archive = kept.Read(Output);
        Assert.Equal("P-1", Assert.Single(archive.Asked.Search(new JournalFilter { Person = "P-1" })).Person);
        Assert.Equal("kato", Assert.Single(archive.Answered.Search(new JournalFilter())).Official);
        using var both = kept.Store.Open();
        both.Execute("ATTACH DATABASE @file AS archive", new { file = Output });
        Assert.Equal(0, both.QuerySingle<int>("SELECT count(*) FROM (SELECT * FROM archive.asked EXCEPT SELECT * FROM asked)"));
        Assert.Equal(2, both.QuerySingle<int>("SELECT count(*) FROM asked"));
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Output));
        Assert.Equal([Output], Directory.GetFiles(kept.Folder, "2026*"));
    }

    [Fact]
    public async Task Proofs_are_archived_with_their_entries_and_no_others()
    {
        await kept.Add(Asked("sato", "P-1", day: 0, request: 1), Asked("sato", "P-2", day: 20, request: 2));
        using (var file = kept.Store.Open())
            file.Execute("""
                DELETE FROM waiting;
                INSERT INTO proof SELECT NULL, log, log_index >> 8, 10 * log_index, zeroblob(32), unhex(printf('%016x010000', id)) FROM receipt;
                INSERT INTO checkpoint VALUES ('hub-1', 10, 'the first'), ('hub-1', 20, 'the second');
                """);
        Archive();

        var proven = Assert.Single(kept.Read(Output).Evidence.Find(Id(1).Span));
        Assert.Equal("the first", proven.Under?.Note);
        Assert.Empty(kept.Read(Output).Evidence.Find(Id(2).Span));
    }

    [Theory]
    [InlineData("SELECT 1", true)]
    [InlineData("DELETE FROM receipt", false)]
    [InlineData("UPDATE receipt SET log_index = 7", false)]
    [InlineData("UPDATE proof SET hashes = x'02'", false)]
    [InlineData("UPDATE proof SET ways = x'02'", false)]
    [InlineData("DELETE FROM contradiction", false)]
    [InlineData("UPDATE contradiction SET path = x'02'", false)]
    [InlineData("DELETE FROM proof", false)]
    [InlineData("DELETE FROM proof WHERE size = 20", false)]
    [InlineData("UPDATE checkpoint SET note = 'another'", false)]
    [InlineData("DELETE FROM checkpoint", false)]
    public async Task Receipts_proofs_and_checkpoints_are_compared_when_they_are_read_back(string change, bool isSame)
    {
        await kept.Add(Asked("sato", "P-1", day: 0, request: 1), Asked("sato", "P-2", day: 20, request: 2), Asked("sato", "P-3", day: 0, request: 3));
        using (var file = kept.Store.Open())
            file.Execute("""
                DELETE FROM waiting;
                INSERT INTO proof SELECT NULL, log, log_index >> 8, 10 * log_index, zeroblob(32), unhex(printf('%016x010000', id)) FROM receipt WHERE id < 3;
                INSERT INTO contradiction SELECT id, 20, zeroblob(32), zeroblob(32) FROM receipt WHERE id = 3;
                INSERT INTO checkpoint VALUES ('hub-1', 10, 'the first'), ('hub-1', 20, 'the second');
                """);
        Archive();
        using var archive = new SqliteConnection($"Data Source={Output};Pooling=False;Foreign Keys=False");
        archive.Open();
        archive.Execute("ATTACH DATABASE @file AS journal", new { file = kept.Path });
        archive.Execute(change.Replace(" receipt", " main.receipt", StringComparison.Ordinal).Replace(" proof", " main.proof", StringComparison.Ordinal).Replace(" contradiction", " main.contradiction", StringComparison.Ordinal).Replace(" checkpoint", " main.checkpoint", StringComparison.Ordinal));

        Assert.Equal(isSame, OldEvidence.IsSame(archive, new Copied(3, 2), CancellationToken.None));
    }

    [Fact]
    public async Task More_than_a_batch_of_one_and_the_same_time_is_copied_whole()
    {
        await using (var journal = kept.Write())
            await Parallel.ForAsync(0, 2500, async (i, _) => await journal.Write(Asked("sato", $"P-{i}", day: i % 2)));
        Assert.Equal(2500, Archive().Asked);
        Assert.Equal(2500, kept.Read(Output).Asked.Search(new JournalFilter()).Select(entry => entry.Id).Distinct().Count());
    }

    [Fact]
    public async Task An_archive_that_was_stopped_has_no_name_and_the_next_attempt_begins_anew()
    {
        await kept.Add(Asked("sato", "P-1"));
        using var stop = new CancellationTokenSource();
        await stop.CancelAsync();
        Assert.ThrowsAny<OperationCanceledException>(() => Archive(stop.Token));
        Assert.Empty(Directory.GetFiles(kept.Folder, "2026*"));

        // What a kill leaves behind.
        File.WriteAllText(Output + ".partial", "half a file");
        File.WriteAllText(Output + ".partial-journal", "and what it was about to do");
        Assert.Equal(1, Archive().Asked);
        Assert.Equal([Output], Directory.GetFiles(kept.Folder, "2026*"));
    }

    [Fact]
    public async Task A_full_disk_leaves_no_archive_and_the_journal_as_it_was()
    {
        await using (var journal = kept.Write())
            await Parallel.ForAsync(0, 500, async (i, _) => await journal.Write(Asked("sato", $"P-{i}")));
        var refused = Assert.Throws<StoreException>(() => JournalArchive.Write(kept.Read(), middle, Output, Silent(), CancellationToken.None, largestPages: 40));
        Assert.Equal(StoreFault.Refused, refused.Fault);
        Assert.Contains("the journal is as it was", refused.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(kept.Folder, "2026*"));
        Assert.Equal(500, kept.Read().Asked.Search(new JournalFilter()).Count());
    }

    [Fact]
    public async Task A_file_that_is_there_is_left_as_it_is()
    {
        await kept.Add(Asked("sato", "P-1"));
        File.WriteAllText(Output, "somebody's");
        Assert.Contains("exists already", Assert.Throws<StoreException>(() => Archive()).Message, StringComparison.Ordinal);
        Assert.Equal("somebody's", File.ReadAllText(Output));
    }

    [Fact]
    public async Task An_entry_that_does_not_open_is_copied_as_it_is_and_told()
    {
        await kept.Add(Asked("sato", "P-1"), Asked("sato", "P-2"));
        using (var file = kept.Store.Open())
            file.Execute("UPDATE asked SET task = 'other' WHERE id = 1");
        Assert.Equal(new ArchiveResult(2, 0, 1), Archive());
        Assert.Contains(kept.Read(Output).Asked.Search(new JournalFilter()), entry => entry is { Fault: SealFault.Changed, Task: "other" });
    }

    [Fact]
    public async Task An_archive_is_made_beside_the_adapter()
    {
        await kept.Add(Asked("sato", "P-1"));
        await using var journal = kept.Write();
        Assert.Equal(1, Archive().Asked);
        await journal.Write(Asked("sato", "P-2"));
    }

    ArchiveResult Archive(CancellationToken stop = default) => JournalArchive.Write(kept.Read(), middle, Output, Silent(), stop);

    static Progress Silent() => new(TextWriter.Null, isTerminal: false, TimeProvider.System);
}
