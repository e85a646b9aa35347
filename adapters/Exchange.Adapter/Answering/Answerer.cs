using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using Exchange.Adapter.Enrolment;
using Exchange.Adapter.Telemetry;
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
    AdapterOptions options, NodeKeys keys, ProviderSessions sessions, PersonFinder finder, AllowRegister allowed, RecordReader records, AnsweredJournal journal,
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
        try
        {
            using var activity = AdapterMetrics.Activities.Start("answer", ActivityKind.Server, item.Traceparent);
            if (item.Question?.Point.Length > 0)
                await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
            var (answer, refusal) = await Answer(item, incoming, activity).ConfigureAwait(false);
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

    async Task<(SealedAnswer?, Refusal?)> Answer(QuestionItem item, Incoming incoming, Activity? activity)
    {
        var started = time.GetTimestamp();

        // 9. Opened: header, session, sequence, commitment. Then the person, if this agency holds one.
        if (!sessions.TryOpen(item.Question, out var opened, out var reason))
            return (null, metrics.NotAnswered(reason, activity));
        using var question = opened;
        var header = question.Header;
        if (!records.TryGetDataSet(header.DataSet, out var dataSet))
            return (null, metrics.NotAnswered(Reason.DataSetUnknown, activity));
        if (!RecordReader.TryParse(dataSet, question.Question, out var query))
            return (null, metrics.NotAnswered(Reason.QuestionInvalid, activity));
        if (item.Grant is not { DecisionId.Length: 16 } grant)
            return (null, metrics.NotAnswered(Reason.HeaderInvalid, activity));
        Person? person = null;
        var status = grant.ProviderEpoch == options.Epoch ? finder.Find(question, item.Question.Point.Span, out person) : AnswerStatus.EpochMismatch;
        // In a protected data set a recall is answered as for somebody unknown.
        if (status == AnswerStatus.Quarantined && dataSet.IsProtected)
            status = AnswerStatus.NotFound;
        var foundAt = time.GetTimestamp();

        // 10. What may be told, and what there is to tell; written down, then sealed.
        var answer = new Answer { Freshness = new Freshness() };
        var fields = allowed.Current.Narrow(header.Requester, header.Task, header.DataSet, grant.Fields);
        if (status == AnswerStatus.Found)
            status = fields.Count == 0
                ? AnswerStatus.Withheld
                : await records.Read(dataSet, person!, question.Question, query, answer, fields, Remaining(item, started)).ConfigureAwait(false);
        var readAt = time.GetTimestamp();
        if (!TrySeal(question, person, status, answer, dataSet, out var given, out reason))
            return (null, metrics.NotAnswered(reason, activity));
        if (await journal.Write(question, item.Question, grant, person, status, fields, answer, given).ConfigureAwait(false) is { } unwritten)
            return (null, metrics.NotAnswered(unwritten.Reason, activity));
        metrics.Answered(header, new AnswerTimes(started, foundAt, readAt, time.GetTimestamp()), time, activity);
        return (given.Message, null);
    }

    bool TrySeal(
        OpenedQuestion question, Person? person, AnswerStatus status, Answer answer, DataSetContract dataSet, [NotNullWhen(true)] out GivenAnswer? given, out Reason reason)
    {
        Span<byte> handle = stackalloc byte[Handles.Size];
        var asOf = answer.Freshness.AsOfUnixMs;
        if (status == AnswerStatus.Found)
            finder.SealHandle(question.Header, person!, handle);
        else
            handle = [];
        if (question.TrySealAnswer(status, asOf, handle, answer, dataSet.DeclaredSize, out given, out reason) || reason != Reason.AnswerTooLarge)
            return given is not null;
        // A record larger than its data set declares is this agency's mistake. Saying so in the clear would tell that the person is held.
        log.AnswerTooLarge(dataSet.Id, dataSet.DeclaredSize);
        return question.TrySealAnswer(AnswerStatus.Unavailable, 0, [], new Answer { Freshness = new Freshness() }, dataSet.DeclaredSize, out given, out reason);
    }

    TimeSpan Remaining(QuestionItem item, long started) =>
        TimeSpan.FromMilliseconds(item.TimeoutMs == 0 ? 10_000 : item.TimeoutMs) - time.GetElapsedTime(started);
}
