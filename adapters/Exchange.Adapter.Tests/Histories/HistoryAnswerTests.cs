using Exchange.Adapter.Journal;
using Exchange.Adapter.Protection;
using Exchange.Adapter.Sources;
using Exchange.Adapter.Tests.Answering;
using Exchange.Protocol.DataSets;
using Exchange.V1;
using Google.Protobuf;
using Records.History.V1;
using Records.Tax.V1;

namespace Exchange.Adapter.Tests.Histories;

/// <summary>A history as another agency hears it: sealed, paged, at the pace of a protected data set.</summary>
public sealed class HistoryAnswerTests : IAsyncDisposable
{
    const string Person = "4711", Unknown = "nobody";

    static readonly DataSetContract history = DataSetCatalogue.TaxHistory, income = DataSetCatalogue.Income;
    static readonly TimeSpan wait = TimeSpan.FromMilliseconds(9_950), timeout = TimeSpan.FromMilliseconds(9_900), pace = TimeSpan.FromMilliseconds(100);

    AnsweringAgency agency = Agency();

    public ValueTask DisposeAsync() => agency.DisposeAsync();

    [Fact]
    public async Task Whoever_asked_is_told_with_the_fields_that_were_released_and_the_law_that_the_hub_named()
    {
        await AskIncome();

        var told = await Ask();

        Assert.Equal(AnswerStatus.Found, told.Status);
        var entry = Assert.Single(History.Parser.ParseFrom(told.Content.Record).Entries);
        Assert.Equal((AnsweringAgency.Town, AnsweringAgency.Task, income.Id, AnsweringAgency.Law, Outcome.Found), (entry.Requester, entry.Task, entry.DataSet, entry.LegalBasis, entry.Outcome));
        Assert.Equal(["year", "total_income"], entry.Fields);
        Assert.Equal(Convert.ToHexStringLower(agency.Journal.Answered.Recent(2)[1].RequestId.Span), entry.RequestId);
    }

    [Fact]
    public async Task It_is_read_anew_each_time_and_has_whoever_asked_for_it_before()
    {
        var first = await Ask();
        Assert.Equal((AnswerStatus.Found, true, 0UL), (first.Status, first.Content.Record.IsEmpty, first.Content.Freshness.CachedAgeMs));
        var read = agency.Time.GetUtcNow();

        var second = await Ask();

        Assert.Equal(history.Id, Assert.Single(History.Parser.ParseFrom(second.Content.Record).Entries).DataSet);
        Assert.Equal((read.ToUnixTimeMilliseconds(), 0UL), (second.Content.Freshness.AsOfUnixMs, second.Content.Freshness.CachedAgeMs));
    }

    [Fact]
    public async Task Its_pages_are_of_one_moment_though_each_of_them_is_a_lookup_that_a_later_history_has()
    {
        for (var i = 0; i < 200; i++)
            await Journal(i);
        var (read, page, pages) = (new History(), ByteString.Empty, 0);
        do
        {
            var told = await Ask(page: page);
            Assert.Equal(AnswerStatus.Found, told.Status);
            read.MergeFrom(told.Content.Record);
            page = told.Content.NextPage;
            pages++;
        }
        while (!page.IsEmpty);

        Assert.InRange(pages, 2, 10);
        Assert.Equal(200, read.Entries.Count);
        Assert.All(read.Entries, entry => Assert.Equal(income.Id, entry.DataSet));
        Assert.Equal(read.Entries.OrderByDescending(entry => entry.Time, StringComparer.Ordinal), read.Entries);
        // Two questions of one person with other days are two records.
        Assert.Equal(AnswerStatus.Unavailable, (await Ask(page: (await Ask()).Content.NextPage, question: new HistoryQuestion { Until = "2026-03-31" })).Status);
        Assert.Equal(pages + 2, History.Parser.ParseFrom((await Ask()).Content.Record).Entries.TakeWhile(entry => entry.DataSet == history.Id).Count());
    }

    [Fact]
    public async Task Somebody_whose_history_is_hidden_and_somebody_at_risk_are_answered_like_somebody_unknown()
    {
        await AskIncome();
        var unknown = await Ask(Unknown);
        agency.Protected.Mark(Person, needsApproval: false, hidesHistory: true, "suzuki", "desk");
        Assert.Equal(unknown, await Ask());
        Assert.Equal(AnswerStatus.NotFound, unknown.Status);
        // Of anything else whose history is hidden is answered as ever.
        Assert.Equal(AnswerStatus.Found, await AskIncome());

        Assert.Null(agency.Protected.Lift(Person, "suzuki", "desk", out _));
        agency.Protected.Mark(Person, needsApproval: true, hidesHistory: false, "suzuki", "desk");
        Assert.Equal(unknown, await Ask());
    }

    [Fact]
    public async Task Where_officials_decide_the_hidden_the_unknown_and_those_at_risk_are_pending_alike()
    {
        await agency.DisposeAsync();
        agency = Agency(ApprovalRules.None with { DataSets = new HashSet<string> { history.Id } });
        agency.Protected.Mark(Person, needsApproval: false, hidesHistory: true, "suzuki", "desk");
        var (unknown, hidden) = (await Ask(Unknown), await Ask());
        Assert.Equal(AnswerStatus.Pending, unknown.Status);
        Assert.Equal(Plain(unknown), Plain(hidden));
        agency.Protected.Mark(Person, needsApproval: true, hidesHistory: false, "suzuki", "desk");
        Assert.Equal(Plain(unknown), Plain(await Ask()));
        // Approved, it is hidden all the same.
        Assert.Null(agency.Book.Decide(Assert.Single(agency.Book.Open).Id, approves: true, "tanaka", "desk", out _));
        Assert.Equal(Plain(unknown), Plain(await Ask()));

        static Heard Plain(Heard heard) => heard with { Content = new Answer { Ticket = ByteString.CopyFrom(new byte[heard.Content.Ticket.Length]) } };
    }

    [Fact]
    public async Task A_question_of_days_that_are_none_is_refused_whoever_it_is_about()
    {
        foreach (var person in new[] { Person, Unknown })
        {
            var (ask, _) = agency.Ask(person, history, wait, timeout, query: new HistoryQuestion { From = "2026-02-30" }.ToByteString());
            Assert.Equal(Reason.QuestionInvalid, (await AnsweringAgency.InTime(ask.Reply)).Refusal!.Reason);
        }
    }

    static AnsweringAgency Agency(ApprovalRules? rules = null)
    {
        var agency = new AnsweringAgency((_, _, _) => Task.FromResult<SourceRecord?>(new SourceRecord(new IncomeStatement { Year = 2025, TotalIncome = 1 }, 1, "r", 0)), approval: rules);
        agency.Enrol(Person);
        return agency;
    }

    ValueTask Journal(int seconds) => agency.Journal.Write(new AnsweredEntry
    {
        TimeUnixMs = agency.Time.GetUtcNow().AddDays(-1).AddSeconds(seconds).ToUnixTimeMilliseconds(),
        RequestId = ByteString.CopyFrom(new byte[16]),
        Counterpart = AnsweringAgency.Town,
        Task = AnsweringAgency.Task,
        DataSet = income.Id,
        Person = Person,
        Status = AnswerStatus.Found,
        Granted = [.. Enumerable.Range(1, 15).Select(number => (uint)number)],
        LegalBasis = AnsweringAgency.Law,
    });

    async Task<AnswerStatus> AskIncome()
    {
        var (_, asked) = agency.Ask(Person, income, wait, timeout, granted: [IncomeStatement.YearFieldNumber, IncomeStatement.TotalIncomeFieldNumber]);
        var told = await agency.Answered(asked, income);
        agency.Time.Advance(pace);
        return told.Status;
    }

    sealed record Heard(AnswerStatus Status, int Size, TimeSpan After, Answer Content);

    async Task<Heard> Ask(string person = Person, HistoryQuestion? question = null, ByteString? page = null)
    {
        var begun = agency.Time.GetUtcNow();
        var waits = agency.Time.Awaited(begun + pace);
        var (_, asked) = agency.Ask(person, history, wait, timeout, query: (question ?? new HistoryQuestion()).ToByteString(), page: page);
        await AnsweringAgency.InTime(waits);
        agency.Time.Advance(pace);
        var (status, size, at, content) = await agency.Answered(asked, history);
        content.Blind = ByteString.Empty;
        return new Heard(status, size, at - begun, content);
    }
}
