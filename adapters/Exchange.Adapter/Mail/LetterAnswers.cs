using System.Collections.Concurrent;
using System.Diagnostics;
using Exchange.Adapter.Answering;
using Exchange.Adapter.Enrolment;
using Exchange.Adapter.Journal;
using Exchange.Adapter.Protection;
using Exchange.Adapter.Recalls;
using Exchange.Adapter.Telemetry;
using Exchange.Hosting.Calendar;
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
    ProviderLetters letters, MailboxKeys mailbox, Answerer answerer, RecordReader records, People people, Approvals approvals, AllowRegister allowed, RecallBook recalls, AgencyJournal journal, AgencySigner signer,
    AdapterMetrics metrics, ILogger<LetterAnswers> log, TimeProvider time)
{
    // Being answered: a hub that gives one several times gets one answer.
    readonly ConcurrentDictionary<ByteString, byte> answering = new();

    /// <summary>Whether this agency answers at all.</summary>
    public bool Provides => records.Provides;

    /// <returns>An answer, or a refusal that says nothing about a person. Null: it is another's, or nothing can be said of it; it is lent again.</returns>
    public async Task<AnswerRequest?> Answer(LentLetter lent)
    {
        using var activity = AdapterMetrics.Activities.Start("answer letter", ActivityKind.Server, "");
        try
        {
            if (lent.Letter is not { } letter || mailbox.Find(letter.KeyId) is not { } key)
                return null;
            if (!letters.TryOpen(letter, key, out var opened, out var reason))
                return Refuse(letter, reason, activity);
            using var open = opened;
            var id = open.Question.Header.RequestId;
            if (lent.Grant?.DecisionId != id)
                return Refuse(letter, Reason.HeaderInvalid, activity);
            if (!answering.TryAdd(id, 0))
                return null;
            try
            {
                return await Answer(open, letter, lent.Grant, activity).ConfigureAwait(false);
            }
            finally
            {
                answering.TryRemove(id, out _);
            }
        }
        catch (Exception unforeseen)
        {
            // Its message could quote a record: the type has to do.
            log.Unforeseen(unforeseen.GetType().Name, "letter");
            return null;
        }
    }

    async Task<AnswerRequest?> Answer(OpenedLetter letter, Letter message, Grant grant, Activity? activity)
    {
        var id = letter.Question.Header.RequestId;
        var told = journal.Answered.Find(id);
        // Under this id another question was answered: its requester has used it twice.
        if (told.Count > 0 && told[^1].QuestionCommitment != message.Question.Commitment)
            return Refuse(message, Reason.DuplicateId, activity);
        if (told.Count > 0 && MayBeToldAgain(letter.Question, grant, told[^1]))
            return Again(letter, told[^1]);
        // Not cancelled when this adapter stops: what is being read would be told as a source that is away, and a letter is answered once.
        var (given, refused) = await answerer.Tell(letter.Question, message.Question, grant, time.GetUtcNow(), new Schedule(time, 0), activity, CancellationToken.None).ConfigureAwait(false);
        return given is null ? Refuse(message, refused, activity) : new AnswerRequest { RequestId = id, Answer = letter.Sign(given.Message, signer) };
    }

    /// <summary>What was told and perhaps never arrived, unless it may not be told any more: then it is answered afresh, as things are now.</summary>
    bool MayBeToldAgain(OpenedQuestion question, Grant grant, AnsweredEntry told) =>
        // What is told of somebody unknown too; a hub that lends a letter twice sees by the answer no difference between them.
        told.Person.Length == 0 || told.Status is AnswerStatus.NotFound or AnswerStatus.Pending
        || MayBeToldOf(question, told) && (told.Status != AnswerStatus.Found
            || ShownConsent.Suffices(grant, allowed.Current.NeedsConsent(question.Header.Requester, question.Header.Task, question.Header.DataSet), question.Question, LegalDay.Today(time))
            && Release.Of(allowed.Current, question.Header, question.Question, grant) is var release && told.Granted.All(release.Fields.Contains)
            && (question.Question.Predicates.Count == 0 || release.Predicates.Count > 0));

    bool MayBeToldOf(OpenedQuestion question, AnsweredEntry told) =>
        people.TryFind(told.Person, out var person) && !person.Quarantined && !recalls.HasRecalled(told.Person, told.TimeUnixMs)
        && approvals.Judge(question.Header, question.Question, person) == AnswerStatus.Found
        && records.TryGetDataSet(told.DataSet, out var dataSet) && !records.Hides(dataSet, person);

    AnswerRequest? Again(OpenedLetter letter, AnsweredEntry told) =>
        records.TryGetDataSet(letter.Question.Header.DataSet, out var dataSet)
        && letter.Question.SealAgain(told.Status, told.AsOfUnixMs, told.Answer.Memory, dataSet.DeclaredSize) is { } given
        && given.Message.Commitment == told.AnswerCommitment
            ? new AnswerRequest { RequestId = told.RequestId, Answer = letter.Sign(given.Message, signer) }
            : null;

    AnswerRequest? Refuse(Letter letter, Reason reason, Activity? activity)
    {
        var refusal = metrics.NotAnswered(reason, activity);
        return Headers.TryParse(letter.Question?.Header ?? ByteString.Empty, out var header, out _) ? new AnswerRequest { RequestId = header.RequestId, Refusal = refusal } : null;
    }
}
