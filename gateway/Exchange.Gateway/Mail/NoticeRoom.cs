using System.Collections.Concurrent;
using Exchange.Gateway.Audit;
using Exchange.Gateway.Limits;
using Exchange.Gateway.Lookups;
using Exchange.Gateway.Policy;
using Exchange.Gateway.Routing;
using Exchange.Hosting.Storage;
using Exchange.Protocol.Notices;
using Exchange.Protocol.Refusals;
using Exchange.V1;
using Google.Protobuf;

namespace Exchange.Gateway.Mail;

/// <summary>
/// The hub's part of notices: from an agency that provides a data set to one that may have been told, kept until that has received it. The
/// hub learns who tells whom, about which data set and when; not about whom, nor which lookups are meant. Each stage is kept first and then in
/// the log once, whatever stops in between; nobody hears of a stage before it is in the log.
/// </summary>
public sealed class NoticeRoom(NoticeStore store, PolicyReloader policy, Quotas quotas, NodeTable nodes, AuditLog audit, TimeProvider time)
{
    /// <summary>After its expiry: an official may take their time to acknowledge.</summary>
    static readonly TimeSpan keptFor = TimeSpan.FromDays(60);

    const int MostAtOnce = 50;

    // Notices that are being written: the others of this process keep off them.
    readonly ConcurrentDictionary<ByteString, byte> writing = new();

    /// <returns>Null when it is kept and in the log, now or since an earlier time.</returns>
    /// <exception cref="StoreException">The store cannot be read or written.</exception>
    public async Task<Refusal?> Send(string sender, Notice? notice)
    {
        if (!SealedNotices.HasForm(notice, out var header))
            return await Refuse(sender, null, Reasons.Refuse(Reason.HeaderInvalid)).ConfigureAwait(false);
        if (header.Sender != sender)
            return await Refuse(sender, null, Reasons.Refuse(Reason.NameMismatch)).ConfigureAwait(false);
        if (!writing.TryAdd(header.NoticeId, 0))
            return Reasons.Refuse(Reason.ProviderBusy, "The same notice is being taken.");
        try
        {
            // Before anything else: the first time may have gone through, and only its answer been lost.
            if (store.Find(header.NoticeId) is { } known)
                return known.Sender != sender || known.Digest != KeptNotice.DigestOf(notice) ? await Refuse(sender, null, Reasons.Refuse(Reason.DuplicateId)).ConfigureAwait(false)
                    : store.Find(header.NoticeId, NoticeStage.Left) is { IsLogged: false } unlogged ? await Log(unlogged).ConfigureAwait(false)
                    : null;
            var now = time.GetUtcNow();
            if (Judge(header, now) is { } refusal)
                return await Refuse(sender, header, refusal).ConfigureAwait(false);
            if (store.IsFull(sender))
                return await Refuse(sender, header, Reasons.Refuse(Reason.NoticeLimit)).ConfigureAwait(false);
            if (quotas.Take(sender, header.DataSet) is { IsAdmitted: false } exceeded)
                return exceeded.ToRefusal();
            var kept = KeptNotice.Of(header, notice, now);
            var left = new KeptStage(kept, NoticeStage.Left, now, null, notice.Commitment, audit.Size, false);
            store.Add(kept, notice, left);
            return await Log(left).ConfigureAwait(false);
        }
        finally
        {
            writing.TryRemove(header.NoticeId, out _);
        }
    }

    /// <summary>Adds notices for the agency, and how far its own are.</summary>
    /// <exception cref="StoreException">The store cannot be read or written.</exception>
    public void Collect(string agency, CollectResponse response)
    {
        var directory = policy.Current.Directory;
        // Whoever was suspended meanwhile tells nobody anything; it waits until they are not.
        response.Notices.AddRange(store.Bring(agency, time.GetUtcNow(), MostAtOnce)
            .Where(one => directory.TryGetAgency(NoticeHeader.Parser.ParseFrom(one.Header).Sender, out var sender) && sender.IsActive));
        response.Stages.AddRange(store.Untaken(agency, MostAtOnce).Select(one => one.Reply ?? new NoticeReply { NoticeId = one.Notice.NoticeId, Stage = one.Stage }));
        response.More |= response.Notices.Count == MostAtOnce || response.Stages.Count == MostAtOnce;
    }

    /// <returns>Null when the stage is kept and in the log, now or since an earlier time: the first reply of a stage counts.</returns>
    /// <exception cref="StoreException">The store cannot be read or written.</exception>
    public async Task<Refusal?> Acknowledge(string recipient, NoticeReply? reply)
    {
        if (!NoticeReplies.HasForm(reply))
            return Reasons.Refuse(Reason.HeaderInvalid);
        if (!writing.TryAdd(reply.NoticeId, 0))
            return Reasons.Refuse(Reason.ProviderBusy, "The same notice is being acknowledged.");
        try
        {
            if (store.Find(reply.NoticeId) is not { } notice || notice.Recipient != recipient || store.Find(reply.NoticeId, NoticeStage.Left) is not { IsLogged: true })
                return Reasons.Refuse(Reason.NoticeUnknown);
            if (store.Find(reply.NoticeId, reply.Stage) is { } known)
                return known.IsLogged ? null : await Log(known).ConfigureAwait(false);
            var stage = new KeptStage(notice, reply.Stage, time.GetUtcNow(), reply, reply.Commitment, audit.Size, false);
            store.Add(stage);
            return await Log(stage).ConfigureAwait(false);
        }
        finally
        {
            writing.TryRemove(reply.NoticeId, out _);
        }
    }

    /// <exception cref="StoreException">They are as they were.</exception>
    public void Take(string sender, IEnumerable<TakenStage> taken) => store.Take(sender, taken);

    /// <summary>One round: notices past their expiry come to their end, stages that may not be in the log get there, and what nobody waits for is forgotten.</summary>
    /// <exception cref="StoreException">The store cannot be read or written.</exception>
    public async Task LookAround()
    {
        foreach (var stage in store.Unlogged(MostAtOnce))
            await Alone(stage.Notice.NoticeId, async () =>
            {
                if (store.Find(stage.Notice.NoticeId, stage.Stage) is { IsLogged: false } still)
                    await Log(still).ConfigureAwait(false);
            }).ConfigureAwait(false);
        var now = time.GetUtcNow();
        foreach (var notice in store.Expired(now, MostAtOnce))
            await Alone(notice.NoticeId, async () =>
            {
                // As it is now that nobody else is at it.
                if (store.Find(notice.NoticeId, NoticeStage.Left) is not { IsLogged: true } || store.Find(notice.NoticeId, NoticeStage.Received) is not null
                    || store.Find(notice.NoticeId, NoticeStage.Acknowledged) is not null || store.Find(notice.NoticeId, NoticeStage.Expired) is not null)
                    return;
                var expired = new KeptStage(notice, NoticeStage.Expired, now, null, ByteString.Empty, audit.Size, false);
                store.Add(expired);
                await Log(expired).ConfigureAwait(false);
            }).ConfigureAwait(false);
        store.ForgetBefore(now - keptFor);
    }

    /// <summary>An agency that provides the data set, to another of which none is suspended, now.</summary>
    Refusal? Judge(NoticeHeader header, DateTimeOffset now)
    {
        var directory = policy.Current.Directory;
        return Math.Abs((now - DateTimeOffset.UnixEpoch).TotalMilliseconds - header.TimeUnixMs) > LookupService.ClockTolerance.TotalMilliseconds ? Reasons.Refuse(Reason.TimeOutOfRange)
            : header.ExpiryUnixMs <= now.ToUnixTimeMilliseconds() || !NoticeRules.MayWaitUntil(header.ExpiryUnixMs, header.TimeUnixMs) ? Reasons.Refuse(Reason.NoticeExpired)
            : !directory.TryGetAgency(header.Sender, out var sender) ? Reasons.Refuse(Reason.AgencyUnknown)
            : !sender.IsActive ? Reasons.Refuse(Reason.AgencySuspended)
            : !directory.TryGetDataSet(header.DataSet, out var dataSet) ? Reasons.Refuse(Reason.DataSetUnknown)
            : dataSet.ProviderKind != sender.Kind ? Reasons.Refuse(Reason.NotPermitted, "Only an agency that provides the data set sends notices about it.")
            : !directory.TryGetAgency(header.Recipient, out var recipient) ? Reasons.Refuse(Reason.ProviderUnknown, "The directory has no agency of the recipient's id.")
            : !recipient.IsActive ? Reasons.Refuse(Reason.AgencySuspended, "The recipient is suspended.")
            : null;
    }

    /// <summary>Into the log, unless it is there from an earlier attempt of which nobody heard the end.</summary>
    async Task<Refusal?> Log(KeptStage stage)
    {
        try
        {
            if (!await IsLogged(stage).ConfigureAwait(false))
                await audit.Append(stage.Entry(time.GetUtcNow())).ConfigureAwait(false);
        }
        catch (AuditUnavailableException unavailable)
        {
            return unavailable.Refusal;
        }
        store.Logged(stage);
        nodes.TellOfMail(stage.Stage == NoticeStage.Left ? stage.Notice.Recipient : stage.Notice.Sender);
        return null;
    }

    async Task<bool> IsLogged(KeptStage stage)
    {
        await foreach (var (_, entry) in audit.ReadToEnd(stage.LogFrom).ConfigureAwait(false))
            if (AuditEntry.Parser.ParseFrom(entry).Notice is { } logged && logged.NoticeId == stage.Notice.NoticeId && logged.Stage == stage.Stage && logged.Outcome == AuditOutcome.Unspecified)
                return true;
        return false;
    }

    /// <summary>Beyond a rate they are only counted: a flood cannot fill the log.</summary>
    /// <param name="header">Null where what it says may be anything.</param>
    async Task<Refusal> Refuse(string sender, NoticeHeader? header, Refusal refusal)
    {
        if (!quotas.TakeRefusal(sender).IsAdmitted)
            return refusal;
        var directory = policy.Current.Directory;
        try
        {
            await audit.Append(new AuditEntry
            {
                TimeUnixMs = time.GetUtcNow().ToUnixTimeMilliseconds(),
                Notice = new NoticeEvent
                {
                    NoticeId = header?.NoticeId ?? ByteString.Empty,
                    Sender = sender,
                    // What was sent is written down only when the policy knows it: anything else could be anything, a person's name too.
                    Recipient = header is not null && directory.TryGetAgency(header.Recipient, out _) ? header.Recipient : "",
                    DataSet = header is not null && directory.TryGetDataSet(header.DataSet, out _) ? header.DataSet : "",
                    Stage = NoticeStage.Left,
                    Outcome = AuditOutcome.Refused,
                    Reason = refusal.Reason,
                },
            }).ConfigureAwait(false);
            return refusal;
        }
        catch (AuditUnavailableException unavailable)
        {
            return unavailable.Refusal;
        }
    }

    async Task Alone(ByteString noticeId, Func<Task> write)
    {
        if (!writing.TryAdd(noticeId, 0))
            return;
        try
        {
            await write().ConfigureAwait(false);
        }
        finally
        {
            writing.TryRemove(noticeId, out _);
        }
    }
}
