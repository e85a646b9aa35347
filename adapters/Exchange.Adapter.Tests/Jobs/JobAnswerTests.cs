using Exchange.Adapter.Asking;
using Exchange.Adapter.Jobs;
using Exchange.Adapter.Sources;
using Exchange.Protocol.DataSets;
using Exchange.V1;
using Google.Protobuf;
using Records.Municipality.V1;

namespace Exchange.Adapter.Tests.Jobs;

public sealed class JobAnswerTests
{
    const string Town = "jp.mun.131024", Other = "jp.mun.271004";

    [Theory]
    [InlineData(AnswerStatus.Withheld, "WITHHELD")]
    [InlineData(AnswerStatus.Pending, "PENDING")]
    [InlineData(AnswerStatus.Quarantined, "QUARANTINED")]
    [InlineData(AnswerStatus.IdentityMismatch, "IDENTITY_MISMATCH")]
    public void Whoever_says_neither_a_record_nor_that_there_is_none_is_silent_beside_another_that_has_one(AnswerStatus status, string code)
    {
        var answer = Answer(Outcomes.Found(Town, new Household()) with { Candidates = [Outcomes.Candidate(Town, AnswerStatus.Found), Outcomes.Candidate(Other, status)] });
        Assert.NotNull(answer.Record);
        Assert.Empty(answer.Missing);
        var silent = Assert.Single(answer.Silent);
        Assert.Equal((code, Other), (silent.Code, silent.Provider));
    }

    [Fact]
    public void A_no_of_another_is_no_silence()
    {
        var answer = Answer(Outcomes.Found(Town, new Household()) with { Candidates = [Outcomes.Candidate(Town, AnswerStatus.Found), Outcomes.Candidate(Other, AnswerStatus.NotFound)] });
        Assert.Empty(answer.Silent);
        Assert.Equal(2, answer.Receipts.Count);
    }

    [Fact]
    public void A_record_that_is_none_is_an_invalid_answer_and_not_the_no_of_another_town()
    {
        var answer = Answer(Outcomes.Found(Town, new Household()) with
        {
            Record = ByteString.CopyFrom(0xff, 0xff),
            Candidates = [Outcomes.Candidate(Town, AnswerStatus.Found), Outcomes.Candidate(Other, AnswerStatus.NotFound)],
        });
        Assert.Equal((Reason.AnswerInvalid, null), (answer.Refused, answer.Status));
        Assert.Equal([("ANSWER_INVALID", Town)], answer.Missing.Select(one => (one.Code, one.Provider)));
        Assert.Equal(2, answer.Receipts.Count);
    }

    [Fact]
    public void A_town_that_was_silent_is_named_beside_two_that_contradict_each_other()
    {
        var answer = Answer(Outcomes.Refused(Reason.RecordsConflict) with
        {
            Candidates = [Outcomes.Candidate(Town, AnswerStatus.Found), Outcomes.Candidate(Other, AnswerStatus.Found), Outcomes.Candidate("jp.mun.011002", Reason.QuotaExceeded)],
        });
        Assert.Equal([("RECORDS_CONFLICT", Town), ("RECORDS_CONFLICT", Other), ("QUOTA_EXCEEDED", "jp.mun.011002")], answer.Missing.Select(one => (one.Code, one.Provider)));
    }

    [Fact]
    public void A_refusal_that_the_hub_logged_is_named_by_its_request_id_and_is_no_receipt_of_an_answer()
    {
        var refused = Answer(Outcomes.Refused(Reason.ProviderUnavailable, Town) with { Receipts = [new Receipt { RequestId = ByteString.CopyFrom(1, 2) }] });
        Assert.Equal([("", "0102")], refused.Receipts.Select(one => (one.Log, one.RequestId)));
        Assert.Null(refused.Receipt);
    }

    [Fact]
    public void The_receipt_of_each_municipality_is_that_of_its_own_answer()
    {
        var answer = Answer(Outcomes.Refused(Reason.RecordsConflict) with
        {
            Candidates =
            [
                new CandidateOutcome(Town, null, AnswerStatus.Found, [Outcomes.Receipt(1), Outcomes.Receipt(2)]),
                new CandidateOutcome(Other, Outcomes.Refused(Reason.SourceUnavailable).Refusal, default, [Outcomes.Receipt(3)]),
            ],
        });
        Assert.Equal(2ul, answer.ReceiptOf(Town)!.Index);
        Assert.Null(answer.ReceiptOf(Other));
        Assert.Equal([1ul, 2, 3], answer.Receipts.Select(one => one.Index));
    }

    [Fact]
    public void An_own_record_has_its_freshness_and_no_receipt()
    {
        var own = new JobAnswer<Household>(new SourceRecord(new Household(), 1_780_000_000_000, "r7", 0));
        Assert.Equal(("r7", 1_780_000_000), (own.Freshness!.SourceRevision, own.Freshness.AsOf.Seconds));
        Assert.Null(own.Receipt);
        Assert.Null(new JobAnswer<Household>(null).Freshness);
    }

    static JobAnswer<Household> Answer(AskOutcome outcome) => new(outcome, DataSetCatalogue.Household, "residence:2026-01-01");
}
