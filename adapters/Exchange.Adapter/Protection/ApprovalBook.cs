using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using Exchange.Adapter.Telemetry;
using Exchange.Hosting.Storage;
using Exchange.Protocol.Refusals;
using Exchange.V1;
using Google.Protobuf;
using Microsoft.Extensions.Logging;

namespace Exchange.Adapter.Protection;

/// <summary>An approval with its number.</summary>
/// <param name="WrittenUnixMs">When it was last brought to disk; 0: not yet.</param>
public sealed record BookedApproval(long Id, ApprovalContent Content, long WrittenUnixMs);

/// <summary>
/// Questions about people at risk, open and decided. What asks the same again is one: the same official of the same agency, for the same
/// task and case, the same about the same person. So nobody approves what they have not seen.
/// </summary>
public sealed class ApprovalBook
{
    /// <summary>Characters kept of what a requester writes; approvals listed at once; and open ones of one agency about one person.</summary>
    const int LongestText = 128, MostListed = 1000, MostOpen = 20;

    /// <summary>Beyond so many in memory, those are put aside that are over.</summary>
    const int MostKept = 10_000;

    /// <summary>That the same was asked once more is brought to disk as often: an answer about somebody at risk must take no longer than any other.</summary>
    static readonly TimeSpan countEvery = TimeSpan.FromMinutes(1);

    readonly ProtectionDatabase database;
    readonly ApprovalRules rules;
    readonly ILogger<ApprovalBook> log;
    readonly TimeProvider time;
    readonly ConcurrentDictionary<Asked, BookedApproval> newest = new();
    readonly Lock gate = new();
    long last;

    /// <param name="What">SHA-256 of the question and its predicates.</param>
    readonly record struct Asked(string Requester, string Task, string DataSet, string Person, string Official, string CaseId, string What);

    /// <exception cref="StoreException">A row does not open with this agency's key file.</exception>
    public ApprovalBook(ProtectionDatabase database, ApprovalRules rules, ILogger<ApprovalBook> log, TimeProvider time)
    {
        this.database = database;
        this.rules = rules;
        this.log = log;
        this.time = time;
        foreach (var (id, row) in database.Read<(long, byte[])>("SELECT id, sealed FROM approval ORDER BY id"))
        {
            var content = ApprovalContent.Parser.ParseFrom(database.Open(row, Bound(id))
                ?? throw new StoreException(StoreFault.Foreign, "an approval in protection.db does not open with this agency's key file, or was moved; use the store and the key file that belong together"));
            newest[Of(content)] = new BookedApproval(id, content, Now);
            last = id;
        }
        PutAside();
    }

    /// <summary>What still waits for an official, oldest first, a thousand at most.</summary>
    public IReadOnlyList<BookedApproval> Open => [.. newest.Values.Where(one => IsOpen(one.Content)).OrderBy(one => one.Content.AskedUnixMs).ThenBy(one => one.Id).Take(MostListed)];

    public bool IsApproved(Header header, Question question, string person) =>
        newest.TryGetValue(Of(header, question, person), out var one) && IsApproved(one.Content);

    /// <summary>Kept for the officials, and at once in memory. One that cannot be brought to disk is tried again when it is asked anew. Never fails.</summary>
    /// <param name="resolves">By this question.</param>
    public void Ask(Header header, Question question, string person, DateTimeOffset resolves)
    {
        lock (gate)
        {
            var asked = Of(header, question, person);
            if (newest.TryGetValue(asked, out var known) && IsOpen(known.Content))
            {
                var again = known.Content.Clone();
                again.TimesAsked++;
                again.ResolvesUnixMs = Math.Max(again.ResolvesUnixMs, resolves.ToUnixTimeMilliseconds());
                Keep_NeedsLock(asked, known with { Content = again });
                return;
            }
            // Decided, perhaps in this moment; or more than anybody could mean.
            if (known is not null && IsGoingOn(known.Content) || newest.Count(one => one.Key.Requester == header.Requester && one.Key.Person == person && IsOpen(one.Value.Content)) >= MostOpen)
                return;
            if (newest.Count >= MostKept)
                PutAside();
            Keep_NeedsLock(asked, new BookedApproval(++last, new ApprovalContent
            {
                Person = person,
                Requester = header.Requester,
                Task = header.Task,
                DataSet = header.DataSet,
                Official = asked.Official,
                CaseId = asked.CaseId,
                Query = question.Query,
                Predicates = { question.Predicates },
                AskedUnixMs = Now,
                TimesAsked = 1,
                ResolvesUnixMs = resolves.ToUnixTimeMilliseconds(),
                State = ApprovalState.Open,
            }, 0));
        }
    }

    /// <summary>On disk before it counts.</summary>
    /// <param name="approves">False also withdraws what was approved.</param>
    /// <returns>Null with the approval as it is now; else why nothing changed.</returns>
    public Refusal? Decide(long id, bool approves, string official, string caller, out BookedApproval? decided)
    {
        lock (gate)
        {
            decided = newest.Values.FirstOrDefault(one => one.Id == id && (IsOpen(one.Content) || !approves && IsApproved(one.Content)));
            if (decided is null)
                return Reasons.Refuse(Reason.ApprovalUnknown);
            if (approves && decided.Content.Voices.Any(voice => TwoOfficials.AreOne(voice.Official, voice.Caller, official, caller)))
                return TwoOfficials.Refuse();
            var content = decided.Content.Clone();
            content.Voices.Add(new ApprovalVoice { Official = official, Caller = caller, Approves = approves, TimeUnixMs = Now });
            if (!approves)
                content.State = ApprovalState.Declined;
            else if (Approving(content) >= rules.Officials)
            {
                content.State = ApprovalState.Approved;
                content.GoodUntilUnixMs = (time.GetUtcNow() + rules.GoodFor).ToUnixTimeMilliseconds();
            }
            Write(id, content);
            newest[Of(content)] = decided = new BookedApproval(id, content, Now);
            return null;
        }
    }

    /// <summary>What waits or was decided about the person does so no longer: they were marked anew. On disk when it returns.</summary>
    public void End(string person)
    {
        lock (gate)
            foreach (var (asked, one) in newest.Where(one => one.Key.Person == person && IsGoingOn(one.Value.Content)).ToList())
            {
                var content = one.Content.Clone();
                content.State = ApprovalState.Ended;
                newest[asked] = new BookedApproval(one.Id, content, Now);
                Write(one.Id, content);
            }
    }

    /// <summary>What is over stays on disk, and counts no more.</summary>
    void PutAside()
    {
        foreach (var (asked, one) in newest)
            if (!IsGoingOn(one.Content))
                newest.TryRemove(asked, out _);
    }

    void Keep_NeedsLock(Asked asked, BookedApproval one)
    {
        newest[asked] = one;
        if (one.WrittenUnixMs != 0 && Now - one.WrittenUnixMs < countEvery.TotalMilliseconds)
            return;
        try
        {
            Write(one.Id, one.Content);
            newest[asked] = one with { WrittenUnixMs = Now };
        }
        catch (Exception unwritten)
        {
            // The answer is the same: that nothing could be written would tell that somebody is held. Its message could quote a row.
            log.Unforeseen(unwritten.GetType().Name, "approval");
            newest[asked] = one with { WrittenUnixMs = 0 };
        }
    }

    void Write(long id, ApprovalContent content) => database.Write(
        "INSERT INTO approval (id, sealed) VALUES (@id, @row) ON CONFLICT (id) DO UPDATE SET sealed = excluded.sealed", new { id, row = database.Seal(content, Bound(id)) });

    bool IsOpen(ApprovalContent content) => content.State == ApprovalState.Open && Now < content.ResolvesUnixMs;

    bool IsApproved(ApprovalContent content) => content.State == ApprovalState.Approved && Now < content.GoodUntilUnixMs && Approving(content) >= rules.Officials;

    /// <summary>It waits, holds, or is not to be asked about again.</summary>
    bool IsGoingOn(ApprovalContent content) => content.State == ApprovalState.Declined ? Now < content.ResolvesUnixMs : IsOpen(content) || IsApproved(content);

    static int Approving(ApprovalContent content) => content.Voices.Count(voice => voice.Approves);

    long Now => time.GetUtcNow().ToUnixTimeMilliseconds();

    static string Clip(string text) => text.Length <= LongestText ? text : text[..LongestText];

    /// <summary>A row copied under another number does not open.</summary>
    static byte[] Bound(long id) => System.Text.Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"approval {id}"));

    static Asked Of(Header header, Question question, string person) => new(
        header.Requester, header.Task, header.DataSet, person, Clip(question.Official), Clip(question.CaseId), What(question.Query, question.Predicates));

    static Asked Of(ApprovalContent content) => new(
        content.Requester, content.Task, content.DataSet, content.Person, content.Official, content.CaseId, What(content.Query, content.Predicates));

    static string What(ByteString query, IEnumerable<string> predicates) =>
        Convert.ToHexString(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes($"{query.ToBase64()} {string.Join(' ', predicates)}")));
}
