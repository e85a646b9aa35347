using Dapper;
using Exchange.Adapter.Histories;
using Exchange.Adapter.Journal;
using Exchange.Adapter.Sources;
using Exchange.Adapter.Tests.Answering;
using Exchange.Adapter.Tests.Journal;
using Exchange.Protocol.DataSets;
using Exchange.V1;
using Google.Protobuf;
using Records.History.V1;
using static Exchange.Adapter.Tests.Journal.KeptJournal;

namespace Exchange.Adapter.Tests.Histories;

/// <summary>A journal as an adapter has it, read for the person whom its entries are about.</summary>
public sealed class HistorySourceTests : IAsyncDisposable
{
    const string Person = "P-1", Law = "Number Act article 19 (8), benefit eligibility";

    static readonly DataSetContract history = DataSetCatalogue.TaxHistory;

    readonly KeptJournal kept = new();
    // Of it the people at risk, and the clock: six in the evening of 1 April 2026 in Japan.
    readonly AnsweringAgency agency = new((_, _, _) => throw new InvalidOperationException());
    readonly List<string> notices = [];

    public async ValueTask DisposeAsync()
    {
        await agency.DisposeAsync();
        kept.Dispose();
    }

    [Fact]
    public async Task Who_asked_when_for_what_and_by_which_law_is_told_the_newest_first()
    {
        await kept.Add(
            Answered("sato", Person, day: -2, request: 1) with { Granted = [1, 3], LegalBasis = Law },
            Answered("kato", Person, day: -1, requester: "jp.pension", request: 2) with { Task = "premium-exemption", Granted = [1], LegalBasis = "National Pension Act article 90" });

        var told = (await Told(Person))!;

        Assert.Equal(
            new HistoryEntry
            {
                Time = "2026-03-31T09:00:00+09:00",
                Requester = "jp.pension",
                Task = "premium-exemption",
                DataSet = "tax.income.v1",
                Fields = { "year" },
                LegalBasis = "National Pension Act article 90",
                Outcome = Outcome.Found,
                RequestId = "02000000000000000000000000000000",
            },
            told.Entries[0]);
        Assert.Equal(("2026-03-30T09:00:00+09:00", "jp.mun.131016", "year total_income", Law), (told.Entries[1].Time, told.Entries[1].Requester, string.Join(' ', told.Entries[1].Fields), told.Entries[1].LegalBasis));
        Assert.Equal((2, false), (told.Entries.Count, told.HasOlder));
        Assert.Empty(history.Meaning!.Check(new HistoryQuestion(), told));
    }

    [Fact]
    public async Task Official_and_case_of_the_other_agency_and_what_was_asked_and_told_stay_behind()
    {
        await kept.Add(Answered("official-7391", Person, day: -1) with
        {
            CaseId = "case-7391",
            Question = new Question { Official = "official-7391", Query = ByteString.CopyFromUtf8("7391") }.ToByteString(),
            Answer = new Answer { Record = ByteString.CopyFromUtf8("7391") }.ToByteString(),
        });
        Assert.DoesNotContain("7391", $"{await Told(Person)}", StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_told_in_place_of_fields_stands_by_its_name_and_not_by_what_was_said()
    {
        await kept.Add(Answered("sato", Person, day: -1) with
        {
            Answer = new Answer { Verdicts = { new Verdict { Predicate = "low-income", Version = "2025-10", Truth = Truth.Yes }, new Verdict { Predicate = "levy-exempt", Version = "2025", Truth = Truth.NotKnown } } }.ToByteString(),
        });
        var entry = Assert.Single((await Told(Person))!.Entries);
        Assert.Equal(["low-income", "levy-exempt"], entry.Predicates);
        Assert.Empty(entry.Fields);
    }

    [Theory]
    [InlineData(AnswerStatus.NotFound, Outcome.NotFound)]
    [InlineData(AnswerStatus.Withheld, Outcome.Withheld)]
    [InlineData(AnswerStatus.Pending, Outcome.Pending)]
    [InlineData(AnswerStatus.Quarantined, Outcome.Quarantined)]
    [InlineData(AnswerStatus.IdentityMismatch, Outcome.IdentityMismatch)]
    [InlineData(AnswerStatus.Unavailable, Outcome.Unavailable)]
    [InlineData(AnswerStatus.NoRecord, Outcome.NoRecord)]
    [InlineData(AnswerStatus.ConsentMissing, Outcome.NothingTold)]
    public async Task A_lookup_in_which_nothing_was_told_is_listed_with_why_and_without_what_would_have_been(AnswerStatus status, Outcome outcome)
    {
        await kept.Add(Answered("sato", Person, day: -1) with { Status = status, Granted = [1, 3] });
        var entry = Assert.Single((await Told(Person))!.Entries);
        Assert.Equal((outcome, 0, 0), (entry.Outcome, entry.Fields.Count, entry.Predicates.Count));
    }

    [Fact]
    public async Task Every_status_that_is_sealed_has_an_outcome_of_its_own_name_or_tells_nothing()
    {
        await kept.Add([.. Enum.GetValues<AnswerStatus>().Select(status => Answered("sato", Person, day: -1) with { Status = status })]);
        Assert.All((await Told(Person))!.Entries, entry => Assert.NotEqual(Outcome.Unspecified, entry.Outcome));
    }

    [Theory]
    [InlineData("", "", 2, 1)]
    [InlineData("2026-04-01", "", 2)]
    [InlineData("", "2026-03-31", 1)]
    [InlineData("2026-03-31", "2026-03-31", 1)]
    [InlineData("2026-03-31", "2026-04-01", 2, 1)]
    [InlineData("2026-04-02", "")]
    [InlineData("", "2026-03-30")]
    public async Task Days_are_those_of_Japan_and_the_first_and_the_last_are_among_them(string from, string until, params int[] found)
    {
        // The last second of 31 March in Japan, and the first of 1 April.
        var midnight = Begin.AddHours(-9);
        await kept.Add(At(midnight.AddSeconds(-1), 1), At(midnight, 2));
        Assert.Equal(found.Select(one => $"0{one}"), (await Told(Person, from, until))!.Entries.Select(entry => entry.RequestId[..2]));
    }

    [Fact]
    public async Task Of_more_than_one_record_holds_the_newest_are_told_and_that_there_are_older_ones()
    {
        await kept.Add([.. Enumerable.Range(0, HistorySource.MostEntries + 1).Select(i => Answered("sato", Person, day: -1 - i, request: i + 1))]);

        var told = (await Told(Person))!;

        Assert.Equal((HistorySource.MostEntries, true), (told.Entries.Count, told.HasOlder));
        Assert.Equal("2026-03-31T09:00:00+09:00", told.Entries[0].Time);
        var rest = (await Told(Person, olderThan: told.Entries[^1].RequestId))!;
        Assert.Equal(("f501", false), (Assert.Single(rest.Entries).RequestId[..4], rest.HasOlder));
    }

    [Fact]
    public async Task However_many_asked_in_one_millisecond_all_are_told_once_by_going_on_from_the_last_and_days_hold_as_well()
    {
        var all = Enumerable.Range(0, 2 * HistorySource.MostEntries + 1).Select(i => At(Begin, i + 1)).ToArray();
        // A letter that was answered once more, after others.
        await kept.Add([At(Begin.AddDays(-1), 5000), .. all, At(Begin, 7)]);

        var (told, pages, last) = (new List<string>(), 0, "");
        for (var more = true; more; pages++)
        {
            var page = (await Told(Person, from: "2026-04-01", olderThan: last))!;
            told.AddRange(page.Entries.Select(entry => entry.RequestId));
            (more, last) = (page.HasOlder, told[^1]);
        }

        Assert.Equal(3, pages);
        Assert.Equal(all.Length, told.Distinct().Count());
        Assert.InRange(told.Count, all.Length, all.Length + 1);
        Assert.Single((await Told(Person, until: "2026-03-31", olderThan: told[0]))!.Entries);
    }

    [Fact]
    public async Task Of_a_letter_that_was_answered_twice_both_answers_are_told_wherever_a_record_ends()
    {
        // The newer answer and the older one each stand once where the first record would end.
        foreach (var place in new[] { HistorySource.MostEntries - 1, HistorySource.MostEntries - 3 })
        {
            await using var scene = new HistorySourceTests();
            var all = Enumerable.Range(0, HistorySource.MostEntries + 10).Select(i => At(Begin.AddDays(-1).AddSeconds(-i), i == place + 2 ? place : i)).ToArray();
            await scene.kept.Add(all);

            var first = (await scene.Told(Person))!;
            var rest = (await scene.Told(Person, olderThan: first.Entries[^1].RequestId))!;

            Assert.Equal(all.Select(one => Convert.ToHexStringLower(one.RequestId.Span)), first.Entries.Concat(rest.Entries).Select(one => one.RequestId));
        }
    }

    [Fact]
    public async Task Going_on_from_a_lookup_that_is_none_of_the_person_is_not_told_as_a_history_without_lookups()
    {
        await kept.Add(Answered("sato", Person, request: 1), Answered("sato", "R-2", request: 2));
        foreach (var other in new[] { Answered("sato", "R-2", request: 2), Answered("sato", "R-2", request: 3) })
            await Assert.ThrowsAsync<SourceException>(async () => await Told(Person, olderThan: Convert.ToHexStringLower(other.RequestId.Span)));
    }

    [Fact]
    public async Task What_was_answered_from_the_moment_on_is_left_out_and_no_moment_lies_ahead_of_now()
    {
        var now = agency.Time.GetUtcNow();
        await kept.Add(At(now.AddSeconds(-2), 1), At(now.AddSeconds(-1), 2), At(now.AddSeconds(1), 3));
        Assert.Single((await Told(Person, asOf: now.AddSeconds(-1).ToUnixTimeMilliseconds()))!.Entries);
        Assert.Equal(2, (await Told(Person, asOf: now.AddDays(1).ToUnixTimeMilliseconds()))!.Entries.Count);
        await using var journal = kept.Write();
        Assert.Equal(now.ToUnixTimeMilliseconds(), (await Source(journal).Find(Person, new HistoryQuestion(), default))!.AsOfUnixMs);
    }

    [Fact]
    public async Task Others_what_this_agency_asked_itself_and_another_agencys_journal_of_the_same_key_are_not_among_it()
    {
        using var other = new KeptJournal();
        await other.Add(Answered("sato", Person, day: -1, request: 9));
        await kept.Add(Answered("sato", Person, day: -1, request: 1), Answered("sato", "P-10", day: -1, request: 2), Answered("sato", "", day: -1, request: 3), Asked("sato", Person, day: -1, request: 4));
        Assert.Equal("01000000000000000000000000000000", Assert.Single((await Told(Person))!.Entries).RequestId);
        Assert.Equal("02000000000000000000000000000000", Assert.Single((await Told("P-10"))!.Entries).RequestId);
    }

    [Fact]
    public async Task Entries_that_an_earlier_key_of_the_journal_sealed_are_told_too()
    {
        await kept.Add(Answered("sato", Person, day: -2, request: 1));
        kept.AddKey();
        await kept.Add(Answered("sato", Person, day: -1, request: 2));
        Assert.Equal(["02", "01"], (await Told(Person))!.Entries.Select(entry => entry.RequestId[..2]));
    }

    [Fact]
    public async Task Somebody_about_whom_nobody_asked_has_an_empty_history_and_somebody_whose_history_is_hidden_none()
    {
        Assert.Equal(new History(), await Told(Person));
        await kept.Add(Answered("sato", Person, day: -1));
        agency.Protected.Mark(Person, needsApproval: true, hidesHistory: false, "suzuki", "desk");
        // Whether it may be told at all is judged before a source is read.
        Assert.Single((await Told(Person))!.Entries);
        agency.Protected.Mark(Person, needsApproval: false, hidesHistory: true, "suzuki", "desk");
        Assert.Null(await Told(Person));
        Assert.Empty((await Told("P-2"))!.Entries);
        Assert.Null(agency.Protected.Lift(Person, "suzuki", "desk", out _));
        Assert.Single((await Told(Person))!.Entries);
    }

    [Fact]
    public async Task An_entry_from_before_its_law_was_kept_shows_none_and_one_too_long_for_a_matrix_is_cut()
    {
        await kept.Add(Answered("sato", Person, day: -2), Answered("sato", Person, day: -1) with { LegalBasis = new string('法', 299) + "𠮷" });
        var told = (await Told(Person))!;
        Assert.Equal((new string('法', 299), ""), (told.Entries[0].LegalBasis, told.Entries[1].LegalBasis));
    }

    [Fact]
    public async Task A_data_set_and_a_field_that_this_version_does_not_know_are_told_as_they_stand()
    {
        await kept.Add(Answered("sato", Person, day: -1) with { DataSet = "tax.before.v1", Granted = [7] }, Answered("sato", Person, day: -1) with { Granted = [1, 4000] });
        Assert.Equal(["year 4000", "7"], (await Told(Person))!.Entries.Select(entry => string.Join(' ', entry.Fields)));
    }

    [Fact]
    public async Task A_journal_with_an_entry_that_was_changed_tells_no_history_and_somebody_is_told_of_it()
    {
        await kept.Add(Answered("sato", Person, day: -2), Answered("sato", Person, day: -1));
        using (var file = kept.Store.Open())
            file.Execute("UPDATE answered SET task = 'other' WHERE id = 1");
        await Assert.ThrowsAsync<SourceException>(() => Told(Person));
        Assert.DoesNotContain(Person, Assert.Single(notices), StringComparison.Ordinal);
        Assert.Empty((await Told("P-2"))!.Entries);
    }

    [Fact]
    public async Task A_read_that_nobody_waits_for_any_more_ends()
    {
        await kept.Add(Answered("sato", Person, day: -1));
        await using var journal = kept.Write();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Source(journal).Find(Person, new HistoryQuestion(), new CancellationToken(canceled: true)));
    }

    [Fact]
    public async Task An_agency_that_keeps_no_records_has_no_history_of_them()
    {
        await using var journal = kept.Write();
        Assert.Empty(AgencyData.None.With(Source(journal)).Sources);
        var data = new AgencyData(new Dictionary<string, IRecordSource> { ["tax.income.v1"] = new ScriptedSource(DataSetCatalogue.Income, (_, _) => Task.FromResult<SourceRecord?>(null)) }, null);
        Assert.Equal(["tax.history.v1", "tax.income.v1"], data.With(Source(journal)).Sources.Keys.Order());
    }

    async Task<History?> Told(string person, string from = "", string until = "", string olderThan = "", long asOf = long.MaxValue)
    {
        await using var journal = kept.Write();
        var question = new HistoryQuestion { From = from, Until = until };
        if (olderThan.Length > 0)
            question.OlderThan = olderThan;
        return (History?)(await Source(journal).Find(person, question, asOf, default))?.Record;
    }

    HistorySource Source(AgencyJournal journal) => new(history, journal, agency.Protected, notices.Add, agency.Time);

    static AnsweredEntry At(DateTimeOffset time, int request) => Answered("sato", Person, request: request) with { TimeUnixMs = time.ToUnixTimeMilliseconds() };
}
