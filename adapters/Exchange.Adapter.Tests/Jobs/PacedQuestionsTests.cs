using Exchange.Adapter.Asking;
using Exchange.Adapter.Jobs;
using Exchange.Protocol.DataSets;
using Exchange.Protocol.Refusals;
using Exchange.V1;
using Microsoft.Extensions.Time.Testing;
using Records.Tax.V1;

namespace Exchange.Adapter.Tests.Jobs;

public sealed class PacedQuestionsTests
{
    readonly FakeTimeProvider time = new();
    readonly List<TimeSpan> asked = [];

    [Fact]
    public async Task What_is_refused_for_its_pace_is_asked_again_after_the_time_given_and_not_before()
    {
        var started = time.GetTimestamp();
        var outcome = await Ask(() =>
        {
            asked.Add(time.GetElapsedTime(started));
            return asked.Count < 3 ? Refused(Reason.QuotaExceeded, 250) : Outcomes.Answered("jp.tax", AnswerStatus.NotFound);
        });
        Assert.Equal((AnswerStatus.NotFound, null), (outcome.Status, outcome.Refusal));
        Assert.Equal([0, 250, 500], asked.Select(one => one.TotalMilliseconds));
    }

    [Fact]
    public async Task After_a_minute_the_refusal_stands()
    {
        var outcome = await Ask(() =>
        {
            asked.Add(default);
            return Refused(Reason.QuotaExceeded, 20_000);
        });
        Assert.Equal((Reason.QuotaExceeded, 4), (outcome.Refusal!.Reason, asked.Count));
    }

    [Theory]
    [InlineData(Reason.ProviderUnavailable, 5000)]
    [InlineData(Reason.NotPermitted, 0)]
    [InlineData(Reason.QuotaExceeded, 0)]
    public async Task Whatever_else_is_refused_is_asked_once(Reason reason, int retryAfterMs)
    {
        var outcome = await Ask(() =>
        {
            asked.Add(default);
            return Refused(reason, retryAfterMs);
        });
        Assert.Equal((reason, 1), (outcome.Refusal!.Reason, asked.Count));
    }

    [Fact]
    public async Task A_caller_that_leaves_is_waited_for_no_longer()
    {
        using var leaving = new CancellationTokenSource();
        var asking = new PacedQuestions((_, _, _, _) => Task.FromResult(Refused(Reason.QuotaExceeded, 250)), time, leaving.Token)
            .Ask("4711", "tax", DataSetCatalogue.Income, new IncomeQuestion());
        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asking);
    }

    /// <summary>Lets time pass, 10 ms at a time, until it is done. Where there is no context, what waits goes on within the step.</summary>
    Task<AskOutcome> Ask(Func<AskOutcome> answer) => Task.Run(() =>
    {
        var asking = new PacedQuestions((_, _, _, _) => Task.FromResult(answer()), time, CancellationToken.None).Ask("4711", "tax", DataSetCatalogue.Income, new IncomeQuestion());
        while (!asking.IsCompleted)
            time.Advance(TimeSpan.FromMilliseconds(10));
        return asking;
    });

    static AskOutcome Refused(Reason reason, int retryAfterMs)
    {
        var refusal = Reasons.Refuse(reason);
        refusal.RetryAfterMs = (uint)retryAfterMs;
        return AskOutcome.Refused(refusal);
    }
}
