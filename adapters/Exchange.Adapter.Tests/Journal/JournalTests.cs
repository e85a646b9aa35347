using Dapper;
using Exchange.Adapter.Journal;
using Exchange.Adapter.Journal.Sealing;
using Exchange.Hosting.Storage;
using Exchange.V1;
using Google.Protobuf;

namespace Exchange.Adapter.Tests.Journal;

public sealed class JournalTests : IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("exchange-journal-").FullName;
    readonly JournalKeys keys;

    public JournalTests()
    {
        JournalKeys.Create(Path.Combine(folder, "journal.keys"));
        keys = JournalKeys.Read(Path.Combine(folder, "journal.keys"));
    }

    public void Dispose()
    {
        keys.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task Everything_of_an_asked_entry_comes_back()
    {
        await using var journal = Open();
        var receipt = new Receipt { Log = "hub-1", Index = 7, LeafHash = Bytes(32, 9), RequestId = Bytes(16, 1) };
        var entry = Fill(new AskedEntry(), 1) with { Receipt = receipt };

        await journal.Write(entry);

        var read = Assert.Single(journal.Asked.Find(Bytes(16, 1)));
        AssertSame(entry, read);
        Assert.Equal(receipt, read.Receipt);
        Assert.Empty(journal.Answered.Find(Bytes(16, 1)));
    }

    [Fact]
    public async Task Everything_of_an_answered_entry_comes_back()
    {
        await using var journal = Open();
        var entry = Fill(new AnsweredEntry(), 2);

        await journal.Write(entry);

        AssertSame(entry, Assert.Single(journal.Answered.Find(Bytes(16, 2))));
        Assert.Empty(journal.Asked.Recent(10));
    }

    [Fact]
    public async Task A_refused_question_is_kept_without_answer_and_receipt()
    {
        await using var journal = Open();

        await journal.Write(new AskedEntry { Counterpart = "jp.tax", Reason = Reason.NotPermitted });

        var read = Assert.Single(journal.Asked.Recent(10));
        Assert.Equal(Reason.NotPermitted, read.Reason);
        Assert.Equal(AnswerStatus.Unspecified, read.Status);
        Assert.Null(read.Receipt);
        Assert.True(read.Answer.IsEmpty);
    }

    [Fact]
    public async Task Pages_go_from_the_newest_to_the_oldest_and_miss_nothing()
    {
        await using var journal = Open();
        for (byte i = 0; i < 25; i++)
            await journal.Write(Fill(new AskedEntry(), i));

        var seen = new List<ByteString>();
        for (var page = journal.Asked.Recent(10); page.Count > 0; page = journal.Asked.Recent(10, page[^1].Id))
            seen.AddRange(page.Select(entry => entry.RequestId));

        Assert.Equal(Enumerable.Range(0, 25).Reverse().Select(i => Bytes(16, (byte)i)), seen);
        Assert.Throws<ArgumentOutOfRangeException>(() => journal.Asked.Recent(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => journal.Asked.Recent(1001));
    }

    [Fact]
    public async Task Parallel_entries_of_both_kinds_are_all_kept()
    {
        await using var journal = Open();

        await Parallel.ForAsync(0, 4000, new ParallelOptions { MaxDegreeOfParallelism = 500 }, async (i, _) =>
        {
            if (i % 2 == 0)
                await journal.Write(Fill(new AskedEntry(), 1));
            else
                await journal.Write(Fill(new AnsweredEntry(), 1));
        });

        using var connection = new SqliteStore(Path.Combine(folder, "journal.db"), Durability.Process).Open();
        Assert.Equal((2000, 2000), connection.QuerySingle<(int, int)>("SELECT (SELECT count(*) FROM asked), (SELECT count(*) FROM answered)"));
    }

    [Fact]
    public async Task A_full_journal_refuses_with_JOURNAL_UNAVAILABLE_keeps_nothing_of_it_and_goes_on()
    {
        await using var journal = Open(options => options with { LargestBytes = 256 * 1024 });
        var refused = await Assert.ThrowsAsync<JournalUnavailableException>(
            async () => await journal.Write(Fill(new AnsweredEntry(), 1) with { Answer = Bytes(1_000_000, 1) }));
        Assert.Equal(Reason.JournalUnavailable, refused.Refusal.Reason);
        Assert.Equal(StoreFault.Refused, refused.Fault);

        await journal.Write(Fill(new AnsweredEntry(), 2));

        Assert.Equal(Bytes(16, 2), Assert.Single(journal.Answered.Recent(10)).RequestId);
        Assert.Null(journal.Failure);
    }

    [Fact]
    public async Task A_journal_without_its_table_ends_and_says_nothing_about_the_person()
    {
        await using var journal = Open();
        using (var other = new SqliteStore(Path.Combine(folder, "journal.db"), Durability.Process).Open())
            other.Execute("DROP TABLE asked");

        var failed = await Assert.ThrowsAsync<JournalUnavailableException>(async () => await journal.Write(Fill(new AskedEntry(), 1)));

        Assert.Equal(StoreFault.Failed, failed.Fault);
        Assert.DoesNotContain("P-0001", failed.ToString());
        Assert.NotNull(journal.Failure);
        await Assert.ThrowsAsync<JournalUnavailableException>(async () => await journal.Write(Fill(new AnsweredEntry(), 1)));
    }

    [Fact]
    public async Task A_copy_of_the_files_of_a_running_journal_opens_with_everything_committed()
    {
        await using var journal = Open();
        await journal.Write(Fill(new AskedEntry(), 1));
        Directory.CreateDirectory(Path.Combine(folder, "copy"));
        foreach (var name in (string[])["journal.db", "journal.db-wal"])
            File.Copy(Path.Combine(folder, name), Path.Combine(folder, "copy", name));

        await using var restarted = AgencyJournal.Open(new JournalOptions(Path.Combine(folder, "copy", "journal.db")), keys, TimeProvider.System);

        Assert.Single(restarted.Asked.Recent(10));
    }

    [Fact]
    public async Task A_second_process_and_a_newer_schema_are_refused()
    {
        await using (Open())
            Assert.Equal(StoreFault.InUse, Assert.Throws<StoreException>(() => Open()).Fault);
        using (var newer = new SqliteStore(Path.Combine(folder, "journal.db"), Durability.Process).Open())
            newer.Execute("INSERT INTO SchemaVersions (ScriptName, Applied) VALUES ('0099_later.sql', '2030-01-01')");

        Assert.Equal(StoreFault.Foreign, Assert.Throws<StoreException>(() => Open()).Fault);
    }

    [Fact]
    public void An_entry_in_a_message_tells_nothing_about_the_person()
    {
        Assert.Equal($"AskedEntry {Convert.ToHexStringLower(Bytes(16, 3).Span)}", $"{Fill(new AskedEntry(), 3)}");
    }

    AgencyJournal Open(Func<JournalOptions, JournalOptions>? change = null)
    {
        var options = new JournalOptions(Path.Combine(folder, "journal.db"));
        return AgencyJournal.Open(change?.Invoke(options) ?? options, keys, TimeProvider.System);
    }

    static T Fill<T>(T entry, byte seed) where T : JournalEntry => (T)(entry with
    {
        TimeUnixMs = 1_700_000_000_000 + seed,
        RequestId = Bytes(16, seed),
        Counterpart = "jp.tax",
        Task = "resident-tax",
        DataSet = "income",
        Kind = LookupKind.Warm,
        Official = "職員 4711",
        CaseId = "2026-福祉-12",
        Person = "P-0001",
        Granted = [1, 2, 4_000_000_000],
        Withheld = [3],
        LegalBasis = "番号法 19条8号",
        Status = AnswerStatus.Found,
        AsOfUnixMs = 1_600_000_000_000,
        Header = Bytes(120, seed),
        Question = Bytes(200, seed),
        QuestionCommitment = Bytes(32, 1),
        Answer = Bytes(900, seed),
        AnswerCommitment = Bytes(32, 2),
    });

    static void AssertSame<T>(T written, T read) where T : JournalEntry
    {
        Assert.Equal(written.Granted, read.Granted);
        Assert.Equal(written.Withheld, read.Withheld);
        Assert.True(read.Id > 0);
        Assert.Equal(written with { Granted = [], Withheld = [] }, read with { Id = 0, Granted = [], Withheld = [] });
    }

    static ByteString Bytes(int length, byte seed) => ByteString.CopyFrom(Enumerable.Range(0, length).Select(i => (byte)(i * 7 + seed)).ToArray());
}
