using Exchange.Adapter.Asking;
using Exchange.Adapter.Jobs;
using Exchange.Adapter.Tests.Routing;
using Exchange.Protocol.DataSets;
using Exchange.Protocol.Refusals;
using Exchange.V1;
using Google.Protobuf;
using Records.Municipality.V1;

namespace Exchange.Adapter.Tests.Jobs;

public sealed class PacedLookupsTests
{
    static readonly TimeSpan patience = TimeSpan.FromSeconds(30);

    readonly CountedTime time = new();
    readonly List<double> asked = [];

    [Theory]
    [InlineData(2000, 1)]
    [InlineData(2000, 10)]
    [InlineData(50_000, 1)]
    [InlineData(20, 1)]
    public async Task A_list_takes_as_long_as_its_quota_and_nobody_fails_for_it(int intervalMs, int burst)
    {
        const int People = 200, AtOnce = 32;
        var interval = TimeSpan.FromMilliseconds(intervalMs);
        var quota = new Quota(time, interval, burst);
        // Each municipality is another provider, and all are under the quota of the one data set.
        var paced = new PacedLookups((request, _) => Task.FromResult(quota.Take(request) ?? Outcomes.Answered(request.Provider, AnswerStatus.NotFound)), time);
        var results = new Outgoing<AskOutcome>();
        var run = ListRun.Run(
            Incoming<int>.Of([.. Enumerable.Range(0, People)]), results, (item, stop) => paced.Ask(Request($"{item}", $"jp.mun.{item}"), stop), AtOnce, CancellationToken.None);
        // Answers are there at once: whoever has the turn waits, and nobody else does.
        await RunOn(run, waiting: 1);

        Assert.Equal(People, results.Written.Count);
        Assert.All(results.Written, one => Assert.Null(one.Refusal));
        Assert.InRange(quota.LastAdmitted, interval * (People - burst), interval * (People - burst) * 1.05 + TimeSpan.FromMilliseconds(People));
        Assert.InRange(quota.Refused, 1, People + AtOnce);
    }

    [Fact]
    public async Task Who_waits_is_admitted_in_the_order_of_their_coming()
    {
        var quota = new Quota(time, TimeSpan.FromSeconds(1), 1);
        var paced = new PacedLookups((request, _) => Task.FromResult(quota.Take(request) ?? Outcomes.Answered("jp.tax", AnswerStatus.NotFound)), time);
        var all = Task.WhenAll(Enumerable.Range(0, 40).Select(i => paced.Ask(Request($"{i}"), CancellationToken.None)));
        await RunOn(all, waiting: 1);
        Assert.Equal(Enumerable.Range(0, 40).Select(i => $"{i}"), quota.People);
    }

    [Fact]
    public async Task A_provider_that_takes_longer_than_the_quota_does_not_slow_down_the_others()
    {
        var quota = new Quota(time, TimeSpan.FromMilliseconds(100), 1);
        var admitted = new SemaphoreSlim(0);
        var answers = new TaskCompletionSource();
        var paced = new PacedLookups(async (request, _) =>
        {
            if (quota.Take(request) is { } refused)
                return refused;
            admitted.Release();
            await answers.Task;
            return Outcomes.Answered("jp.tax", AnswerStatus.NotFound);
        }, time);
        var all = Task.WhenAll(Enumerable.Range(0, 5).Select(i => paced.Ask(Request($"{i}"), CancellationToken.None)));
        for (var i = 0; i < 5; i++)
        {
            while (!await admitted.WaitAsync(TimeSpan.Zero))
            {
                await time.Until(waiting: 1, all);
                time.Next();
            }
        }
        Assert.Equal((5, false), (quota.Admitted, all.IsCompleted));
        Assert.True(quota.LastAdmitted < TimeSpan.FromMilliseconds(600), quota.LastAdmitted.ToString());
        answers.SetResult();
        await all.WaitAsync(patience, TimeProvider.System);
    }

    [Fact]
    public async Task A_page_that_is_refused_for_its_pace_is_asked_again_and_not_the_pages_before_it()
    {
        using var register = new Register();
        register.LivesIn("131024", "271004");
        var quota = new Quota(time, TimeSpan.FromSeconds(1), 1);
        var admitted = new List<(string, string)>();
        var paced = new PacedLookups((request, _) =>
        {
            if (quota.Take(request) is { } refused)
                return Task.FromResult(refused);
            lock (admitted)
                admitted.Add((request.Provider, request.PageToken.ToStringUtf8()));
            return Task.FromResult(Outcomes.Found(request.Provider, new Household { Members = { new HouseholdMember() } }) with { NextPage = ByteString.CopyFromUtf8(request.PageToken.IsEmpty ? "2" : "") });
        }, time);
        using var inquiry = new Inquiry(register.Routing, paced.Ask, new Purpose("record linking", "record-linking", [], "suzuki", ""), null, null, CancellationToken.None);
        var asking = inquiry.Ask(Register.Person, "residence:2026-01-01", DataSetCatalogue.Household, new HouseholdQuestion());
        await RunOn(asking, waiting: 1);
        var outcome = await asking;
        Assert.Null(outcome.Refusal);
        Assert.Equal(2, Household.Parser.ParseFrom(outcome.Record).Members.Count);
        Assert.Equal([("jp.mun.131024", ""), ("jp.mun.131024", "2"), ("jp.mun.271004", ""), ("jp.mun.271004", "2")], admitted.Order());
        Assert.Equal(4, quota.Admitted);
        Assert.InRange(quota.LastAdmitted.TotalSeconds, 3, 3.1);
    }

    [Fact]
    public async Task What_is_refused_for_its_pace_is_asked_again_after_the_time_given_and_not_before()
    {
        var outcome = await Alone(() => asked.Count < 3 ? Refused(Reason.QuotaExceeded, 250) : Outcomes.Answered("jp.tax", AnswerStatus.NotFound));
        Assert.Equal((AnswerStatus.NotFound, null), (outcome.Status, outcome.Refusal));
        Assert.Equal([0, 250, 500], asked);
    }

    [Fact]
    public async Task Where_nobody_is_admitted_for_a_minute_the_refusal_stands_for_everybody_who_waits()
    {
        var paced = new PacedLookups((_, _) =>
        {
            lock (asked)
                asked.Add(0);
            return Task.FromResult(Refused(Reason.QuotaExceeded, 20_000));
        }, time);
        var began = time.GetTimestamp();
        var all = Task.WhenAll(Enumerable.Range(0, 10).Select(i => paced.Ask(Request($"{i}"), CancellationToken.None)));
        await RunOn(all, waiting: 1);
        Assert.All(await all, one => Assert.Equal(Reason.QuotaExceeded, one.Refusal?.Reason));
        Assert.Equal(60, time.GetElapsedTime(began).TotalSeconds);
        Assert.InRange(asked.Count, 13, 22);
    }

    [Fact]
    public async Task A_quota_that_is_used_up_for_longer_than_a_minute_is_not_waited_for()
    {
        var outcome = await Alone(() => Refused(Reason.QuotaExceeded, 3_600_000));
        Assert.Equal(Reason.QuotaExceeded, outcome.Refusal?.Reason);
        Assert.Equal([0], asked);
    }

    [Theory]
    [InlineData(Reason.ProviderUnavailable, 5000)]
    [InlineData(Reason.ProviderClosed, 5000)]
    [InlineData(Reason.NotPermitted, 0)]
    [InlineData(Reason.QuotaExceeded, 0)]
    public async Task Whatever_else_is_refused_is_asked_once(Reason reason, int retryAfterMs)
    {
        var outcome = await Alone(() => Refused(reason, retryAfterMs));
        Assert.Equal((reason, 1), (outcome.Refusal?.Reason, asked.Count));
    }

    [Fact]
    public async Task An_exchange_that_went_before_a_refusal_for_pace_is_named_with_the_answer()
    {
        var outcome = await Alone(() => asked.Count < 3
            ? Refused(Reason.QuotaExceeded, 250) with { Receipts = [Outcomes.Receipt((byte)asked.Count)] }
            : Outcomes.Answered("jp.tax", AnswerStatus.NotFound) with { Receipts = [Outcomes.Receipt(3)] });
        Assert.Equal([1ul, 2, 3], outcome.Receipts.Select(one => one.Index));
    }

    [Fact]
    public async Task A_caller_that_leaves_is_waited_for_no_longer_and_holds_up_nobody_behind_it()
    {
        using var leaving = new CancellationTokenSource();
        var quota = new Quota(time, TimeSpan.FromSeconds(1), 1);
        var paced = new PacedLookups((request, _) => Task.FromResult(quota.Take(request) ?? Outcomes.Answered("jp.tax", AnswerStatus.NotFound)), time);
        await paced.Ask(Request("first"), CancellationToken.None);
        var left = new[] { paced.Ask(Request("in turn"), leaving.Token), paced.Ask(Request("in line"), leaving.Token) };
        var behind = paced.Ask(Request("behind"), CancellationToken.None);
        await leaving.CancelAsync();
        foreach (var one in left)
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => one.WaitAsync(patience, TimeProvider.System));
        await RunOn(behind, waiting: 1);
        Assert.Null((await behind).Refusal);
        Assert.Equal(["first", "behind"], quota.People);
    }

    async Task<AskOutcome> Alone(Func<AskOutcome> answer)
    {
        var began = time.GetTimestamp();
        var paced = new PacedLookups((_, _) =>
        {
            asked.Add(time.GetElapsedTime(began).TotalMilliseconds);
            return Task.FromResult(answer());
        }, time);
        var asking = paced.Ask(Request("4711"), CancellationToken.None);
        await RunOn(asking, waiting: 1);
        return await asking;
    }

    /// <summary>Lets time pass until it is done, each time once so many wait for it.</summary>
    async Task RunOn(Task work, int waiting)
    {
        while (true)
        {
            await time.Until(waiting, work);
            if (work.IsCompleted)
                break;
            time.Next();
        }
        await work;
    }

    static AskRequest Request(string person, string provider = "jp.tax") => new(person, provider, "record-linking", "municipality.household.v1", ByteString.Empty, "suzuki", "", null, ByteString.Empty);

    static AskOutcome Refused(Reason reason, int retryAfterMs)
    {
        var refusal = Reasons.Refuse(reason);
        refusal.RetryAfterMs = (uint)retryAfterMs;
        return AskOutcome.Refused(refusal);
    }
}
