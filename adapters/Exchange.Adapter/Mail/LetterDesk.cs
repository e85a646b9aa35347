using System.Collections.Concurrent;
using System.Security.Cryptography;
using Exchange.Adapter.Asking;
using Exchange.Adapter.Connection;
using Exchange.Adapter.Enrolment;
using Exchange.Adapter.Protection;
using Exchange.Adapter.Telemetry;
using Exchange.Protocol.Lookups;
using Exchange.Protocol.Mail;
using Exchange.Protocol.Refusals;
using Exchange.V1;
using Google.Protobuf;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace Exchange.Adapter.Mail;

/// <summary>
/// The requester's part of a lookup that waits, as far as the hub. A letter is kept here before it leaves, so that neither a lost call nor
/// a restart loses it: what no hub has said that it has is left there again, sealed anew when the time in its header has passed.
/// </summary>
public sealed class LetterDesk(
    People people, HubDirectory directory, HubChannels channels, LetterSender sender, SentLetters sent, KeptTickets tickets, AskedJournal journal, ILogger<LetterDesk> log, TimeProvider time)
{
    /// <summary>Of letters that were refused because the store failed; beyond it, one that it has all the same leaves.</summary>
    const int MostUnkept = 10_000;

    // Being submitted: sealed twice under one id, the second would be another's to the hub; and whoever repeats it waits for the same end.
    readonly ConcurrentDictionary<ByteString, Task<(SentLetter? Letter, Refusal? Refusal)>> leaving = new();

    // Refused because the store did not take them, which it may have all the same: they never leave.
    readonly ConcurrentDictionary<ByteString, byte> unkept = new();

    /// <param name="caller">The system of this agency that asks.</param>
    /// <param name="key">By which it tells repetitions of one letter; may be empty.</param>
    /// <param name="cancelled">It waits for this no longer; what was begun comes to its end.</param>
    /// <returns>The letter as it is kept; or why it is not.</returns>
    public async Task<(SentLetter? Letter, Refusal? Refusal)> Submit(AskRequest request, TimeSpan wait, string caller, string key, CancellationToken cancelled)
    {
        SentLetter? before;
        try
        {
            // Before anything else: the first time may have gone through, and only its answer been lost.
            before = sent.Find(caller, key);
        }
        catch (SqliteException)
        {
            return (null, Unkept());
        }
        if (before is not null)
            return await Repeated(request, wait, before, cancelled).ConfigureAwait(false);
        if (!people.TryFind(request.Person, out var person))
            return (null, Reasons.Refuse(Reason.PersonUnknown));
        if (person.Quarantined)
            return (null, Reasons.Refuse(Reason.PersonQuarantined));
        if (!directory.TryResolve(request.Provider, request.Task, request.DataSet, out var provider, out var dataSet, out var unresolved))
            return (null, unresolved);
        if (directory.NotGranted(provider, dataSet, request) is { } notGranted)
            return (null, notGranted);
        var now = time.GetUtcNow();
        var letter = new SentLetter(ByteString.CopyFrom(RandomNumberGenerator.GetBytes(Headers.RequestIdSize)), new SentContent
        {
            Caller = caller,
            Person = request.Person,
            Provider = provider,
            Task = request.Task,
            DataSet = request.DataSet,
            // Of the same question asked before, by letter or not.
            Question = QuestionSealer.Said(request with { Ticket = tickets.Find(request, provider) }),
            AskedOf = request.Provider,
            SubmittedUnixMs = now.ToUnixTimeMilliseconds(),
            ExpiryUnixMs = now.ToUnixTimeMilliseconds() + (long)wait.TotalMilliseconds,
            State = SentState.Leaving,
        });
        var end = new TaskCompletionSource<(SentLetter?, Refusal?)>(TaskCreationOptions.RunContinuationsAsynchronously);
        leaving[letter.RequestId] = end.Task;
        _ = Begin(letter, key, end);
        var (left, refusal) = await end.Task.WaitAsync(cancelled).ConfigureAwait(false);
        return left is not null && left.RequestId != letter.RequestId ? await Repeated(request, wait, left, cancelled).ConfigureAwait(false) : (left, refusal);
    }

    /// <summary>Tries again to leave at this hub what no hub has said that it has, until it expires.</summary>
    /// <exception cref="SqliteException">The store of letters cannot be read or written.</exception>
    public async Task LeaveWaiting(HubChannel hub, CancellationToken cancelled)
    {
        WithdrawUnkept();
        // A hub that is not there, and what is used up for one data set, is not asked again in this round; what is over ends all the same.
        var (isAway, usedUp) = (false, new HashSet<string>());
        foreach (var letter in sent.Of(SentState.Leaving).Where(one => one.Content.Hub == hub.Address || channels.All.All(known => known.Address != one.Content.Hub)))
        {
            if (leaving.ContainsKey(letter.RequestId) || unkept.ContainsKey(letter.RequestId))
                continue;
            var reason = await LeaveAgain(letter, isAway || usedUp.Contains(letter.Content.DataSet) ? null : hub, cancelled).ConfigureAwait(false);
            isAway |= reason == Reason.HubUnavailable;
            if (reason == Reason.QuotaExceeded)
                usedUp.Add(letter.Content.DataSet);
        }
    }

    /// <summary>Letters of which no hub will say anything any more: it has lost them, or this agency was away for too long.</summary>
    /// <exception cref="SqliteException">The store of letters cannot be read or written.</exception>
    public async Task GiveUpLost()
    {
        foreach (var letter in sent.Of(SentState.Waiting).Where(one => time.GetUtcNow() > one.Expires + MailRules.KeptAfterExpiry))
            await GiveUp(letter, Reasons.Refuse(Reason.MailExpired)).ConfigureAwait(false);
    }

    /// <param name="hub">Null: it is only looked whether the letter is over.</param>
    /// <returns>Why it has not left; unspecified when it has, never will, or was not tried.</returns>
    async Task<Reason> LeaveAgain(SentLetter letter, HubChannel? hub, CancellationToken cancelled)
    {
        try
        {
            if (sent.Find(letter.RequestId) is not { Content.State: SentState.Leaving } now)
                return Reason.Unspecified;
            // Whom it is about may be in doubt since.
            var over = time.GetUtcNow() >= now.Expires ? Reasons.Refuse(Reason.MailExpired)
                : people.TryFind(now.Content.Person, out var person) && person.Quarantined ? Reasons.Refuse(Reason.PersonQuarantined)
                : null;
            if (over is null && hub is null)
                return Reason.Unspecified;
            var left = over is null ? await sender.Leave(now, hub!, cancelled).ConfigureAwait(false) : new Left(now, over, MayBeThere: false);
            if (left.Refusal is not { } refusal)
                return Reason.Unspecified;
            if (over is null && LetterSender.MayPass(refusal.Reason))
                return refusal.Reason;
            await GiveUp(left.Letter, refusal).ConfigureAwait(false);
            return Reason.Unspecified;
        }
        catch (Exception unforeseen) when (unforeseen is not (SqliteException or OperationCanceledException))
        {
            // It holds up no other.
            log.Unforeseen(unforeseen.GetType().Name, "letter");
            return Reason.Unspecified;
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

    /// <returns>The letter of before under the same key; or why it cannot be taken. Nothing of both when it is kept.</returns>
    (SentLetter? Faster, Refusal? Refusal) Add(SentLetter letter, string key)
    {
        try
        {
            if (sent.Count >= SentLetters.Most || sent.CountOf(letter.Content.Caller) >= SentLetters.MostOfOne)
                return (null, Reasons.Refuse(Reason.MailLimit));
        }
        catch (SqliteException)
        {
            return (null, Unkept());
        }
        try
        {
            return (sent.Add(letter, key), null);
        }
        catch (SqliteException)
        {
            Disown(letter);
            return (null, Unkept());
        }
    }

    /// <summary>To its end, whoever waits for it: the letter; another of before under the same key; or why there is none.</summary>
    async Task Begin(SentLetter letter, string key, TaskCompletionSource<(SentLetter?, Refusal?)> end)
    {
        try
        {
            var added = Add(letter, key);
            end.SetResult(added is (null, null) ? await LeaveNew(letter).ConfigureAwait(false) : added);
        }
        catch (Exception unforeseen)
        {
            log.Unforeseen(unforeseen.GetType().Name, "letter");
            Disown(letter);
            end.SetResult((null, Reasons.Refuse(Reason.Internal)));
        }
        finally
        {
            leaving.TryRemove(letter.RequestId, out _);
        }
    }

    async Task<(SentLetter? Letter, Refusal? Refusal)> LeaveNew(SentLetter letter)
    {
        var left = new Left(letter, null, MayBeThere: false);
        try
        {
            // At the first hub that is there and has the provider's mailbox.
            for (var tries = channels.All.DistinctBy(one => one.Address).Count(); tries > 0; tries--)
            {
                left = await sender.Leave(letter, channels.Next(left.At), CancellationToken.None).ConfigureAwait(false);
                if (left.MayBeThere || left.Refusal?.Reason is not (Reason.HubUnavailable or Reason.MailboxUnknown))
                    break;
            }
        }
        catch (SqliteException)
        {
            // It is kept as one that leaves, and does, or is refused, in another round.
            return (letter, null);
        }
        if (left.Refusal is not { } refusal || left.MayBeThere)
            return (left.Letter, null);
        Disown(letter);
        return (null, await NotLeft(left.Letter, refusal).ConfigureAwait(false) ?? refusal);
    }

    /// <summary>The very letter, when it is that one, as whoever left it first hears of it.</summary>
    async Task<(SentLetter?, Refusal?)> Repeated(AskRequest request, TimeSpan wait, SentLetter before, CancellationToken cancelled)
    {
        if (!before.IsOf(request, wait))
            return (null, Reasons.Refuse(Reason.QuestionInvalid, "The 'idempotency_key' was given with another letter before."));
        if (leaving.TryGetValue(before.RequestId, out var end))
            return await end.WaitAsync(cancelled).ConfigureAwait(false);
        try
        {
            // Of one that was just refused, whoever left it first heard why.
            return !unkept.ContainsKey(before.RequestId) && sent.Find(before.RequestId) is { } now ? (now, null)
                : (null, Reasons.Refuse(Reason.HubUnavailable, "The same letter was refused a moment ago."));
        }
        catch (SqliteException)
        {
            return (null, Unkept());
        }
    }

    void Disown(SentLetter letter)
    {
        if (unkept.Count < MostUnkept)
            unkept[letter.RequestId] = 0;
        WithdrawUnkept();
    }

    void WithdrawUnkept()
    {
        try
        {
            foreach (var id in unkept.Keys)
            {
                sent.Withdraw(id);
                unkept.TryRemove(id, out _);
            }
        }
        catch (Exception e) when (e is SqliteException or InvalidOperationException)
        {
            // In another round; or the process ends.
        }
    }

    internal static Refusal Unkept() => Reasons.Refuse(Reason.JournalUnavailable, "The adapter's store of letters cannot be written, so none is taken.");

    ValueTask<Refusal?> NotLeft(SentLetter letter, Refusal refusal) => letter.Content.Letter is null
        ? journal.WriteRefused(letter.ToRequest(), letter.Content.Provider, refusal)
        : journal.WriteRefused(letter.ToRequest(), letter.Content.Provider, LookupKind.Mail, letter.ToSealed().Asked, refusal);
}
