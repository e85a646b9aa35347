using System.Collections.Concurrent;
using Exchange.Gateway.Audit;
using Exchange.Gateway.Identity;
using Exchange.Gateway.Lookups;
using Exchange.Gateway.Routing;
using Exchange.Hosting.Storage;
using Exchange.Protocol.Refusals;
using Exchange.Protocol.Transparency;
using Exchange.V1;
using Google.Protobuf;

namespace Exchange.Gateway.Mail;

/// <summary>
/// The hub's part of a lookup that waits. Decided and charged when it is submitted; decided again and translated when its provider
/// collects it; decided once more, and written down, before its answer is released. Each letter has one end and one entry in the log,
/// whatever stops in between: its end is kept first, and an end that may not be in the log is looked for there before it is added.
/// </summary>
public sealed class LetterRoom(
    LetterStore store, LookupSteps steps, CallerCheck callers, NodeTable nodes, AuditLog audit, TimeProvider time)
{
    /// <summary>What a provider gets to answer what it has collected; then it is lent again.</summary>
    public static readonly TimeSpan LentFor = TimeSpan.FromMinutes(1);

    /// <summary>What has come to an end and is not taken is kept for so long after its expiry.</summary>
    static readonly TimeSpan keptFor = TimeSpan.FromDays(14);

    const int MostAtOnce = 50;

    // Letters on their way to an end: the others of this process keep off them.
    readonly ConcurrentDictionary<ByteString, byte> settling = new();

    /// <returns>Null when it is kept, now or since an earlier time.</returns>
    public async Task<Refusal?> Submit(string requester, Letter? letter)
    {
        var now = time.GetUtcNow();
        var header = LetterCheck.Read(letter, requester, now, out var malformed);
        var journey = new LookupJourney(requester, letter?.Question, header?.RequestId ?? RequestIds.New(now), time);
        if (header is null)
            return await Refuse(journey, Reasons.Refuse(malformed)).ConfigureAwait(false);
        try
        {
            // Before anything else: the first time may have gone through, and only its answer been lost.
            if (store.Find(header.RequestId) is { } known)
                return known.Requester == requester && known.IsOf(letter!) ? null : await Refuse(new LookupJourney(requester, letter!.Question, RequestIds.New(now), time), Reasons.Refuse(Reason.DuplicateId)).ConfigureAwait(false);
            if (malformed == Reason.Unspecified && Math.Abs((now - DateTimeOffset.UnixEpoch).TotalMilliseconds - header.TimeUnixMs) > LookupService.ClockTolerance.TotalMilliseconds)
                malformed = Reason.TimeOutOfRange;
            if (malformed != Reason.Unspecified)
                return await Refuse(journey, Reasons.Refuse(malformed)).ConfigureAwait(false);
            journey.Header = header;
            if (steps.Decide(journey, header) is { } notPermitted)
                return await Refuse(journey, notPermitted).ConfigureAwait(false);
            if (store.CountOf(requester) >= LetterStore.MostOfOne || store.Count() >= LetterStore.Most)
                return await Refuse(journey, Reasons.Refuse(Reason.MailLimit)).ConfigureAwait(false);
            if (steps.Charge(journey, header) is { } exceeded)
                return steps.Throttle(journey, exceeded).Refusal;
            store.Add(new KeptLetter
            {
                RequestId = header.RequestId,
                Requester = requester,
                Provider = header.Provider,
                Submitted = now,
                Expires = DateTimeOffset.FromUnixTimeMilliseconds(header.ExpiryUnixMs),
                Letter = letter!,
            });
        }
        catch (StoreException e)
        {
            return Unkept(e);
        }
        Tell(header.Provider);
        return null;
    }

    /// <summary>Questions that wait for the agency, and what became of its own.</summary>
    /// <exception cref="StoreException">The store cannot be read or written.</exception>
    public async Task<CollectResponse> Collect(string agency)
    {
        var response = new CollectResponse();
        var waiting = store.ToLend(agency, time.GetUtcNow(), MostAtOnce);
        foreach (var letter in waiting)
            if (await Lend(letter).ConfigureAwait(false) is { } lent)
                response.Letters.Add(lent);
        var settled = store.SettledOf(agency, MostAtOnce);
        response.Outcomes.AddRange(settled.Select(letter => new LetterOutcome
        {
            RequestId = letter.RequestId,
            Answer = letter.Answer,
            Receipt = letter.Receipt,
            Refusal = letter.Outcome == AuditOutcome.Answered ? null : Refused(letter),
        }));
        response.More = waiting.Count == MostAtOnce || settled.Count == MostAtOnce;
        return response;
    }

    /// <returns>The receipt of an answer, which the very same answer gets again; or why it is not taken.</returns>
    /// <exception cref="StoreException">The store cannot be read or written.</exception>
    public async Task<(Receipt? Receipt, Refusal? Refusal)> Answer(string provider, AnswerRequest request)
    {
        if (!settling.TryAdd(request.RequestId, 0))
            return (null, Reasons.Refuse(Reason.ProviderBusy));
        try
        {
            if (store.Find(request.RequestId) is not { } letter || letter.Provider != provider)
                return (null, Reasons.Refuse(Reason.MailUnknown));
            if (letter.State == LetterState.Waits)
            {
                if (letter.Grant is null)
                    return (null, Reasons.Refuse(Reason.MailUnknown));
                if (letter.Expires <= time.GetUtcNow())
                    return (null, Reasons.Refuse(Reason.MailExpired));
                letter = End(letter, request);
                store.Keep(letter);
            }
            else if (letter.Answer?.Answer.Commitment != request.Answer?.Answer?.Commitment)
                return (null, Reasons.Refuse(Reason.DuplicateId));
            if (letter.State == LetterState.Unlogged)
            {
                var (logged, unavailable) = await Log(letter).ConfigureAwait(false);
                if (logged is null)
                    return (null, unavailable);
                letter = logged;
            }
            return letter.Outcome == AuditOutcome.Answered ? (letter.Receipt, null) : request.Refusal is not null ? (null, null) : (null, Refused(letter));
        }
        finally
        {
            settling.TryRemove(request.RequestId, out _);
        }
    }

    /// <exception cref="StoreException">They are all there yet.</exception>
    public void Acknowledge(string requester, IEnumerable<ByteString> requestIds) => store.Forget(requester, requestIds);

    /// <summary>One round: letters past their expiry come to their end, ends that may not be in the log get there, and what nobody takes is forgotten.</summary>
    /// <exception cref="StoreException">The store cannot be read or written.</exception>
    public async Task LookAround()
    {
        foreach (var letter in store.Unlogged(MostAtOnce))
            await Settle(letter, one => one).ConfigureAwait(false);
        var now = time.GetUtcNow();
        foreach (var letter in store.Expired(now, MostAtOnce))
            await Settle(letter, one => one.Settle(AuditOutcome.Failed, Reason.MailExpired, null, audit.Size)).ConfigureAwait(false);
        store.ForgetBefore(now - keptFor);
    }

    /// <summary>To its provider with Z in place of X and a grant of now; null when it came to its end instead.</summary>
    async Task<LentLetter?> Lend(KeptLetter letter)
    {
        var header = letter.Header;
        var journey = new LookupJourney(letter.Requester, letter.Letter.Question, letter.RequestId, time) { Header = header };
        var refusal = callers.Standing(letter.Requester) ?? steps.Decide(journey, header);
        SealedQuestion? onward = null;
        if (refusal is null)
            (onward, refusal) = await steps.Translate(journey, header, letter.Letter.Question).ConfigureAwait(false);
        if (onward is null)
        {
            await Settle(letter, one => one.Settle(AuditOutcome.Refused, refusal!.Reason, null, audit.Size)).ConfigureAwait(false);
            return null;
        }
        store.Lend(letter.RequestId, journey.Grant!, time.GetUtcNow() + LentFor);
        var lent = letter.Letter.Clone();
        lent.Question = onward;
        return new LentLetter { Letter = lent, Grant = journey.Grant };
    }

    /// <summary>How it ends with this answer, or without one. Judged as it is released: what was granted must be so yet.</summary>
    KeptLetter End(KeptLetter letter, AnswerRequest request)
    {
        var header = letter.Header;
        var journey = new LookupJourney(letter.Requester, letter.Letter.Question, letter.RequestId, time) { Header = header };
        if (request.Refusal is { } refusal)
            return letter.Settle(AuditOutcome.Failed, ProviderReasons.Take(refusal).Reason, null, audit.Size);
        if ((callers.Standing(letter.Requester) ?? steps.Decide(journey, header) ?? steps.NoLongerPermitted(letter.Grant!, header)) is { } notPermitted)
            return letter.Settle(AuditOutcome.Refused, notPermitted.Reason, null, audit.Size);
        return LetterCheck.HasForm(request.Answer) && LookupSteps.HasTheDeclaredSize(request.Answer.Answer, journey, header)
            ? letter.Settle(AuditOutcome.Answered, Reason.Unspecified, request.Answer, audit.Size)
            : letter.Settle(AuditOutcome.Failed, Reason.ProviderFailed, null, audit.Size);
    }

    async Task Settle(KeptLetter letter, Func<KeptLetter, KeptLetter> end)
    {
        if (!settling.TryAdd(letter.RequestId, 0))
            return;
        try
        {
            // As it is now that nobody else is at it.
            if (store.Find(letter.RequestId) is not { } now || now.State != letter.State)
                return;
            var ended = end(now);
            store.Keep(ended);
            await Log(ended).ConfigureAwait(false);
        }
        finally
        {
            settling.TryRemove(letter.RequestId, out _);
        }
    }

    /// <summary>Into the log, unless it is there from an earlier attempt of which nobody heard the end.</summary>
    async Task<(KeptLetter? Logged, Refusal? Unavailable)> Log(KeptLetter letter)
    {
        try
        {
            var receipt = await Logged(letter).ConfigureAwait(false) ?? await audit.Append(Entry(letter)).ConfigureAwait(false);
            var settled = letter with { State = LetterState.Settled, Receipt = receipt };
            store.Keep(settled);
            Tell(letter.Requester);
            return (settled, null);
        }
        catch (AuditUnavailableException unavailable)
        {
            return (null, unavailable.Refusal);
        }
    }

    async Task<Receipt?> Logged(KeptLetter letter)
    {
        if (audit.Size == letter.LogFrom)
            return null;
        await foreach (var (index, entry) in audit.Read(letter.LogFrom, long.MaxValue).ConfigureAwait(false))
            if (AuditEntry.Parser.ParseFrom(entry).Lookup is { } lookup && lookup.RequestId == letter.RequestId)
                return new Receipt
                {
                    Log = audit.Name,
                    Index = (ulong)index,
                    LeafHash = UnsafeByteOperations.UnsafeWrap(TreeHash.Leaf(entry)),
                    RequestId = letter.RequestId,
                    Entry = UnsafeByteOperations.UnsafeWrap(entry),
                };
        return null;
    }

    AuditEntry Entry(KeptLetter letter)
    {
        var journey = new LookupJourney(letter.Requester, letter.Letter.Question, letter.RequestId, time) { Header = letter.Header };
        // What the policy knows today is what may be written; what was granted is what was lent.
        steps.Decide(journey, letter.Header);
        journey.Grant = letter.Grant ?? journey.Grant;
        return journey.ToEntry(letter.Outcome, letter.Reason, letter.Answer?.Answer.Commitment ?? ByteString.Empty);
    }

    /// <summary>The agency's adapters, those that are connected, that there is something to collect.</summary>
    void Tell(string agency)
    {
        foreach (var connection in nodes.All)
            if (connection.Agency == agency)
                connection.Frames.Send(new Frame { Mail = true });
    }

    async Task<Refusal?> Refuse(LookupJourney journey, Refusal refusal) => (await steps.Refuse(journey, refusal).ConfigureAwait(false)).Refusal;

    static Refusal Refused(KeptLetter letter)
    {
        var refusal = Reasons.Refuse(letter.Reason);
        refusal.RequestId = letter.RequestId;
        return refusal;
    }

    internal static Refusal Unkept(StoreException e) => e.Fault == StoreFault.Refused
        ? Reasons.Refuse(Reason.MailLimit, "The hub's store of letters takes nothing now.")
        : Reasons.Refuse(Reason.HubUnavailable, "The hub's store of letters cannot be written.");
}
