using Exchange.Adapter.Asking;
using Exchange.Adapter.Sources;
using Exchange.Protocol.DataSets;
using Exchange.V1;
using Records.Municipality.V1;
using Records.Tax.V1;

namespace Exchange.Adapter.Tests.Answering;

public sealed class AnswererTests
{
    const string Held = "4711", Twin = "4712", OtherTwin = "4713", Unknown = "nobody";

    static readonly DataSetContract open = DataSetCatalogue.Income, guarded = DataSetCatalogue.ResidentTax;
    static readonly TimeSpan wait = Ms(9_950), timeout = Ms(9_900);

    [Theory]
    [InlineData(9_950, 9_900, 9_650)]
    [InlineData(950, 900, 650)]
    [InlineData(50, 38, 19)]
    public async Task A_source_slower_than_the_deadline_ends_in_time_for_an_answer_of_the_one_size(int waitMs, int timeoutMs, int readingMs)
    {
        var reading = Signal();
        // It does not listen to its cancellation either.
        await using var agency = new AnsweringAgency(async (_, _, _) =>
        {
            reading.TrySetResult();
            return await new TaskCompletionSource<SourceRecord?>().Task;
        });
        agency.Enrol(Held);

        var (ask, asked) = agency.Ask(Held, open, Ms(waitMs), Ms(timeoutMs));
        await AnsweringAgency.InTime(reading.Task);
        agency.Time.Advance(Ms(readingMs));
        var held = await agency.Answered(asked, open);
        Assert.NotNull((await AnsweringAgency.InTime(ask.Reply)).Answer);

        (ask, asked) = agency.Ask(Unknown, open, Ms(waitMs), Ms(timeoutMs));
        var unknown = await agency.Answered(asked, open);
        Assert.NotNull((await AnsweringAgency.InTime(ask.Reply)).Answer);
        Assert.Equal((AnswerStatus.Unavailable, AnswerStatus.NotFound), (held.Status, unknown.Status));
        Assert.Equal(held.Size, unknown.Size);
    }

    [Fact]
    public async Task A_source_that_breaks_in_an_unforeseen_way_is_a_sealed_answer_and_logged_by_its_type_alone()
    {
        await using var agency = new AnsweringAgency((_, person, _) => throw new InvalidOperationException($"no row for {person}"));
        agency.Enrol(Held);

        var (ask, asked) = agency.Ask(Held, open, wait, timeout);

        Assert.Equal(AnswerStatus.Unavailable, (await agency.Answered(asked, open)).Status);
        Assert.NotNull((await AnsweringAgency.InTime(ask.Reply)).Answer);
        var line = Assert.Single(agency.Log.All);
        Assert.Contains(nameof(InvalidOperationException), line, StringComparison.Ordinal);
        Assert.DoesNotContain(Held, line, StringComparison.Ordinal);
        Assert.Equal(AnswerStatus.Unavailable, Assert.Single(agency.Journal.Answered.Recent(10)).Status);
    }

    [Fact]
    public async Task What_a_source_gives_for_a_record_and_is_none_is_a_sealed_answer_too()
    {
        await using var agency = new AnsweringAgency((_, _, _) => Task.FromResult<SourceRecord?>(new SourceRecord(null!, 0, "", 0)));
        agency.Enrol(Held);

        var (_, asked) = agency.Ask(Held, open, wait, timeout);

        Assert.Equal(AnswerStatus.Unavailable, (await agency.Answered(asked, open)).Status);
        Assert.Contains("unforeseen", Assert.Single(agency.Log.All), StringComparison.Ordinal);
    }

    public static TheoryData<string, string, uint[]?, int, AnswerStatus, int> Guarded => new()
    {
        { Unknown, AnsweringAgency.Task, null, 0, AnswerStatus.NotFound, 100 },
        { Twin, AnsweringAgency.Task, null, 0, AnswerStatus.NotFound, 100 },
        { Unknown, AnsweringAgency.UnlistedTask, null, 0, AnswerStatus.NotFound, 100 },
        { Held, AnsweringAgency.UnlistedTask, null, 0, AnswerStatus.NotFound, 100 },
        { Held, AnsweringAgency.Task, [ResidentTax.DependantsFieldNumber], 30, AnswerStatus.NotFound, 100 },
        { Held, AnsweringAgency.Task, null, 0, AnswerStatus.Found, 100 },
        { Held, AnsweringAgency.Task, null, 99, AnswerStatus.Found, 100 },
        { Held, AnsweringAgency.Task, null, 100, AnswerStatus.Found, 100 },
        { Held, AnsweringAgency.Task, null, 101, AnswerStatus.Found, 200 },
    };

    [Theory]
    [MemberData(nameof(Guarded))]
    public async Task In_a_protected_data_set_every_answer_leaves_at_one_pace_and_says_no_more_than_of_somebody_unknown(
        string person, string task, uint[]? granted, int sourceTakesMs, AnswerStatus status, int leavesAfterMs)
    {
        await using var agency = new AnsweringAgency((agency, _, _) =>
        {
            agency.Time.Advance(Ms(sourceTakesMs));
            return Task.FromResult<SourceRecord?>(new SourceRecord(new ResidentTax { FiscalYear = 2026, TotalIncome = 1 }, 1, "r", 0));
        });
        agency.Enrol(Held);
        agency.Enrol(Twin);
        agency.Enrol(OtherTwin, same: Twin);
        var leaves = agency.Time.GetUtcNow() + Ms(leavesAfterMs);
        var waits = sourceTakesMs == leavesAfterMs ? null : agency.Time.Awaited(leaves);

        var (_, asked) = agency.Ask(person, guarded, wait, timeout, task, granted);
        if (waits is not null)
        {
            await AnsweringAgency.InTime(waits);
            agency.Time.Advance(leaves - agency.Time.GetUtcNow());
        }
        var answer = await agency.Answered(asked, guarded);

        Assert.Equal((status, leaves), (answer.Status, answer.At));
        Assert.Equal(status == AnswerStatus.NotFound, answer.Content.Record.IsEmpty);
        if (status == AnswerStatus.NotFound)
            Assert.Equal((0, new Freshness()), (answer.Content.Withheld.Count, answer.Content.Freshness));
    }

    [Fact]
    public async Task A_deadline_shorter_than_the_pace_is_kept_by_every_answer_alike()
    {
        await using var agency = new AnsweringAgency((_, _, _) => Task.FromResult<SourceRecord?>(new SourceRecord(new ResidentTax { FiscalYear = 2026 }, 1, "r", 0)));
        agency.Enrol(Held);
        foreach (var person in new[] { Held, Unknown })
        {
            var waits = agency.Time.Awaited(agency.Time.GetUtcNow() + Ms(38));
            var (ask, asked) = agency.Ask(person, guarded, Ms(50), Ms(38));
            await AnsweringAgency.InTime(waits);
            agency.Time.Advance(Ms(38));
            await agency.Answered(asked, guarded);
            Assert.NotNull((await AnsweringAgency.InTime(ask.Reply)).Answer);
        }
    }

    [Fact]
    public async Task Where_nothing_is_released_of_a_data_set_that_is_not_protected_the_asker_is_told_so()
    {
        await using var agency = new AnsweringAgency((_, _, _) => Task.FromResult<SourceRecord?>(new SourceRecord(new IncomeStatement { Year = 2025 }, 1, "r", 0)));
        agency.Enrol(Held);

        var (_, unlisted) = agency.Ask(Held, open, wait, timeout, AnsweringAgency.UnlistedTask);
        Assert.Equal(AnswerStatus.Withheld, (await agency.Answered(unlisted, open)).Status);
        var (_, ungranted) = agency.Ask(Held, open, wait, timeout, granted: [IncomeStatement.DependantsFieldNumber]);
        var answer = await agency.Answered(ungranted, open);
        Assert.Equal(AnswerStatus.Withheld, answer.Status);
        Assert.Equal([(uint)IncomeStatement.YearFieldNumber], answer.Content.Withheld);
    }

    [Fact]
    public async Task Whoever_wants_a_record_read_now_gets_none_of_the_cache()
    {
        var reads = 0;
        await using var agency = new AnsweringAgency((_, _, _) => Task.FromResult<SourceRecord?>(new SourceRecord(new IncomeStatement { Year = ++reads }, 1, "r", 0)));
        agency.Enrol(Held);

        Assert.Equal((1, 0UL), await Read(0));
        Assert.Equal((1, 250UL), await Read(0));
        Assert.Equal((2, 0UL), await Read(QuestionSealer.MaxAgeMs(TimeSpan.Zero)));
        Assert.Equal((2, 250UL), await Read(250));

        async Task<(int Year, ulong Age)> Read(ulong maxAgeMs)
        {
            var (_, asked) = agency.Ask(Held, open, wait, timeout, maxAgeMs: maxAgeMs);
            var answer = await agency.Answered(asked, open);
            agency.Time.Advance(Ms(250));
            return (IncomeStatement.Parser.ParseFrom(answer.Content.Record).Year, answer.Content.Freshness.CachedAgeMs);
        }
    }

    public static TheoryData<Household, uint[], uint[]> Empty => new()
    {
        { new Household { Relationship = Relationship.Head, MovedInOn = "2020-04-01" }, [Household.MembersFieldNumber], [Household.RelationshipFieldNumber, Household.MovedInOnFieldNumber] },
        { new Household { MovedInOn = "2020-04-01" }, [Household.MovedOutOnFieldNumber, Household.MovedAbroadFieldNumber], [Household.MovedInOnFieldNumber] },
        { new Household(), [Household.MembersFieldNumber], [] },
        { new Household(), [Household.MovedAbroadFieldNumber], [] },
    };

    [Theory]
    [MemberData(nameof(Empty))]
    public async Task Whoever_lives_alone_is_found_though_all_that_may_be_told_is_empty_and_the_hub_sees_no_difference(Household record, uint[] granted, uint[] withheld)
    {
        await using var agency = new AnsweringAgency((_, _, _) => Task.FromResult<SourceRecord?>(new SourceRecord(record.Clone(), 1_767_225_600_000, "r", 0)));
        agency.Enrol(Held);
        var seen = new List<(int, TimeSpan)>();
        foreach (var person in new[] { Held, Unknown })
        {
            var (begun, leaves) = (agency.Time.GetUtcNow(), agency.Time.GetUtcNow() + Ms(100));
            var waits = agency.Time.Awaited(leaves);
            var (_, asked) = agency.Ask(person, DataSetCatalogue.Household, wait, timeout, granted: granted);
            await AnsweringAgency.InTime(waits);
            agency.Time.Advance(leaves - begun);
            var answer = await agency.Answered(asked, DataSetCatalogue.Household);
            seen.Add((answer.Size, answer.At - begun));
            Assert.True(answer.Content.Record.IsEmpty);
            Assert.Equal(person == Held ? (AnswerStatus.Found, 1_767_225_600_000) : (AnswerStatus.NotFound, 0), (answer.Status, answer.Content.Freshness.AsOfUnixMs));
            Assert.Equal(person == Held ? withheld : [], answer.Content.Withheld);
        }
        Assert.Equal(seen[0], seen[1]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_question_that_nobody_waits_for_any_more_ends_its_read_and_is_answered_like_any_other(bool lost)
    {
        var reading = Signal();
        var ended = Signal();
        await using var agency = new AnsweringAgency(async (agency, _, cancellation) =>
        {
            reading.SetResult();
            try
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, agency.Time, cancellation);
            }
            finally
            {
                ended.SetResult();
            }
            return null;
        });
        agency.Enrol(Held);
        var (ask, asked) = agency.Ask(Held, open, wait, timeout);
        await AnsweringAgency.InTime(reading.Task);

        if (lost)
            agency.Cut();
        else
            ask.Cancel();

        await AnsweringAgency.InTime(ended.Task);
        if (!lost)
            Assert.Equal(AnswerStatus.Unavailable, (await agency.Answered(asked, open)).Status);
        Assert.Empty(agency.Log.All);
    }

    [Fact]
    public async Task What_the_list_releases_is_what_it_says_when_the_question_comes()
    {
        await using var agency = new AnsweringAgency((_, _, _) => Task.FromResult<SourceRecord?>(new SourceRecord(new IncomeStatement { Year = 2025 }, 1, "r", 0)));
        agency.Enrol(Held);
        var (_, before) = agency.Ask(Held, open, wait, timeout);
        Assert.Equal(AnswerStatus.Found, (await agency.Answered(before, open)).Status);

        File.WriteAllText(agency.Allow, "allow: []\n");
        Assert.True(agency.Allowed.Refresh());

        var (_, after) = agency.Ask(Held, open, wait, timeout);
        Assert.Equal(AnswerStatus.Withheld, (await agency.Answered(after, open)).Status);
    }

    static TimeSpan Ms(int milliseconds) => TimeSpan.FromMilliseconds(milliseconds);

    static TaskCompletionSource Signal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
