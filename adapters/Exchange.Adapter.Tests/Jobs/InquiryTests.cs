using System.Collections.Concurrent;
using Exchange.Adapter.Asking;
using Exchange.Adapter.Jobs;
using Exchange.Adapter.LocalApi;
using Exchange.Adapter.Tests.Routing;
using Exchange.Protocol.DataSets;
using Exchange.V1;
using Google.Protobuf;
using Microsoft.Extensions.Time.Testing;
using Records.Municipality.V1;

namespace Exchange.Adapter.Tests.Jobs;

public sealed class InquiryTests : IDisposable
{
    const string Town = "jp.mun.131024", Other = "jp.mun.271004";

    static readonly ByteString malformed = ByteString.CopyFrom(0x0a, 0xff);

    readonly Register register = new();
    readonly ConcurrentQueue<AskRequest> asked = new();
    readonly FakeTimeProvider time = new();

    public void Dispose() => register.Dispose();

    [Fact]
    public async Task A_record_in_pages_is_one_record_with_the_receipts_of_all_of_them()
    {
        var outcome = await Ask(request => Page(request, 3));
        Assert.Equal((null, AnswerStatus.Found, Town), (outcome.Refusal, outcome.Status, outcome.Provider));
        Assert.True(outcome.NextPage.IsEmpty);
        var household = Household.Parser.ParseFrom(outcome.Record);
        Assert.Equal(("2020-04-01", 3), (household.MovedInOn, household.Members.Count));
        Assert.Equal([1901, 1902, 1903], household.Members.Select(one => one.BirthYear));
        Assert.Equal([1ul, 2, 3], outcome.Receipts.Select(one => one.Index));
        Assert.Equal(3ul, outcome.Receipt!.Index);
    }

    [Fact]
    public async Task Further_pages_are_asked_of_the_provider_that_gave_the_first()
    {
        register.LivesIn("131024");
        await Ask(request => Page(request, 3), "residence:2026-01-01");
        Assert.Equal([Town, Town, Town], asked.Select(one => one.Provider));
        Assert.Equal(["", "1", "2"], asked.Select(one => one.PageToken.ToStringUtf8()));
    }

    [Fact]
    public async Task With_a_later_page_refused_the_record_is_not_known_and_the_pages_before_are_named()
    {
        var outcome = await Ask(request => asked.Count == 3 ? Outcomes.Refused(Reason.SourceUnavailable) with { Receipts = [Outcomes.Receipt(9)] } : Page(request, 4));
        Assert.Equal((Reason.SourceUnavailable, Town), (outcome.Refusal?.Reason, outcome.Provider));
        Assert.Equal([1ul, 2, 9], outcome.Receipts.Select(one => one.Index));
        Assert.Null(outcome.Receipt);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Bytes_that_are_no_record_on_any_page_are_an_invalid_answer_of_that_provider(int page)
    {
        var outcome = await Ask(request => asked.Count == page ? Page(request, 3) with { Record = malformed } : Page(request, 3));
        Assert.Equal((Reason.AnswerInvalid, Town), (outcome.Refusal?.Reason, outcome.Provider));
        Assert.Equal(page, outcome.Receipts.Count);
        Assert.True(outcome.Record.IsEmpty);
    }

    [Fact]
    public async Task Bytes_that_are_no_record_on_the_only_page_are_an_invalid_answer_too()
    {
        AskQuestion ask = Inquiry(request => Outcomes.Found(Town, new Household()) with { Record = malformed }).Ask;
        var answer = await ask.For<Household>("4711", Town, DataSetCatalogue.Household, new HouseholdQuestion());
        Assert.Equal(("ANSWER_INVALID", Town), (answer.Missing.Single().Code, answer.Missing.Single().Provider));
        Assert.Single(answer.Receipts);
    }

    [Theory]
    [InlineData(AnswerStatus.NotFound)]
    [InlineData(AnswerStatus.Withheld)]
    public async Task A_later_page_that_is_no_record_leaves_none(AnswerStatus status)
    {
        var outcome = await Ask(request => asked.Count == 2 ? Outcomes.Answered(Town, status) : Page(request, 3));
        Assert.Equal((Reason.AnswerInvalid, 2, 2), (outcome.Refusal?.Reason, asked.Count, outcome.Receipts.Count));
    }

    [Fact]
    public async Task A_record_without_end_is_no_record()
    {
        var outcome = await Ask(request => Page(request, int.MaxValue));
        Assert.Equal((Reason.AnswerInvalid, WholeRecord.MostPages), (outcome.Refusal?.Reason, asked.Count));
    }

    [Fact]
    public async Task One_providers_malformed_pages_cost_its_people_alone()
    {
        AskQuestion ask = Inquiry(request => request.Person == "3" ? Page(request, 2) with { Record = malformed } : Page(request, 2)).Ask;
        var results = new Outgoing<(string, bool)>();
        await ListRun.Run(Incoming<string>.Of([.. Enumerable.Range(0, 10).Select(i => $"{i}")]), results, async (person, _) =>
            (person, (await ask.For<Household>(person, Town, DataSetCatalogue.Household, new HouseholdQuestion())).Refused is null), 4, CancellationToken.None)
            .WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System);
        Assert.Equal(10, results.Written.Count);
        Assert.Equal("3", Assert.Single(results.Written, one => !one.Item2).Item1);
    }

    [Fact]
    public async Task When_the_time_is_over_what_one_town_answered_stands_and_the_other_is_named_with_a_time_to_retry()
    {
        register.LivesIn("131024", "271004");
        var deadline = new Deadline(TimeSpan.FromSeconds(5), new LocalApiOptions { CertificateFile = "", KeyFile = "", CallersFile = "" }, time, CancellationToken.None);
        var asking = new TaskCompletionSource();
        using var inquiry = new Inquiry(register.Routing, async (request, over) =>
        {
            if (request.Provider == Town)
                return Outcomes.Found(Town, new Household());
            asking.SetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, time, over);
            return Outcomes.Found(Other, new Household());
        }, purpose, null, deadline, CancellationToken.None);
        var answering = new AskQuestion(inquiry.Ask).For<Household>(Register.Person, "residence:2026-01-01", DataSetCatalogue.Household, new HouseholdQuestion());
        await asking.Task.WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System);
        time.Advance(TimeSpan.FromSeconds(5));
        var answer = await answering.WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System);
        Assert.NotNull(answer.Record);
        Assert.Equal((Other, "DEADLINE_EXCEEDED"), (Assert.Single(answer.Silent).Provider, answer.Silent.Single().Code));
        Assert.Single(answer.Receipts);
    }

    static readonly Purpose purpose = new("record linking", "record-linking", [], "suzuki", "case-7");

    /// <summary>A page of one member, numbered by its token.</summary>
    static AskOutcome Page(AskRequest request, int pages)
    {
        var number = request.PageToken.IsEmpty ? 0 : int.Parse(request.PageToken.ToStringUtf8());
        var household = new Household { MovedInOn = number == 0 ? "2020-04-01" : "", Members = { new HouseholdMember { BirthYear = 1901 + number } } };
        return Outcomes.Found(Town, household) with
        {
            NextPage = number + 1 < pages ? ByteString.CopyFromUtf8($"{number + 1}") : ByteString.Empty,
            Receipts = [Outcomes.Receipt((byte)(number + 1))],
        };
    }

    Inquiry Inquiry(Func<AskRequest, AskOutcome> answer) => new(register.Routing, (request, _) =>
    {
        asked.Enqueue(request);
        return Task.FromResult(answer(request));
    }, purpose, null, null, CancellationToken.None);

    async Task<AskOutcome> Ask(Func<AskRequest, AskOutcome> answer, string provider = Town)
    {
        using var inquiry = Inquiry(answer);
        return await inquiry.Ask(Register.Person, provider, DataSetCatalogue.Household, new HouseholdQuestion());
    }
}
