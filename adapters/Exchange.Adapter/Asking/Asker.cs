using System.Diagnostics;
using Exchange.Adapter.Caching;
using Exchange.Adapter.Connection;
using Exchange.Adapter.Enrolment;
using Exchange.Adapter.Evidence;
using Exchange.Adapter.Protection;
using Exchange.Adapter.Telemetry;
using Exchange.Hosting.Connections;
using Exchange.Hosting.Telemetry;
using Exchange.Protocol.Lookups;
using Exchange.Protocol.Refusals;
using Exchange.V1;
using Google.Protobuf;

namespace Exchange.Adapter.Asking;

/// <summary>
/// The requester's part of one lookup, with the numbers of docs/life-of-a-lookup.md:
/// 2 person, provider and data set are resolved; 3 session and handle are found, the question is sealed and leaves;
/// 13 the answer is opened, journalled, its handle kept, and it is handed on.
/// What the protocol calls advisory is repeated here, with a new sequence and new blinding.
/// </summary>
public sealed class Asker(
    People people, HubConnections hub, HubDirectory directory, OpenSessions sessions, QuestionSealer sealer, HandleShelf handles, KeptTickets tickets, ReceiptsGot receipts, AskedJournal journal,
    AdapterMetrics metrics, TimeProvider time)
{
    /// <summary>Times a question is sent at most, the first included.</summary>
    const int MaximumTries = 4;

    public static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(10);

    /// <summary>Between looks whether a hub that was just lost is back.</summary>
    static readonly TimeSpan pause = TimeSpan.FromMilliseconds(100);

    public async Task<AskOutcome> Ask(AskRequest request, CancellationToken cancelled)
    {
        using var activity = AdapterMetrics.Activities.Start("ask", ActivityKind.Client, request.Traceparent);
        var started = time.GetTimestamp();
        var tries = new Tries([], []);
        var outcome = await Ask(request, tries, activity, started, cancelled).ConfigureAwait(false);
        outcome = outcome with
        {
            Took = time.GetElapsedTime(started),
            TraceId = activity?.TraceId.ToHexString() ?? "",
            RepeatedBecause = tries.Repeated,
            Receipts = tries.Receipts,
        };
        metrics.Asked(request, outcome, activity);
        return outcome;
    }

    async Task<AskOutcome> Ask(AskRequest request, Tries tries, Activity? activity, long started, CancellationToken cancelled)
    {
        // 2. Who, whom, what.
        if (!people.TryFind(request.Person, out var person))
            return AskOutcome.Refused(Reasons.Refuse(Reason.PersonUnknown));
        if (person.Quarantined)
            return AskOutcome.Refused(Reasons.Refuse(Reason.PersonQuarantined));
        if (!directory.TryResolve(request.Provider, request.Task, request.DataSet, out var provider, out var dataSet, out var unresolved))
            return AskOutcome.Refused(unresolved);
        if (directory.NotGranted(provider, dataSet, request) is { } notGranted)
            return await NotAsked(request, provider, notGranted).ConfigureAwait(false);
        if (tickets.Find(request, provider) is { IsEmpty: false } ticket)
            request = request with { Ticket = ticket };

        var repeated = tries.Repeated;
        var mayBeWarm = true;
        var sealedTimes = 0;
        while (true)
        {
            // 3. A session, a handle if there is one, and the question leaves sealed.
            var (held, none) = await sessions.Get(provider, activity, Remaining(), cancelled).ConfigureAwait(false);
            using var session = held;
            if (session is null && await HubIsComingBack(none!.Reason).ConfigureAwait(false))
                continue;
            if (session is null)
                return await NotAsked(request, provider, none!).ConfigureAwait(false);
            var handle = mayBeWarm ? await handles.Find(person, provider, dataSet.Id, cancelled).ConfigureAwait(false) : null;
            if (sealer.Seal(session.Session, person, request, handle, out var reason) is not { } sent)
            {
                sessions.Drop(session);
                if (reason == Reason.SessionEnded && Again(reason))
                    continue;
                return await NotAsked(request, provider, Reasons.Refuse(reason)).ConfigureAwait(false);
            }
            var remaining = Remaining();
            var item = new QuestionItem { Question = sent.Message, TimeoutMs = (uint)Math.Max(1, remaining.TotalMilliseconds), Traceparent = TraceContext.Depart(activity) };
            var ask = session.Connection.Frames.Ask(item, remaining);
            using var giveUp = cancelled.UnsafeRegister(static one => ((Hosting.Connections.Ask)one!).Cancel(), ask);
            var reply = await receipts.Take(await ask.Reply.ConfigureAwait(false), sent.Message.Commitment).ConfigureAwait(false);
            var kind = handle is null ? LookupKind.Cold : LookupKind.Warm;
            tries.Heard(reply);

            if (reply.Refusal is { } refusal)
            {
                if (EndsSession(refusal.Reason))
                    sessions.Drop(session);
                if (await journal.WriteRefused(request, provider, kind, sent, refusal).ConfigureAwait(false) is { } lost)
                    return Refused(provider, lost);
                if (refusal.Reason == Reason.HubDraining ? await HubIsComingBack(refusal.Reason).ConfigureAwait(false) : MayRepeat(refusal.Reason) && Again(refusal.Reason))
                    continue;
                return Refused(provider, refusal);
            }

            // 13. Opened, journalled, handed on.
            if (!session.Session.TryOpen(sent, reply.Answer!, dataSet.DeclaredSize, out var opened, out reason))
            {
                var unopened = await journal.WriteUnopened(request, provider, kind, sent, reply, reason).ConfigureAwait(false);
                return Refused(provider, unopened ?? Logged(reason, reply));
            }
            if (await journal.Write(request, provider, kind, sent, reply, opened).ConfigureAwait(false) is { } unwritten)
                return Refused(provider, unwritten);
            switch (opened.Status)
            {
                case AnswerStatus.HandleExpired:
                    await handles.Drop(person, provider, dataSet.Id).ConfigureAwait(false);
                    mayBeWarm = false;
                    if (Again(Reason.HandleExpired))
                        continue;
                    return RefusedSealed(Refused(provider, Logged(Reason.ProviderFailed, reply)), kind, handle);
                case var status when RefusedSealed(status) is { } why:
                    return RefusedSealed(Refused(provider, Logged(why, reply)), kind, handle);
                case AnswerStatus.Found when handle is not { IsYoung: true }:
                    await handles.Keep(person, provider, dataSet.Id, opened.Handle).ConfigureAwait(false);
                    break;
            }
            if (opened.Status == AnswerStatus.Pending)
                tickets.Keep(request, provider, opened.Answer);
            else if (!request.Ticket.IsEmpty)
                tickets.Drop(request, provider);
            return Outcome(provider, opened, kind, handle);
        }

        TimeSpan Remaining() => DefaultTimeout - time.GetElapsedTime(started);

        bool Again(Reason why)
        {
            repeated.Add(why);
            return ++sealedTimes < MaximumTries && Remaining() > TimeSpan.Zero && !cancelled.IsCancellationRequested;
        }

        async ValueTask<bool> HubIsComingBack(Reason why)
        {
            var isPassing = why switch
            {
                Reason.HubDraining => true,
                // A call that failed beside a connection that still stands: the line is being lost in this moment.
                Reason.HubUnavailable => hub.Open > 0 || hub.WasLostWithin(DefaultTimeout),
                Reason.ProviderUnavailable => hub.WasLostWithin(DefaultTimeout),
                _ => false,
            };
            if (!isPassing || Remaining() <= pause)
                return false;
            if (repeated.Count == 0 || repeated[^1] != why)
                repeated.Add(why);
            await Task.Delay(pause, time, cancelled).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return !cancelled.IsCancellationRequested;
        }
    }

    static AskOutcome Outcome(string provider, OpenedAnswer opened, LookupKind kind, CachedHandle? handle) => new()
    {
        Provider = provider,
        Status = opened.Status,
        Record = opened.Answer.Record,
        Verdicts = opened.Answer.Verdicts,
        IdentityChecked = opened.Answer.IdentityChecked,
        Withheld = opened.Answer.Withheld,
        Freshness = opened.Answer.Freshness,
        NextPage = opened.Answer.NextPage,
        Kind = kind,
        HandleFrom = From(handle),
    };

    /// <summary>What a sealed answer refuses by saying so; null of one that is handed on.</summary>
    public static Reason? RefusedSealed(AnswerStatus status) => status switch
    {
        AnswerStatus.Unavailable => Reason.SourceUnavailable,
        AnswerStatus.ConsentMissing => Reason.ConsentMissing,
        AnswerStatus.EpochMismatch => Reason.EpochMismatch,
        _ => null,
    };

    static string From(CachedHandle? handle) => handle switch { null => "", { From: CacheLevel.Redis } => "redis", _ => "memory" };

    /// <summary>With all that an answer has which is handed on, so that nothing tells them apart where it is counted.</summary>
    static AskOutcome RefusedSealed(AskOutcome outcome, LookupKind kind, CachedHandle? handle) =>
        outcome with { IsRefusedSealed = true, Kind = kind, HandleFrom = From(handle) };

    /// <summary>Before anything about the person left.</summary>
    async ValueTask<AskOutcome> NotAsked(AskRequest request, string provider, Refusal refusal)
    {
        refusal = ReceiptForm.Take(refusal);
        var unwritten = await journal.WriteRefused(request, provider, refusal).ConfigureAwait(false);
        return Refused(provider, unwritten ?? refusal);
    }

    // What the hub does not know as an agency is whatever a caller wrote, and goes no further.
    static AskOutcome Refused(string provider, Refusal refusal) =>
        new() { Refusal = refusal, Provider = refusal.Reason == Reason.ProviderUnknown ? "" : provider };

    /// <summary>An answer came, and it is none to hand on: the hub's log has it as answered.</summary>
    static Refusal Logged(Reason reason, Reply reply)
    {
        var refusal = Reasons.Refuse(reason);
        refusal.RequestId = reply.Receipt?.RequestId ?? ByteString.Empty;
        return refusal;
    }

    static bool EndsSession(Reason reason) => reason is
        Reason.UnknownSession or Reason.SessionEnded or Reason.NodeUnavailable or Reason.CiphertextInvalid or Reason.ProviderUnavailable;

    /// <summary>Advisory refusals, and losses after which nothing was handed over: safe to repeat, since every lookup is a read.</summary>
    static bool MayRepeat(Reason reason) => reason is
        Reason.UnknownSession or Reason.SessionEnded or Reason.SequenceTooOld or Reason.NodeUnavailable or Reason.ConnectionLost
        or Reason.CiphertextInvalid;

    /// <summary>What went before an outcome.</summary>
    /// <param name="Receipts">As of <see cref="AskOutcome.Receipts"/>.</param>
    sealed record Tries(List<Reason> Repeated, List<Receipt> Receipts)
    {
        public void Heard(Reply reply)
        {
            if (reply.Receipt is { } receipt)
                Receipts.Add(receipt);
            else if (reply.Refusal is { RequestId.IsEmpty: false } refusal)
                Receipts.Add(new Receipt { RequestId = refusal.RequestId });
        }
    }
}
