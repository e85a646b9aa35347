using System.Diagnostics;
using Exchange.Adapter.Answering;
using Exchange.Adapter.Journal;
using Exchange.Adapter.Telemetry;
using Exchange.Hosting.Telemetry;
using Exchange.Protocol.Identity;
using Exchange.Protocol.Lookups;
using Exchange.Protocol.Mail;
using Exchange.V1;
using Google.Protobuf;
using Microsoft.Extensions.Logging;

namespace Exchange.Adapter.Mail;

/// <summary>
/// The provider's part of a lookup that waited. The journal makes one answer of it: what it has been answered already is sealed once
/// more, with the commitment of then, when the letter is lent again.
/// </summary>
public sealed class LetterAnswers(
    ProviderLetters letters, MailboxKeys mailbox, Answerer answerer, RecordReader records, AgencyJournal journal, AgencySigner signer, AdapterMetrics metrics, ILogger<LetterAnswers> log, TimeProvider time)
{
    /// <summary>Whether this agency answers at all.</summary>
    public bool Provides => records.Provides;

    /// <returns>An answer, or a refusal that says nothing about a person. Null: not now; it is lent again.</returns>
    public async Task<AnswerRequest?> Answer(LentLetter lent, CancellationToken cancelled)
    {
        using var activity = AdapterMetrics.Activities.Start("answer letter", ActivityKind.Server, "");
        try
        {
            if (!letters.TryOpen(lent.Letter, mailbox.Find(lent.Letter.KeyId), out var opened, out var reason))
                return Refuse(lent, reason, activity);
            using var letter = opened;
            var id = letter.Question.Header.RequestId;
            if (lent.Grant?.DecisionId != id)
                return Refuse(lent, Reason.HeaderInvalid, activity);
            if (journal.Answered.Find(id) is [var told, ..])
                return Again(letter, told);
            var (given, refused) = await answerer.Tell(letter.Question, lent.Letter.Question, lent.Grant, time.GetUtcNow(), new Schedule(time, 0), activity, cancelled).ConfigureAwait(false);
            return given is null ? Refuse(lent, refused, activity) : new AnswerRequest { RequestId = id, Answer = letter.Sign(given.Message, signer) };
        }
        catch (Exception unforeseen) when (unforeseen is not OperationCanceledException)
        {
            // Its message could quote a record: the type has to do.
            log.Unforeseen(unforeseen.GetType().Name, "letter");
            return null;
        }
    }

    AnswerRequest? Again(OpenedLetter letter, AnsweredEntry told) =>
        records.TryGetDataSet(letter.Question.Header.DataSet, out var dataSet)
        && letter.Question.SealAgain(told.Status, told.AsOfUnixMs, told.Answer.Memory, dataSet.DeclaredSize) is { } given
        && given.Message.Commitment == told.AnswerCommitment
            ? new AnswerRequest { RequestId = told.RequestId, Answer = letter.Sign(given.Message, signer) }
            : null;

    AnswerRequest? Refuse(LentLetter lent, Reason reason, Activity? activity)
    {
        var refusal = metrics.NotAnswered(reason, activity);
        return MayPass(reason) || !Headers.TryParse(lent.Letter.Question?.Header ?? ByteString.Empty, out var header, out _)
            ? null
            : new AnswerRequest { RequestId = header.RequestId, Refusal = refusal };
    }

    /// <summary>What another attempt may find otherwise: a full disk, a list that is being fetched.</summary>
    static bool MayPass(Reason reason) => reason is Reason.JournalUnavailable or Reason.RevocationListStale or Reason.DeadlineExceeded or Reason.Cancelled or Reason.Internal;
}
