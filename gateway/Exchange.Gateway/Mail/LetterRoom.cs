using System.Collections.Concurrent;
using Exchange.Gateway.Audit;
using Exchange.Gateway.Identity;
using Exchange.Gateway.Lookups;
using Exchange.Gateway.Routing;
using Exchange.Gateway.Telemetry;
using Exchange.Hosting.Storage;
using Exchange.Protocol.Mail;
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
    LetterStore store, LookupSteps steps, CallerCheck callers, NodeTable nodes, Openings openings, AuditLog audit, GatewayMetrics metrics, TimeProvider time)
{
    /// <summary>What a provider gets to answer what it has collected; then it is lent again, for twice as long each time.</summary>
    public static readonly TimeSpan LentFor = TimeSpan.FromMinutes(1);

    /// <summary>Until a provider that said it cannot answer now is given it again.</summary>
    static readonly TimeSpan putOffFor = TimeSpan.FromMinutes(5);

    /// <summary>A letter of which nothing is heard after so many times may be what ends its provider's adapter.</summary>
    const int MostLent = 5, LentAlone = 2;

    const int MostAtOnce = 50, MostInRound = 1000;

    /// <summary>Bytes of outcomes in one response; the letters beside them are no more.</summary>
    const int MostBytes = 1024 * 1024;

    // Letters on their way to an end: the others of this process keep off them.
    readonly ConcurrentDictionary<ByteString, byte> settling = new();

    // Agencies that are collecting: each letter is lent to one collector.
    readonly ConcurrentDictionary<string, byte> collecting = new();

    /// <returns>Null when it is kept, now or since an earlier time.</returns>
    public async Task<Refusal?> Submit(string requester, Letter? letter)
    {
        var now = time.GetUtcNow();
        var header = LetterCheck.Read(letter, requester, now, out var malformed);
        // Refused under an id of its own: the letter's may yet come to an end of its own.
        var journey = new LookupJourney(requester, letter?.Question, RequestIds.New(now), time);
        if (header is null)
            return await Refuse(journey, Reasons.Refuse(malformed)).ConfigureAwait(false);
        try
        {
            // Before anything else: the first time may have gone through, and only its answer been lost.
            if (store.Find(header.RequestId) is { } known)
                return known.Requester == requester && known.IsOf(letter!) ? null : await Refuse(journey, Reasons.Refuse(Reason.DuplicateId)).ConfigureAwait(false);
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
            if (!store.Find(header.RequestId)!.IsOf(letter!))
                return await Refuse(journey, Reasons.Refuse(Reason.DuplicateId)).ConfigureAwait(false);
        }
        catch (StoreException)
        {
            return Unkept();
        }
        nodes.TellOfMail(header.Provider);
        return null;
    }

    /// <summary>Questions that wait for the agency, and what became of its own.</summary>
    /// <returns>Null: it is being collected for already.</returns>
    /// <exception cref="StoreException">The store cannot be read or written.</exception>
    public async Task<CollectResponse?> Collect(string agency)
    {
        if (!collecting.TryAdd(agency, 0))
            return null;
        try
        {
            var response = new CollectResponse();
            // A closed agency is lent nothing to answer: its letters wait until it opens.
            var waiting = openings.OpensAt(agency) is null ? store.ToLend(agency, time.GetUtcNow(), MostAtOnce) : [];
            var lentAll = await Lend(waiting, response).ConfigureAwait(false);
            var settled = store.SettledOf(agency, MostAtOnce);
            foreach (var letter in settled)
            {
                var outcome = new LetterOutcome
                {
                    RequestId = letter.RequestId,
                    Answer = letter.Answer,
                    Receipt = letter.Receipt,
                    Refusal = letter.Outcome == AuditOutcome.Answered ? null : Refused(letter),
                };
                if (response.Outcomes.Count > 0 && response.CalculateSize() + outcome.CalculateSize() > 2 * MostBytes)
                    break;
                response.Outcomes.Add(outcome);
            }
            response.More = !lentAll || waiting.Count == MostAtOnce || settled.Count == MostAtOnce || response.Outcomes.Count < settled.Count;
            return response;
        }
        finally
        {
            collecting.TryRemove(agency, out _);
        }
    }

    /// <returns>The receipt of an answer, which the very same answer gets again; or why it is not taken.</returns>
    /// <exception cref="StoreException">The store cannot be read or written.</exception>
    public async Task<(Receipt? Receipt, Refusal? Refusal)> Answer(string provider, AnswerRequest request)
    {
        if (!settling.TryAdd(request.RequestId, 0))
            return (null, Reasons.Refuse(Reason.ProviderBusy));
        var isFresh = false;
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
                if (request.Refusal is { } later && MayPass(later.Reason))
                {
                    store.PutOff(letter.RequestId, time.GetUtcNow() + putOffFor);
                    return (null, null);
                }
                letter = End(letter, request);
                store.Keep(letter);
                isFresh = true;
            }
            else if (letter.Answer?.Answer.Commitment != request.Answer?.Answer?.Commitment)
                return (null, Reasons.Refuse(Reason.DuplicateId));
            if (letter.State == LetterState.Unlogged)
            {
                var (logged, unavailable) = await Log(letter, isFresh).ConfigureAwait(false);
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
        foreach (var letter in store.Unlogged(MostInRound))
            await Settle(letter, one => one).ConfigureAwait(false);
        var now = time.GetUtcNow();
        foreach (var letter in store.Expired(now, MostInRound))
            await Settle(letter, one => one.Settle(AuditOutcome.Failed, Reason.MailExpired, null, audit.Size)).ConfigureAwait(false);
        store.ForgetBefore(now - MailRules.KeptAfterExpiry);
    }

    /// <summary>As many as go into one response; one that nobody has said anything of for so long comes to its end.</summary>
    /// <returns>False when some are left for the next.</returns>
    async Task<bool> Lend(IReadOnlyList<KeptLetter> waiting, CollectResponse response)
    {
        var lent = new List<(KeptLetter, Grant, DateTimeOffset)>();
        var (bytes, looked) = (0, 0);
        foreach (var letter in waiting)
        {
            if (letter.Lent >= MostLent)
            {
                await Settle(letter, one => one.Settle(AuditOutcome.Failed, Reason.ProviderFailed, null, audit.Size)).ConfigureAwait(false);
                looked++;
                continue;
            }
            // One that may be what ends its reader takes no other with it.
            if ((bytes += letter.Letter.CalculateSize()) > MostBytes || (letter.Lent >= LentAlone && lent.Count > 0))
                break;
            looked++;
            if (await Translated(letter).ConfigureAwait(false) is not { } onward)
                continue;
            lent.Add((letter, onward.Grant, time.GetUtcNow() + LentFor * (1 << letter.Lent)));
            response.Letters.Add(onward);
            if (letter.Lent >= LentAlone)
                break;
        }
        if (lent.Count > 0)
            store.Lend(lent);
        return looked == waiting.Count;
    }

    /// <summary>With Z in place of X, and the grant of when it was first lent: what was told then may be what is told again. Null when it came to its end instead.</summary>
    async Task<LentLetter?> Translated(KeptLetter letter)
    {
        var header = letter.Header;
        var journey = new LookupJourney(letter.Requester, letter.Letter.Question, letter.RequestId, time) { Header = header };
        var refusal = callers.Standing(letter.Requester) ?? steps.Decide(journey, header) ?? (letter.Grant is { } before ? steps.NoLongerPermitted(before, header) : null);
        if (letter.Grant is { } first && first.ProviderEpoch == journey.Grant?.ProviderEpoch)
            journey.Grant = first;
        SealedQuestion? onward = null;
        if (refusal is null)
            (onward, refusal) = await steps.Translate(journey, header, letter.Letter.Question).ConfigureAwait(false);
        if (onward is null)
        {
            await Settle(letter, one => one.Settle(AuditOutcome.Refused, refusal!.Reason, null, audit.Size)).ConfigureAwait(false);
            return null;
        }
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
            if (!ReferenceEquals(ended, now))
                store.Keep(ended);
            var (logged, _) = await Log(ended, isFresh: !ReferenceEquals(ended, now)).ConfigureAwait(false);
            // Whoever answered it was told that the log takes nothing, and hears of the receipt now.
            if (logged is { Outcome: AuditOutcome.Answered, Receipt: { } receipt })
                foreach (var connection in nodes.All.Where(one => one.Agency == logged.Provider).Take(1))
                    connection.Frames.Tell(receipt);
        }
        finally
        {
            settling.TryRemove(letter.RequestId, out _);
        }
    }

    /// <summary>Into the log, unless it is there from an earlier attempt of which nobody heard the end.</summary>
    /// <param name="isFresh">Its end was kept just now, so that the log cannot have it.</param>
    async Task<(KeptLetter? Logged, Refusal? Unavailable)> Log(KeptLetter letter, bool isFresh)
    {
        try
        {
            var entry = Entry(letter);
            var receipt = (isFresh ? null : await Logged(letter).ConfigureAwait(false)) ?? await audit.Append(entry).ConfigureAwait(false);
            var settled = letter with { State = LetterState.Settled, Receipt = receipt };
            store.Keep(settled);
            metrics.Settled(entry.Lookup.DataSet, letter.Outcome, letter.Reason);
            nodes.TellOfMail(letter.Requester);
            return (settled, null);
        }
        catch (AuditUnavailableException unavailable)
        {
            return (null, unavailable.Refusal);
        }
    }

    async Task<Receipt?> Logged(KeptLetter letter)
    {
        await foreach (var (index, entry) in audit.ReadToEnd(letter.LogFrom).ConfigureAwait(false))
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

    async Task<Refusal?> Refuse(LookupJourney journey, Refusal refusal) => (await steps.Refuse(journey, refusal).ConfigureAwait(false)).Refusal;

    static Refusal Refused(KeptLetter letter)
    {
        var refusal = Reasons.Refuse(letter.Reason);
        refusal.RequestId = letter.RequestId;
        return refusal;
    }

    internal static Refusal Unkept() => Reasons.Refuse(Reason.HubUnavailable, "The hub's store of letters cannot be read or written.");

    /// <summary>What its provider may find otherwise at another time.</summary>
    static bool MayPass(Reason reason) => reason is Reason.JournalUnavailable or Reason.RevocationListStale or Reason.DeadlineExceeded or Reason.ProviderBusy;
}
