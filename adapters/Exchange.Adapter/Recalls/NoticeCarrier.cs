using Exchange.Adapter.Connection;
using Exchange.Adapter.Mail;
using Exchange.Adapter.Telemetry;
using Exchange.Hosting.Commands;
using Exchange.Hosting.Errors;
using Exchange.Protocol.Identity;
using Exchange.Protocol.Notices;
using Exchange.Protocol.Refusals;
using Exchange.V1;
using Grpc.Core;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace Exchange.Adapter.Recalls;

/// <summary>
/// Brings notices to the hubs and from there, on the rounds of the letters: leaves this agency's, keeps those of others and says so, and
/// writes down how far its own are.
/// </summary>
public sealed class NoticeCarrier(
    AdapterOptions options, HubChannels channels, OthersMailboxes mailboxes, MailboxKeys mailbox, CertificateVerifier certificates, AgencySigner signer, SentNotices sent, ReceivedNotices received,
    ILogger<NoticeCarrier> log, TimeProvider time)
{
    static readonly TimeSpan patience = TimeSpan.FromSeconds(5);

    /// <summary>In one round: letters wait behind it.</summary>
    const int MostReplies = 100, MostLeft = 200;

    /// <summary>There is something to bring.</summary>
    public event Action? Waiting;

    public void Hurry() => Waiting?.Invoke();

    /// <summary>Tries to leave what no hub has said that it has.</summary>
    /// <exception cref="SqliteException">The store cannot be written.</exception>
    public async Task Leave(HubChannel hub, CancellationToken stop)
    {
        var left = 0;
        // Whose mailbox is not open today, and what is used up for one data set, is asked for once.
        var (unreached, usedUp) = (new HashSet<string>(), new HashSet<string>());
        foreach (var notice in sent.Leaving.Where(one => IsFor(hub, one.Content.Hub) && !unreached.Contains(one.Content.Recipient) && !usedUp.Contains(one.Content.DataSet)))
            try
            {
                var reason = await LeaveOne(notice, hub, stop).ConfigureAwait(false);
                if (reason == Reason.HubUnavailable)
                    return;
                if (reason == Reason.QuotaExceeded)
                    usedUp.Add(notice.Content.DataSet);
                else if (reason != Reason.Unspecified && MayPass(reason))
                    unreached.Add(notice.Content.Recipient);
                else if (++left == MostLeft)
                {
                    Hurry();
                    return;
                }
            }
            catch (Exception unforeseen) when (unforeseen is not (SqliteException or OperationCanceledException))
            {
                // It holds up no other.
                log.Unforeseen(unforeseen.GetType().Name, "notice");
            }
    }

    /// <returns>Why it has not left; unspecified when it has.</returns>
    async Task<Reason> LeaveOne(OwnNotice notice, HubChannel hub, CancellationToken stop)
    {
        var (now, refusal) = await Leave(notice, hub, stop).ConfigureAwait(false);
        if (refusal is null)
            return Reason.Unspecified;
        var content = now.Content.Clone();
        content.State = MayPass(refusal.Reason) ? SentNoticeState.Leaving : SentNoticeState.Refused;
        if (content.Refusal?.Reason == refusal.Reason && content.State == SentNoticeState.Leaving)
            return refusal.Reason;
        content.Refusal = refusal;
        sent.Keep(now with { Content = content });
        return refusal.Reason;
    }

    /// <summary>Where it was left, or may have been; where it has not been yet; or by a hub that there is no longer.</summary>
    bool IsFor(HubChannel hub, string address) => address == hub.Address || address.Length == 0 || channels.All.All(known => known.Address != address);

    /// <summary>Of what the hub has for this agency.</summary>
    /// <returns>How much of it had not been here before. The hub brings all that it has not heard a reply to, or that was not taken, again.</returns>
    /// <exception cref="SqliteException">The store cannot be written.</exception>
    public async Task<int> Take(HubChannel hub, CollectResponse here, CancellationToken stop)
    {
        var news = here.Notices.Count(notice => Take(notice, hub.Address));
        var taken = new TakeStagesRequest();
        foreach (var reply in here.Stages)
            if (Take(reply) is { } one)
                taken.Stages.Add(one);
        if (taken.Stages.Count > 0)
            await hub.Mail.TakeStagesAsync(taken, deadline: Deadline, cancellationToken: stop).ResponseAsync.ConfigureAwait(false);
        return news + taken.Stages.Count;
    }

    /// <summary>Tells the hub how far the notices are here that came by it, or by one that there is no longer.</summary>
    /// <exception cref="SqliteException">The store cannot be written.</exception>
    public async Task Reply(HubChannel hub, CancellationToken stop)
    {
        var left = MostReplies;
        // Whose mailbox is not open today is asked for once.
        var unreached = new HashSet<string>();
        foreach (var notice in received.OwingReplies.Where(one => IsFor(hub, one.Content.Hub)))
            foreach (var stage in new[] { NoticeStage.Received, NoticeStage.Acknowledged }.Where(one => one > notice.Content.Told && one <= notice.Stage))
            {
                if (left == 0)
                    return;
                if (unreached.Contains(notice.Header.Sender))
                    break;
                var refusal = await Reply(hub, notice, stage, stop).ConfigureAwait(false);
                if (refusal?.Reason is Reason.QuotaExceeded or Reason.HubUnavailable)
                    return;
                if (refusal is not null && MayPass(refusal.Reason))
                {
                    unreached.Add(notice.Header.Sender);
                    break;
                }
                left--;
                if (refusal is not null)
                    log.NoticeReplyNotTaken(Reasons.Name(refusal.Reason));
                received.Change(notice.Id, content => content.Told = stage);
            }
    }

    /// <returns>Whether it was kept now.</returns>
    bool Take(Notice notice, string hub)
    {
        if (!SealedNotices.HasForm(notice, out var header))
            return false;
        if (received.Find(header.NoticeId) is not null)
        {
            // It was kept before; what was said of it then was lost.
            received.Change(header.NoticeId, content => (content.Hub, content.Told) = (hub, NoticeStage.Unspecified));
            return false;
        }
        if (!SealedNotices.TryOpen(notice, options.Agency, mailbox.Find(notice.KeyId), certificates, time.GetUtcNow(), out header, out var content, out var reason))
        {
            log.NoticeNotOpened(Reasons.Name(reason));
            return false;
        }
        if (received.CountOf(header.Sender, time.GetUtcNow() - NoticeRules.LongestWait) >= ReceivedNotices.MostOfOne)
        {
            log.NoticesTooMany(header.Sender);
            return false;
        }
        received.Add(new HeardNotice(header.NoticeId, new ReceivedNoticeContent { Header = notice.Header, Content = content, Hub = hub, ReceivedUnixMs = Now }));
        return true;
    }

    /// <returns>Null: not now.</returns>
    TakenStage? Take(NoticeReply reply)
    {
        var taken = new TakenStage { NoticeId = reply.NoticeId, Stage = reply.Stage };
        if (sent.Find(reply.NoticeId) is not { Content.Notice: not null } notice)
        {
            taken.IsLast = true;
            return taken;
        }
        var content = notice.Content.Clone();
        if (reply.Stage == NoticeStage.Expired)
        {
            // The hub's own word: it counts once this agency's clock agrees, and comes again until then.
            if (content.State is SentNoticeState.Sent or SentNoticeState.Leaving && NoticeHeader.Parser.ParseFrom(content.Notice.Header).ExpiryUnixMs > Now)
                return null;
            if (content.State is SentNoticeState.Sent or SentNoticeState.Leaving)
                content.State = SentNoticeState.Expired;
        }
        else if (!NoticeReplies.TryOpen(reply, content.Notice.Header, content.Recipient, mailbox.Find(reply.KeyId), certificates, out var said, out var reason))
        {
            log.NoticeNotOpened(Reasons.Name(reason));
            return reason == Reason.RevocationListStale ? null : taken;
        }
        else if (reply.Stage == NoticeStage.Received)
        {
            content.ReceivedUnixMs = Math.Clamp(said.TimeUnixMs, 1, Now);
            content.State = content.State == SentNoticeState.Acknowledged ? content.State : SentNoticeState.Received;
            taken.IsLast = content.Kind == NoticeKind.Closed;
        }
        else
        {
            content.AcknowledgedUnixMs = Math.Clamp(said.TimeUnixMs, 1, Now);
            content.AcknowledgedBy = OnScreen.Plain(said.Official);
            content.State = SentNoticeState.Acknowledged;
            taken.IsLast = true;
        }
        sent.Keep(notice with { Content = content });
        return taken;
    }

    /// <returns>The notice as it is now; with a refusal, why no hub has it.</returns>
    async Task<(OwnNotice Notice, Refusal? Refusal)> Leave(OwnNotice notice, HubChannel channel, CancellationToken stop)
    {
        for (var isFresh = false; ; isFresh = true)
        {
            if (notice.Content.Notice is null || isFresh)
            {
                var (made, unsealed) = await Seal(notice, channel, stop).ConfigureAwait(false);
                if (made is null)
                    return (notice, unsealed);
                notice = made;
                sent.Keep(notice);
                isFresh = true;
            }
            try
            {
                await channel.Mail.SendNoticeAsync(new SendNoticeRequest { Notice = notice.Content.Notice }, deadline: Deadline, cancellationToken: stop).ResponseAsync.ConfigureAwait(false);
                var content = notice.Content.Clone();
                (content.State, content.SentUnixMs, content.Refusal) = (SentNoticeState.Sent, Now, null);
                notice = notice with { Content = content };
                sent.Keep(notice);
                return (notice, null);
            }
            catch (RpcException e)
            {
                var refusal = e.ToRefusal();
                // It never arrived: what the hub has, it takes again at any time.
                if (refusal?.Reason == Reason.TimeOutOfRange && !isFresh)
                    continue;
                return (notice, refusal ?? Reasons.Refuse(Reason.HubUnavailable));
            }
        }
    }

    async Task<(OwnNotice? Notice, Refusal? Refusal)> Seal(OwnNotice notice, HubChannel channel, CancellationToken stop)
    {
        var content = notice.Content.Clone();
        var (theirs, refusal) = await mailboxes.Find(content.Recipient, channel, stop).ConfigureAwait(false);
        if (theirs is null)
            return (null, refusal);
        var now = time.GetUtcNow();
        content.Notice = SealedNotices.Seal(theirs, signer, new NoticeHeader
        {
            Sender = options.Agency,
            Recipient = content.Recipient,
            DataSet = content.DataSet,
            NoticeId = notice.Id,
            TimeUnixMs = now.ToUnixTimeMilliseconds(),
            ExpiryUnixMs = (now + NoticeRules.LongestWait).ToUnixTimeMilliseconds(),
        }, new NoticeContent { Kind = content.Kind, Reference = content.Reference, RequestIds = { content.Told.Select(one => one.RequestId) }, Note = content.Note });
        content.Hub = channel.Address;
        return content.Notice is null ? (null, Reasons.Refuse(Reason.MailboxUnknown)) : (notice with { Content = content }, null);
    }

    /// <returns>Null once the hub has it.</returns>
    async Task<Refusal?> Reply(HubChannel hub, HeardNotice notice, NoticeStage stage, CancellationToken stop)
    {
        var (theirs, refusal) = await mailboxes.Find(notice.Header.Sender, hub, stop).ConfigureAwait(false);
        if (theirs is null)
            return refusal;
        var said = stage == NoticeStage.Received
            ? new NoticeReplyContent { TimeUnixMs = notice.Content.ReceivedUnixMs }
            : new NoticeReplyContent { TimeUnixMs = notice.Content.AcknowledgedUnixMs, Official = notice.Content.Official };
        if (NoticeReplies.Seal(theirs, signer, notice.Content.Header, notice.Id, stage, said) is not { } reply)
            return Reasons.Refuse(Reason.MailboxUnknown);
        try
        {
            await hub.Mail.AcknowledgeNoticeAsync(new AcknowledgeNoticeRequest { Reply = reply }, deadline: Deadline, cancellationToken: stop).ResponseAsync.ConfigureAwait(false);
            return null;
        }
        catch (RpcException e)
        {
            return e.ToRefusal() ?? Reasons.Refuse(Reason.HubUnavailable);
        }
    }

    /// <summary>What may be otherwise at another time: an agency that is suspended, a clock that is wrong, a certificate that is about to be renewed.</summary>
    static bool MayPass(Reason reason) => Reasons.Of(reason).Retry > TimeSpan.Zero
        || reason is Reason.RevocationListStale or Reason.AgencySuspended or Reason.TimeOutOfRange or Reason.CertificateRevoked or Reason.CertificateNotTrusted;

    long Now => time.GetUtcNow().ToUnixTimeMilliseconds();

    DateTime Deadline => (time.GetUtcNow() + patience).UtcDateTime;
}
