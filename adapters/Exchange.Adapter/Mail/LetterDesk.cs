using System.Collections.Concurrent;
using System.Security.Cryptography;
using Exchange.Adapter.Asking;
using Exchange.Adapter.Connection;
using Exchange.Adapter.Enrolment;
using Exchange.Adapter.Protection;
using Exchange.Adapter.Telemetry;
using Exchange.Hosting.Errors;
using Exchange.Protocol.Lookups;
using Exchange.Protocol.Mail;
using Exchange.Protocol.Refusals;
using Exchange.V1;
using Google.Protobuf;
using Grpc.Core;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace Exchange.Adapter.Mail;

/// <summary>
/// The requester's part of a lookup that waits, as far as the hub. A letter is kept here before it leaves, so that neither a lost call nor
/// a restart loses it: what no hub has said that it has is left there again, sealed anew when the time in its header has passed.
/// </summary>
public sealed class LetterDesk(
    AdapterOptions options, People people, HubDirectory directory, HubChannels channels, Mailboxes mailboxes, MailboxKeys mailbox, QuestionSealer sealer, SentLetters sent, KeptTickets tickets,
    AskedJournal journal, ILogger<LetterDesk> log, TimeProvider time)
{
    static readonly TimeSpan patience = TimeSpan.FromSeconds(5);

    // Being submitted: sealed twice under one id, the second would be another's to the hub.
    readonly ConcurrentDictionary<ByteString, byte> leaving = new();

    /// <param name="caller">The system of this agency that asks.</param>
    /// <returns>The letter as it is kept; or why it is not.</returns>
    public async Task<(SentLetter? Letter, Refusal? Refusal)> Submit(AskRequest request, TimeSpan wait, string caller, CancellationToken cancelled)
    {
        if (!people.TryFind(request.Person, out var person))
            return (null, Reasons.Refuse(Reason.PersonUnknown));
        if (person.Quarantined)
            return (null, Reasons.Refuse(Reason.PersonQuarantined));
        if (!directory.TryResolve(request.Provider, request.Task, request.DataSet, out var provider, out var dataSet, out var unresolved))
            return (null, unresolved);
        if (directory.NotGranted(provider, dataSet, request) is { } notGranted)
            return (null, notGranted);
        // Of the same question asked before, by letter or not.
        request = request with { Ticket = tickets.Find(request, provider) };
        var now = time.GetUtcNow();
        var letter = new SentLetter(ByteString.CopyFrom(RandomNumberGenerator.GetBytes(Headers.RequestIdSize)), new SentContent
        {
            Caller = caller,
            Person = request.Person,
            Provider = provider,
            Task = request.Task,
            DataSet = request.DataSet,
            Question = QuestionSealer.Said(request),
            SubmittedUnixMs = now.ToUnixTimeMilliseconds(),
            ExpiryUnixMs = (now + wait).ToUnixTimeMilliseconds(),
            State = SentState.Leaving,
        });
        leaving[letter.RequestId] = 0;
        try
        {
            if (sent.Count >= SentLetters.Most || sent.CountOf(caller) >= SentLetters.MostOfOne)
                return (null, Reasons.Refuse(Reason.MailLimit));
            sent.Keep(letter);
            var (left, refusal) = await Leave(letter, cancelled).ConfigureAwait(false);
            if (refusal is null)
                return (left, null);
            var unwritten = await NotLeft(left, refusal).ConfigureAwait(false);
            sent.Withdraw(letter.RequestId);
            return (null, unwritten ?? refusal);
        }
        catch (SqliteException)
        {
            return (null, Unkept());
        }
        catch (InvalidOperationException)
        {
            sent.Withdraw(letter.RequestId);
            throw;
        }
        finally
        {
            leaving.TryRemove(letter.RequestId, out _);
        }
    }

    /// <summary>Tries again to leave at this hub what no hub has said that it has, until it expires. Stops when the hub is not there.</summary>
    /// <exception cref="SqliteException">The store of letters cannot be read or written.</exception>
    public async Task LeaveWaiting(HubChannel hub, CancellationToken cancelled)
    {
        foreach (var letter in sent.Of(SentState.Leaving).Where(one => one.Content.Hub == hub.Address || channels.All.All(known => known.Address != one.Content.Hub)))
            if (!leaving.ContainsKey(letter.RequestId) && !await LeaveAgain(letter, cancelled).ConfigureAwait(false))
                return;
    }

    /// <summary>Letters of which no hub will say anything any more: it has lost them, or this agency was away for too long.</summary>
    /// <exception cref="SqliteException">The store of letters cannot be read or written.</exception>
    public async Task GiveUpLost()
    {
        foreach (var letter in sent.Of(SentState.Waiting).Where(one => time.GetUtcNow() > one.Expires + MailRules.KeptAfterExpiry))
            await GiveUp(letter, Reasons.Refuse(Reason.MailExpired)).ConfigureAwait(false);
    }

    /// <returns>False when the hub did not answer.</returns>
    async Task<bool> LeaveAgain(SentLetter letter, CancellationToken cancelled)
    {
        try
        {
            if (sent.Find(letter.RequestId) is not { Content.State: SentState.Leaving } now)
                return true;
            // Whom it is about may be in doubt since.
            var over = time.GetUtcNow() >= now.Expires ? Reasons.Refuse(Reason.MailExpired)
                : people.TryFind(now.Content.Person, out var person) && person.Quarantined ? Reasons.Refuse(Reason.PersonQuarantined)
                : null;
            var (left, refusal) = over is null ? await Leave(now, cancelled).ConfigureAwait(false) : (now, over);
            if (refusal is not null && (over is not null || !MayPass(refusal.Reason)))
                await GiveUp(left, refusal).ConfigureAwait(false);
            return refusal?.Reason != Reason.HubUnavailable && (refusal is not null || left.Content.State != SentState.Leaving);
        }
        catch (Exception unforeseen) when (unforeseen is not (SqliteException or OperationCanceledException))
        {
            // It holds up no other.
            log.Unforeseen(unforeseen.GetType().Name, "letter");
            return true;
        }
    }

    async Task GiveUp(SentLetter letter, Refusal refusal)
    {
        if (letter.Content.Letter is not null)
            refusal.RequestId = letter.RequestId;
        if (await NotLeft(letter, refusal).ConfigureAwait(false) is not null)
            return;
        var content = letter.Content.Clone();
        (content.State, content.Refusal, content.SettledUnixMs, content.GivenUp) = (SentState.Refused, refusal, time.GetUtcNow().ToUnixTimeMilliseconds(), true);
        sent.Keep(letter with { Content = content });
    }

    internal static Refusal Unkept() => Reasons.Refuse(Reason.JournalUnavailable, "The adapter's store of letters cannot be written, so none is taken.");

    /// <returns>The letter as it is now; with a refusal, why no hub has it. Without one it has left, or whether it has is not known.</returns>
    async Task<(SentLetter Letter, Refusal? Refusal)> Leave(SentLetter letter, CancellationToken cancelled)
    {
        for (var isFresh = false; ; isFresh = true)
        {
            var (channel, at) = ChannelFor(letter);
            if (letter.Content.Letter is null || isFresh)
            {
                var (made, unsealed) = await Seal(letter, channel, at, cancelled).ConfigureAwait(false);
                if (made is null)
                    return (letter, unsealed);
                letter = made;
                sent.Keep(letter);
                isFresh = true;
            }
            try
            {
                await channel.Mail.SubmitAsync(new SubmitRequest { Letter = letter.Content.Letter }, deadline: Deadline, cancellationToken: cancelled).ResponseAsync.ConfigureAwait(false);
                var content = letter.Content.Clone();
                content.State = SentState.Waiting;
                letter = letter with { Content = content };
                sent.Keep(letter);
                return (letter, null);
            }
            catch (RpcException e)
            {
                var refusal = e.ToRefusal();
                // It never arrived: what the hub has, it takes again at any time.
                if (refusal?.Reason == Reason.TimeOutOfRange && !isFresh)
                    continue;
                // What may be otherwise at another time, a store that may have kept it above all, is no word that the hub does not have it.
                return (letter, refusal is null || MayPass(refusal.Reason) ? null : refusal);
            }
        }
    }

    async Task<(SentLetter? Letter, Refusal? Refusal)> Seal(SentLetter letter, HubChannel channel, string hub, CancellationToken cancelled)
    {
        var content = letter.Content.Clone();
        if (!people.TryFind(content.Person, out var person))
            return (null, Reasons.Refuse(Reason.PersonUnknown));
        Mailbox theirs;
        try
        {
            theirs = (await channel.Mail.GetMailboxAsync(new GetMailboxRequest { Agency = content.Provider }, deadline: Deadline, cancellationToken: cancelled).ResponseAsync.ConfigureAwait(false)).Mailbox;
        }
        catch (RpcException e)
        {
            return (null, e.ToRefusal() ?? Reasons.Refuse(Reason.HubUnavailable));
        }
        var now = time.GetUtcNow();
        if (!mailboxes.TryVerify(theirs, content.Provider, now, out var verified, out var reason))
            return (null, Reasons.Refuse(reason));
        var target = new LetterTarget(new LookupTarget(content.Task, content.DataSet, options.Epoch), letter.RequestId, now, letter.Expires);
        if (sealer.Seal(verified, mailbox.Current, target, person, content.Question.Clone(), out reason) is not { } made)
            return (null, Reasons.Refuse(reason));
        (content.Letter, content.Message, content.Hub) = (made.Letter, ByteString.CopyFrom(made.Asked.Question.Span), hub);
        return (letter with { Content = content }, null);
    }

    /// <summary>The hub that has it, or may have it; else the next one.</summary>
    (HubChannel Channel, string Address) ChannelFor(SentLetter letter)
    {
        var channel = channels.All.FirstOrDefault(one => one.Address == letter.Content.Hub) ?? channels.Next();
        return (channel, channel.Address);
    }

    ValueTask<Refusal?> NotLeft(SentLetter letter, Refusal refusal) => letter.Content.Letter is null
        ? journal.WriteRefused(letter.ToRequest(), letter.Content.Provider, refusal)
        : journal.WriteRefused(letter.ToRequest(), letter.Content.Provider, LookupKind.Mail, letter.ToSealed().Asked, refusal);

    /// <summary>What may be otherwise at another time.</summary>
    static bool MayPass(Reason reason) => Reasons.Of(reason).Retry > TimeSpan.Zero || reason is Reason.RevocationListStale;

    DateTime Deadline => (time.GetUtcNow() + patience).UtcDateTime;
}
