using Dapper;
using Exchange.Adapter.Journal;
using Exchange.Adapter.Journal.Reading;
using Exchange.Adapter.Journal.Sealing;
using Exchange.Hosting.Storage;
using Exchange.V1;
using Microsoft.Data.Sqlite;
using static Exchange.Adapter.Tests.Journal.KeptJournal;

namespace Exchange.Adapter.Tests.Journal;

public sealed class JournalSearchTests : IDisposable
{
    readonly KeptJournal kept = new();

    public void Dispose() => kept.Dispose();

    [Fact]
    public async Task Each_choice_finds_its_own_and_all_together_what_fits_them_all()
    {
        await kept.Add(
            Asked("sato", "P-1", day: 1, request: 1),
            Asked("suzuki", "P-1", day: 2, caseId: "case-2", task: "child-allowance", status: AnswerStatus.NotFound, request: 2),
            Asked("sato", "P-2", day: 3, request: 3) with { Counterpart = "jp.pension", DataSet = "pension.payments.v1", Status = AnswerStatus.Unspecified, Reason = Reason.NotPermitted });
        Assert.Equal([2, 1], Found(new() { Person = "P-1" }));
        Assert.Equal([3, 1], Found(new() { Official = "sato" }));
        Assert.Equal([2], Found(new() { CaseId = "case-2" }));
        Assert.Equal([3], Found(new() { Counterpart = "jp.pension" }));
        Assert.Equal([2], Found(new() { Task = "child-allowance" }));
        Assert.Equal([3], Found(new() { DataSet = "pension.payments.v1" }));
        Assert.Equal([2], Found(new() { Outcome = "NOT_FOUND" }));
        Assert.Equal([3], Found(new() { Outcome = "NOT_PERMITTED" }));
        Assert.Equal([1], Found(new() { RequestId = Id(1).ToByteArray() }));
        Assert.Equal([3, 2], Found(new() { From = Begin.AddDays(2).ToUnixTimeMilliseconds() }));
        Assert.Equal([1], Found(new() { Until = Begin.AddDays(2).ToUnixTimeMilliseconds() }));
        Assert.Equal([1], Found(new() { Person = "P-1", Official = "sato", CaseId = "case-1", Outcome = "FOUND" }));
        Assert.Empty(Found(new() { Person = "P-2", Official = "suzuki" }));
        Assert.Empty(Found(new() { Person = "P-" }));
    }

    [Fact]
    public async Task Pages_of_one_time_are_told_without_a_gap_or_a_repeat_and_in_order()
    {
        await using (var journal = kept.Write())
            await Parallel.ForAsync(0, 2500, async (i, _) => await journal.Write(Asked("sato", $"P-{i % 7}", day: i / 1000)));
        var all = kept.Read().Asked.Search(new JournalFilter()).ToList();
        Assert.Equal(2500, all.Select(entry => entry.Id).Distinct().Count());
        Assert.Equal(all.OrderByDescending(entry => entry.TimeUnixMs).ThenByDescending(entry => entry.Id).Select(entry => entry.Id), all.Select(entry => entry.Id));
        Assert.Equal(all.Count(entry => entry.Person == "P-3"), kept.Read().Asked.Search(new JournalFilter { Person = "P-3" }).Count());
    }

    [Fact]
    public async Task Both_sides_come_together_by_time()
    {
        await kept.Add(Asked("sato", "P-1", day: 1), Answered("kato", "P-9", day: 2), Asked("sato", "P-1", day: 3), Answered("kato", "P-9", day: 0));
        var journal = kept.Read();
        Assert.Equal([3.0, 2, 1, 0], journal.Search(new JournalFilter(), null).Select(entry => (DateTimeOffset.FromUnixTimeMilliseconds(entry.TimeUnixMs) - Begin).TotalDays));
        Assert.All(journal.Search(new JournalFilter(), JournalSide.Answered), entry => Assert.IsType<AnsweredEntry>(entry));
    }

    [Fact]
    public async Task A_person_and_an_official_are_found_by_an_index()
    {
        await kept.Add(Asked("sato", "P-1"));
        using var file = kept.Store.Open();
        foreach (var (filter, index) in new[] { (new JournalFilter { Person = "P-1" }, "asked_by_person"), (new JournalFilter { Official = "sato" }, "asked_by_official"), (new JournalFilter(), "asked_by_time") })
        {
            var (conditions, parameters) = filter.InTheOpen("asked", kept.Keys.Newest);
            using var command = new SqliteCommand($"EXPLAIN QUERY PLAN SELECT sealed FROM asked WHERE (time_unix_ms, id) < ($time, $id) {conditions} ORDER BY time_unix_ms DESC, id DESC LIMIT 10", file);
            foreach (var (name, value) in parameters.Append(("$time", (object)long.MaxValue)).Append(("$id", 0L)))
                command.Parameters.AddWithValue(name, value);
            using var rows = command.ExecuteReader();
            var plan = "";
            while (rows.Read())
                plan += rows.GetString(3) + "\n";
            Assert.Contains($"USING {(index == "asked_by_time" ? "" : "COVERING ")}INDEX {index}", plan, StringComparison.Ordinal);
            Assert.DoesNotContain("SCAN asked", plan, StringComparison.Ordinal);
            Assert.DoesNotContain("SCAN one", plan, StringComparison.Ordinal);
            // Only what was found of somebody is sorted.
            Assert.Equal(index != "asked_by_time", plan.Contains("TEMP B-TREE", StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task A_person_is_found_in_every_stretch_of_entries_also_when_the_first_ones_were_purged()
    {
        const int Entries = 5000;
        await using (var journal = kept.Write())
            for (var i = 0; i < Entries; i++)
                await journal.Write(Asked(i % 500 == 0 ? "kato" : "sato", i % 250 == 0 ? "P-1" : $"P-{i + 2}", day: i));
        IReadOnlyList<long> Found(JournalFilter filter) => [.. kept.Read().Asked.Search(filter).Select(entry => entry.Id)];
        long[] Every(int step, long after) => [.. Enumerable.Range(0, Entries / step).Select(i => (long)i * step + 1).Where(id => id > after).Reverse()];

        Assert.Equal(Every(250, 0), Found(new JournalFilter { Person = "P-1" }));
        Assert.Equal(Every(500, 0), Found(new JournalFilter { Official = "kato" }));
        using (var file = kept.Store.Open())
            file.Execute("DELETE FROM asked WHERE id <= 1500");
        Assert.Equal(Every(250, 1500), Found(new JournalFilter { Person = "P-1" }));
        Assert.Equal(Every(500, 1500), Found(new JournalFilter { Person = "P-1", Official = "kato" }));
        Assert.Empty(Found(new JournalFilter { Person = "P-2" }));
    }

    [Fact]
    public async Task A_search_goes_on_beside_the_writer_and_holds_no_snapshot_of_the_file()
    {
        await using var journal = kept.Write();
        for (var i = 0; i < 1200; i++)
            await journal.Write(Asked("sato", "P-1", day: i));
        using var found = kept.Read().Asked.Search(new JournalFilter()).GetEnumerator();
        Assert.True(found.MoveNext());
        // The journal's own checkpoint may be under way, and ends; a snapshot that the search held would not.
        using (var file = kept.Store.Open())
        using (var enough = new CancellationTokenSource(TimeSpan.FromSeconds(20)))
            while (file.QuerySingle<(long Busy, long, long)>("PRAGMA wal_checkpoint(TRUNCATE)").Busy != 0)
            {
                enough.Token.ThrowIfCancellationRequested();
                await Task.Yield();
            }
        await journal.Write(Asked("sato", "P-1", day: -1));
        var rest = 1;
        while (found.MoveNext())
            rest++;
        Assert.Equal(1201, rest);
    }

    [Fact]
    public async Task An_entry_that_does_not_open_is_told_where_it_may_be_meant()
    {
        await kept.Add(Asked("sato", "P-1"), Asked("sato", "P-1"));
        using (var file = kept.Store.Open())
            file.Execute("UPDATE asked SET sealed = zeroblob(length(sealed)) WHERE id = 1");
        var journal = kept.Read();
        Assert.Equal([SealFault.None, SealFault.KeyMissing], journal.Asked.Search(new JournalFilter { CaseId = "case-1" }).Select(entry => entry.Fault));
        Assert.Empty(journal.Asked.Search(new JournalFilter { Task = "other" }));
    }

    [Fact]
    public void A_file_that_is_absent_or_no_journal_is_refused()
    {
        Assert.Contains("does not exist", Assert.Throws<StoreException>(() => kept.Read()).Message, StringComparison.Ordinal);
        File.WriteAllText(kept["no.db"], "this is no database, but a text that is long enough");
        Assert.Contains("is no journal", Assert.Throws<StoreException>(() => kept.Read(kept["no.db"])).Message, StringComparison.Ordinal);
    }

    List<long> Found(JournalFilter filter) => [.. kept.Read().Asked.Search(filter).Select(entry => entry.Id)];
}
