using Exchange.Adapter.Asking;
using Exchange.Adapter.Routing;
using Exchange.Adapter.Tests.Jobs;
using Exchange.V1;
using Records.Municipality.V1;

namespace Exchange.Adapter.Tests.Routing;

public sealed class CandidateAnswersTests
{
    const string One = "jp.mun.131024", Two = "jp.mun.271004", Three = "jp.mun.011002";

    static readonly Household household = new() { MovedInOn = "2020-05-01" };

    [Fact]
    public void Of_two_that_agree_the_fresher_is_the_answer()
    {
        var old = Outcomes.Found(One, household) with { Freshness = new Freshness { AsOfUnixMs = 1 } };
        var fresh = Outcomes.Found(Two, household) with { Freshness = new Freshness { AsOfUnixMs = 2 } };
        foreach (var (first, second) in new[] { (old, fresh), (fresh, old) })
        {
            var combined = Combine(first, second);
            Assert.Equal((null, AnswerStatus.Found, Two), (combined.Refusal, combined.Status, combined.Provider));
            Assert.Equal([first.Provider, second.Provider], combined.Candidates.Select(one => one.Provider));
        }
    }

    [Fact]
    public void Two_that_differ_are_a_conflict_that_names_both_and_keeps_the_receipts_of_all()
    {
        var combined = Combine(Outcomes.Found(One, household), Outcomes.Answered(Two, AnswerStatus.NotFound), Outcomes.Found(Three, new Household { MovedInOn = "2021-05-01" }));
        Assert.Equal((Reason.RecordsConflict, ""), (combined.Refusal!.Reason, combined.Provider));
        Assert.Contains($"{One} and {Three}", combined.Refusal.Message, StringComparison.Ordinal);
        Assert.True(combined.Record.IsEmpty);
        Assert.Equal([AnswerStatus.Found, AnswerStatus.NotFound, AnswerStatus.Found], combined.Candidates.Select(one => one.Status));
        Assert.All(combined.Candidates, one => Assert.Single(one.Receipts));
    }

    [Theory]
    [InlineData(Reason.ProviderUnavailable)]
    [InlineData(Reason.ProviderUnknown)]
    [InlineData(Reason.QuotaExceeded)]
    public void Who_holds_the_person_is_the_answer_and_who_was_silent_stands_beside_it(Reason reason)
    {
        var combined = Combine(Outcomes.Refused(reason), Outcomes.Found(Two, household));
        Assert.Equal((null, Two), (combined.Refusal, combined.Provider));
        Assert.Equal([(One, (Reason?)reason), (Two, null)], combined.Candidates.Select(one => (one.Provider, one.Refusal?.Reason)));
    }

    [Fact]
    public void Where_nobody_holds_the_person_a_refusal_stands_before_a_no_wherever_it_comes()
    {
        AskOutcome no = Outcomes.Answered(One, AnswerStatus.NotFound), away = Outcomes.Refused(Reason.ProviderUnavailable, Two);
        Assert.Equal(Reason.ProviderUnavailable, Combine(no, away).Refusal?.Reason);
        Assert.Equal(Reason.ProviderUnavailable, Combine(away, no).Refusal?.Reason);
        Assert.Equal((null, AnswerStatus.Pending), Combine(no, Outcomes.Answered(Two, AnswerStatus.Pending)) is var pending ? (pending.Refusal, pending.Status) : default);
        Assert.Equal((null, AnswerStatus.NotFound), Combine(no, Outcomes.Answered(Two, AnswerStatus.NotFound)) is var none ? (none.Refusal, none.Status) : default);
    }

    static AskOutcome Combine(params AskOutcome[] outcomes) => CandidateAnswers.Combine(
        [.. outcomes.Zip([One, Two, Three], (outcome, otherwise) => outcome.Provider.Length > 0 ? outcome.Provider : otherwise)], outcomes);
}
