using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Exchange.Adapter.Enrolment;
using Exchange.Hosting.Storage;
using Exchange.Protocol.Refusals;
using Exchange.V1;

namespace Exchange.Adapter.Protection;

/// <summary>
/// Who is at risk, by this agency's own key: a mark may be made before the person is enrolled, and stays when they are removed and enrolled
/// again. Everybody is in memory; a lookup asks for one key. Who changed what is kept, also of whoever has no mark any more.
/// </summary>
public sealed class ProtectedPeople
{
    /// <summary>Of the first of two officials who take marks away.</summary>
    static readonly TimeSpan askHolds = TimeSpan.FromDays(30);

    static ReadOnlySpan<byte> StateName => "state"u8;

    readonly ProtectionDatabase database;
    readonly People people;
    readonly ApprovalRules rules;
    readonly TimeProvider time;
    readonly ConcurrentDictionary<string, ProtectedContent> known = new(StringComparer.Ordinal);
    readonly Lock gate = new();
    long changes;

    /// <exception cref="StoreException">
    /// A row does not open with this agency's key file, or the store is an older copy than the one in use before: nobody is answered about while it
    /// is not known who is at risk.
    /// </exception>
    public ProtectedPeople(ProtectionDatabase database, People people, ApprovalRules rules, TimeProvider time)
    {
        this.database = database;
        this.people = people;
        this.rules = rules;
        this.time = time;
        changes = Changes(database);
        if (changes < people.ProtectionChanges)
            throw new StoreException(StoreFault.Foreign, "the store of people at risk (protection.db) is absent, or older than the one in use before: somebody whom it does not name would be answered about. "
                + "Put the newest copy back; if there is none, mark everybody again after 'protect accept'");
        foreach (var (name, row) in database.Read<(byte[], byte[])>("SELECT name, sealed FROM protected"))
        {
            var one = ProtectedContent.Parser.ParseFrom(database.Open(row, name) ?? throw Unopened());
            known[one.Person] = one;
        }
        people.ProtectionChanges = changes;
    }

    /// <summary>With a mark, the latest change last.</summary>
    public IReadOnlyList<ProtectedContent> Marked => [.. known.Values.Where(IsMarked).OrderBy(one => one.Changes[^1].TimeUnixMs)];

    public bool NeedsApproval(string person) => known.TryGetValue(person, out var one) && one.NeedsApproval;

    /// <summary>Who asked about the person is shown to nobody who asks for it, the person included.</summary>
    public bool HidesHistory(string person) => known.TryGetValue(person, out var one) && one.HidesHistory;

    /// <summary>The person, or anybody who shares their number.</summary>
    public bool NeedsApprovalAmong(Person person) => !known.IsEmpty && people.Sharing(person.Key).Any(NeedsApproval);

    /// <summary>Also of whoever has no mark any more.</summary>
    public bool TryFind(string person, [NotNullWhen(true)] out ProtectedContent? one) => known.TryGetValue(person, out one);

    /// <summary>Beside what marks there are. On disk when it returns; handles to the person end.</summary>
    public ProtectedContent Mark(string person, bool needsApproval, bool hidesHistory, string official, string caller)
    {
        lock (gate)
        {
            var one = known.TryGetValue(person, out var before) ? before.Clone() : new ProtectedContent { Person = person };
            (one.NeedsApproval, one.HidesHistory) = (one.NeedsApproval || needsApproval, one.HidesHistory || hidesHistory);
            return Change_NeedsLock(one, official, caller, asksToLift: false);
        }
    }

    /// <summary>Takes all marks away, or has the first of two officials ask for it.</summary>
    /// <returns>Null with the person as they are now; else why nothing changed.</returns>
    public Refusal? Lift(string person, string official, string caller, out ProtectedContent? now)
    {
        lock (gate)
        {
            if (!known.TryGetValue(person, out now) || !IsMarked(now))
                return Reasons.Refuse(Reason.PersonUnknown, "The person has no marks.");
            var one = now.Clone();
            var isSecond = LiftAsked(one);
            if (isSecond && TwoOfficials.AreOne(one.Changes[^1].Official, one.Changes[^1].Caller, official, caller))
                return TwoOfficials.Refuse();
            var asks = rules.Officials > 1 && !isSecond;
            if (!asks)
                (one.NeedsApproval, one.HidesHistory) = (false, false);
            now = Change_NeedsLock(one, official, caller, asks);
            return null;
        }
    }

    /// <summary>The first of two officials has asked for the marks to be taken away.</summary>
    public bool LiftAsked(ProtectedContent one) =>
        one.Changes is [.., { AsksToLift: true } last] && time.GetUtcNow().ToUnixTimeMilliseconds() - last.TimeUnixMs < askHolds.TotalMilliseconds;

    /// <summary>The store as it is is taken for the newest there is: for whoever has lost it.</summary>
    internal static void Accept(ProtectionDatabase database, People people) => people.ProtectionChanges = Changes(database);

    static bool IsMarked(ProtectedContent one) => one.NeedsApproval || one.HidesHistory;

    ProtectedContent Change_NeedsLock(ProtectedContent one, string official, string caller, bool asksToLift)
    {
        one.Changes.Add(new MarkChange
        {
            TimeUnixMs = time.GetUtcNow().ToUnixTimeMilliseconds(),
            Official = official,
            Caller = caller,
            NeedsApproval = one.NeedsApproval,
            HidesHistory = one.HidesHistory,
            AsksToLift = asksToLift,
        });
        var name = database.Name("protected", one.Person);
        Span<byte> count = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(count, changes + 1);
        database.Write(
            "INSERT INTO protected (name, sealed) VALUES (@name, @row) ON CONFLICT (name) DO UPDATE SET sealed = excluded.sealed",
            "INSERT INTO state (id, sealed) VALUES (1, @state) ON CONFLICT (id) DO UPDATE SET sealed = excluded.sealed",
            new { name, row = database.Seal(one, name), state = database.Seal(count, StateName) });
        known[one.Person] = one;
        people.ProtectionChanges = ++changes;
        people.Rematch(one.Person);
        return one;
    }

    static long Changes(ProtectionDatabase database) => database.Read<byte[]>("SELECT sealed FROM state") is [var row]
        ? BinaryPrimitives.ReadInt64BigEndian(database.Open(row, StateName) ?? throw Unopened())
        : 0;

    static StoreException Unopened() => new(StoreFault.Foreign, "the store of people at risk (protection.db) does not open with this agency's key file; use the one it was made with");
}
