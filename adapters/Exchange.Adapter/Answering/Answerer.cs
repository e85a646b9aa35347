using System.Diagnostics;
using Exchange.Adapter.Enrolment;
using Exchange.Adapter.Protection;
using Exchange.Adapter.Recalls;
using Exchange.Adapter.Telemetry;
using Exchange.Hosting.Calendar;
using Exchange.Hosting.Connections;
using Exchange.Hosting.Telemetry;
using Exchange.Protocol.DataSets;
using Exchange.Protocol.Lookups;
using Exchange.Protocol.Refusals;
using Exchange.Protocol.Sessions;
using Exchange.V1;
using Microsoft.Extensions.Logging;

namespace Exchange.Adapter.Answering;

/// <summary>
/// The provider's part of one lookup, with the numbers of docs/life-of-a-lookup.md:
/// 9 the question is opened and its person found; 10 the own allow-list narrows the grant, the record is read, what is
/// not granted is withheld, the journal is written, the answer is sealed.
/// </summary>
public sealed class Answerer(
    AdapterOptions options, NodeKeys keys, ProviderSessions sessions, PersonFinder finder, RightPerson right, Approvals approvals, RecallBook recalls, AllowRegister allowed, RecordReader records, AnsweredJournal journal,
    AdapterMetrics metrics, ILogger<Answerer> log, TimeProvider time)
{
    /// <summary>This process, in envelopes and bundles.</summary>
    public string Node => keys.Node;

    /// <summary>The node's current key for sessions; null when this agency provides nothing.</summary>
    public Bundle? Bundle => records.Provides ? keys.Bundle : null;

    /// <summary>When <see cref="Bundle"/> will be another.</summary>
    public DateTimeOffset RenewsAt => keys.RenewsAt;

    /// <summary>A question of the hub; called by a connection's reader, so it goes on elsewhere as soon as it must wait or compute.</summary>
    public void Answer(QuestionItem item, Incoming incoming) => _ = AnswerAlone(item, incoming);

    /// <summary>A session offer of the hub; verifying it costs a millisecond, so not on the reader's thread.</summary>
    public void Confirm(OfferItem item, Incoming incoming) => ThreadPool.UnsafeQueueUserWorkItem(_ =>
    {
        try
        {
            if (sessions.TryAccept(item.Offer, out var confirmation, out var reason))
                incoming.Confirm(confirmation);
            else
                incoming.Refuse(Reasons.Refuse(reason));
        }
        catch (Exception unforeseen)
        {
            log.Unforeseen(unforeseen.GetType().Name, "session offer");
            incoming.Refuse(Reasons.Refuse(Reason.Internal));
        }
    }, null);

    async Task AnswerAlone(QuestionItem item, Incoming incoming)
    {
        var schedule = new Schedule(time, item.TimeoutMs);
        try
        {
            using var activity = AdapterMetrics.Activities.Start("answer", ActivityKind.Server, item.Traceparent);
            var (answer, refusal) = await Answer(item, incoming, schedule, activity).ConfigureAwait(false);
            if (answer is not null)
                incoming.Answer(answer, null);
            else
                incoming.Refuse(refusal!);
        }
        catch (Exception unforeseen)
        {
            // Its message could quote a record: the type has to do.
            log.Unforeseen(unforeseen.GetType().Name, "question");
            incoming.Refuse(Reasons.Refuse(Reason.Internal));
        }
    }

    async Task<(SealedAnswer?, Refusal?)> Answer(QuestionItem item, Incoming incoming, Schedule schedule, Activity? activity)
    {
        // 9. Opened: header, session, sequence, commitment.
        if (!sessions.TryOpen(item.Question, out var opened, out var reason))
            return (null, metrics.NotAnswered(reason, activity));
        using var question = opened;
        var (given, refused) = await Tell(question, item.Question, item.Grant, DateTimeOffset.FromUnixTimeMilliseconds(question.Header.TimeUnixMs), schedule, activity, incoming.Cancelled).ConfigureAwait(false);
        return (given?.Message, given is null ? metrics.NotAnswered(refused, activity) : null);
    }

    /// <summary>9, the person, if this agency holds one, and 10, of a question that opened, however it came.</summary>
    /// <param name="message">As it came, with Z where it has a point.</param>
    /// <param name="asked">From when an official's time to decide is counted.</param>
    /// <returns>Sealed and journalled; or why nothing may leave, which says nothing about a person.</returns>
    public async Task<(GivenAnswer? Given, Reason Refused)> Tell(
        OpenedQuestion question, SealedQuestion message, Grant? granted, DateTimeOffset asked, Schedule schedule, Activity? activity, CancellationToken cancelled)
    {
        if (!records.TryGetDataSet(question.Header.DataSet, out var dataSet))
            return (null, Reason.DataSetUnknown);
        if (!RecordReader.TryParse(dataSet, question.Question, out var query) || !Release.CanBeAsked(question.Question))
            return (null, Reason.QuestionInvalid);
        if (granted is not { DecisionId.Length: 16 } grant)
            return (null, Reason.HeaderInvalid);
        var header = question.Header;
        var hasConsent = ShownConsent.Suffices(grant, allowed.Current.NeedsConsent(header.Requester, header.Task, dataSet.Id), question.Question, LegalDay.Today(time));
        var (status, person) = grant.ProviderEpoch != options.Epoch ? (AnswerStatus.EpochMismatch, null)
            : !hasConsent ? (AnswerStatus.ConsentMissing, null)
            : await finder.Find(question, message.Point).ConfigureAwait(false);
        // Before anything is read of somebody at risk or under recall: what takes time, or fails, would tell that they are held.
        if (status == AnswerStatus.Quarantined || status == AnswerStatus.Found && recalls.Holds(person!.Key))
            (status, person) = (approvals.JudgeDoubtful(person!), null);
        else if (status == AnswerStatus.Found)
            status = approvals.Judge(header, question.Question, person!);
        // Nor of somebody of whom this very data set has nothing to tell, whatever their other records say.
        if (status == AnswerStatus.Found && records.Hides(dataSet, person!))
            status = AnswerStatus.NoRecord;
        var mayBeTold = status == AnswerStatus.Found;
        var isMeant = false;
        if (status == AnswerStatus.Found)
            (status, isMeant) = await right.Check(header.Requester, person!, question.Question.Identity, schedule.ForReading, cancelled).ConfigureAwait(false);
        var foundAt = time.GetTimestamp();

        // 10. What may be told, and what there is to tell; written down, then sealed. From here on nothing may show, not
        //     even by the time it takes in a protected data set, whether the agency holds the person.
        var release = Release.Of(allowed.Current, header, question.Question, grant);
        var told = status != AnswerStatus.Found ? Told.Only(status)
            : release.IsNothing ? Told.Only(AnswerStatus.Withheld)
            : await records.Read(dataSet, person!, question.Question, query, release, schedule.ForReading, cancelled).ConfigureAwait(false);
        // Somebody may have been recalled meanwhile, or marked.
        if (mayBeTold && recalls.Holds(person!.Key))
            told = Told.Only(approvals.JudgeDoubtful(person));
        else if (mayBeTold && approvals.Judge(header, question.Question, person!) is var now and not AnswerStatus.Found)
            told = Told.Only(now);
        told.Answer.IdentityChecked = isMeant && told.Status == AnswerStatus.Found;
        told = approvals.Resolve(header, question.Question, person, dataSet, told.Within(dataSet), asked);
        var readAt = time.GetTimestamp();
        var answer = Seal(question, person, dataSet, ref told, out var unsealed);
        Reason? refused = answer is null ? unsealed : (await journal.Write(question, message, grant, person, told, release, answer).ConfigureAwait(false))?.Reason;
        var sealedAt = time.GetTimestamp();
        if (dataSet.IsProtected)
            await Task.Delay(schedule.UntilLeaving, time, CancellationToken.None).ConfigureAwait(false);
        if (refused is { } why)
            return (null, why);
        metrics.Answered(header, new AnswerTimes(schedule.Arrived, foundAt, readAt, sealedAt), time, activity);
        return (answer, Reason.Unspecified);
    }

    /// <summary>What cannot be sealed as told is sealed as UNAVAILABLE: saying so in the clear would tell that the person is held.</summary>
    GivenAnswer? Seal(OpenedQuestion question, Person? person, DataSetContract dataSet, ref Told told, out Reason reason)
    {
        GivenAnswer? given;
        try
        {
            Span<byte> handle = stackalloc byte[Handles.Size];
            if (told.Status == AnswerStatus.Found)
                finder.SealHandle(question.Header, person!, handle);
            else
                handle = [];
            if (question.TrySealAnswer(told.Status, told.Answer.Freshness.AsOfUnixMs, handle, told.Answer, dataSet.DeclaredSize, out given, out reason)
                || reason != Reason.AnswerTooLarge)
                return given;
            // A record larger than its data set declares is this agency's mistake.
            log.AnswerTooLarge(dataSet.Id, dataSet.DeclaredSize);
        }
        catch (Exception unforeseen) when (told.Status == AnswerStatus.Found)
        {
            log.RecordUnreadable(unforeseen.GetType().Name, dataSet.Id);
        }
        told = Told.Only(AnswerStatus.Unavailable);
        question.TrySealAnswer(told.Status, 0, [], told.Answer, dataSet.DeclaredSize, out given, out reason);
        return given;
    }
}
