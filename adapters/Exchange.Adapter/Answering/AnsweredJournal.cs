using Exchange.Adapter.Enrolment;
using Exchange.Adapter.Journal;
using Exchange.Protocol.Lookups;
using Exchange.V1;
using Google.Protobuf;

namespace Exchange.Adapter.Answering;

/// <summary>Writes down what this agency was asked and what it told, before the answer leaves.</summary>
public sealed class AnsweredJournal(AgencyJournal journal, TimeProvider time)
{
    /// <returns>Null when it is written; else why nothing may leave.</returns>
    public async ValueTask<Refusal?> Write(
        OpenedQuestion question, SealedQuestion message, Grant grant, Person? person, Told told, Release release, GivenAnswer given)
    {
        try
        {
            await journal.Write(new AnsweredEntry
            {
                TimeUnixMs = time.GetUtcNow().ToUnixTimeMilliseconds(),
                RequestId = grant.DecisionId,
                Counterpart = question.Header.Requester,
                Task = question.Header.Task,
                DataSet = question.Header.DataSet,
                Kind = question.Header.Kind,
                Official = question.Question.Official,
                CaseId = question.Question.CaseId,
                Person = person?.Key ?? "",
                Granted = release.Numbers,
                Withheld = told.Answer.Withheld,
                LegalBasis = grant.LegalBasis,
                Status = told.Status,
                AsOfUnixMs = told.Answer.Freshness.AsOfUnixMs,
                Header = question.HeaderBytes,
                Question = UnsafeByteOperations.UnsafeWrap(question.Message),
                QuestionCommitment = message.Commitment,
                Answer = UnsafeByteOperations.UnsafeWrap(given.Answer),
                AnswerCommitment = given.Message.Commitment,
            }).ConfigureAwait(false);
            return null;
        }
        catch (JournalUnavailableException unavailable)
        {
            return unavailable.Refusal;
        }
    }
}
