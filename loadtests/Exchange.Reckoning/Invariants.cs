using System.Security.Cryptography;
using System.Text;
using Exchange.V1;

namespace Exchange.Reckoning;

/// <summary>
/// Holds the agencies' journals against the hub's log, from the files alone: each answer handed on has exactly one entry
/// (I1), each refusal that names a request has one (I2), the log has no gap (I3), nothing was delivered twice or to
/// somebody else (I4). An answer in the log that never reached its requester is no breach, the line may be cut after 11;
/// but each lookup in the log, and each answer in a provider's journal, stands in its requester's journal as something asked.
/// </summary>
public static class Invariants
{
    /// <param name="readLog">Called once, after the first journals were read.</param>
    /// <param name="journals">By agency id.</param>
    /// <param name="identity">From agency and its key to a person all agencies share; null leaves persons unchecked.</param>
    public static IReadOnlyList<Violation> Check(
        Func<IReadOnlyList<(long Number, byte[] Content, byte[] LeafHash)>> readLog, IReadOnlyDictionary<string, Journal> journals, Func<string, string, string?>? identity = null) =>
        Check(() => [(null, readLog())], journals, identity);

    /// <param name="readLogs">Of every replica of the hub, each with its name, which receipts then must have; called once, after the first journals were read.</param>
    /// <param name="journals">By agency id.</param>
    /// <param name="identity">From agency and its key to a person all agencies share; null leaves persons unchecked.</param>
    public static IReadOnlyList<Violation> Check(
        Func<IReadOnlyList<(string? Name, IReadOnlyList<(long Number, byte[] Content, byte[] LeafHash)> Entries)>> readLogs, IReadOnlyDictionary<string, Journal> journals, Func<string, string, string?>? identity = null)
    {
        // Journals first: what they hold was in the log before.
        var asked = journals.SelectMany(one => Books.Asked(one.Key, one.Value)).ToList();
        var found = new List<Violation>();
        var log = Log(readLogs(), found);
        var answered = journals.ToDictionary(one => one.Key, one => Books.Answered(one.Key, one.Value).ToLookup(line => line.Request));

        foreach (var line in asked.Where(line => line.Status != 0))
            CheckAnswer(line, log, answered, identity, found);
        foreach (var line in asked.Where(line => line.Status == 0 && line.Request.Length > 0))
            CheckRefusal(line, log, found);
        foreach (var twice in asked.Where(line => line.Status != 0).GroupBy(line => line.Request).Where(group => group.Count() > 1))
            found.Add(new(Breach.AnsweredTwice, twice.Key));
        foreach (var provider in answered.Values)
            CheckSequences(provider.SelectMany(lines => lines), found);
        CheckSequences(asked.Where(line => line.Status != 0), found);
        CheckAsked(asked, log, answered, journals, found);
        foreach (var (request, entry) in log.Where(one => one.Value.Entry.Outcome == AuditOutcome.Answered))
            if (!answered.TryGetValue(entry.Entry.Provider, out var lines) || !lines[request].Any(line => line.AnswerCommitment.AsSpan().SequenceEqual(entry.Entry.AnswerCommitment.Span)))
                found.Add(new(Breach.AnswerUnknownToProvider, request));
        return found;
    }

    static Dictionary<string, (string? Log, long Number, byte[] Leaf, LookupEvent Entry)> Log(IReadOnlyList<(string? Name, IReadOnlyList<(long Number, byte[] Content, byte[] LeafHash)> Entries)> logs, List<Violation> found)
    {
        var lookups = new Dictionary<string, (string?, long, byte[], LookupEvent)>();
        foreach (var (name, entries) in logs)
            for (var i = 0; i < entries.Count; i++)
            {
                var (number, content, leaf) = entries[i];
                if (number != i || !SHA256.HashData([0, .. content]).AsSpan().SequenceEqual(leaf))
                    found.Add(new(Breach.LogBroken, $"entry {i}"));
                if (AuditEntry.Parser.ParseFrom(content).Lookup is { } lookup && !lookups.TryAdd(Convert.ToHexString(lookup.RequestId.Span), (name, number, leaf, lookup)))
                    found.Add(new(Breach.LookupLoggedTwice, Convert.ToHexString(lookup.RequestId.Span)));
            }
        return lookups;
    }

    static void CheckAnswer(
        Line line, Dictionary<string, (string? Log, long Number, byte[] Leaf, LookupEvent Entry)> log, Dictionary<string, ILookup<string, Line>> answered,
        Func<string, string, string?>? identity, List<Violation> found)
    {
        if (!log.TryGetValue(line.Request, out var logged) || logged.Number != line.LogIndex || logged.Log is not null && logged.Log != line.Log || !logged.Leaf.AsSpan().SequenceEqual(line.LeafHash)
            || logged.Entry.Outcome != AuditOutcome.Answered || logged.Entry.Requester != line.Agency || logged.Entry.Provider != line.Counterpart
            || logged.Entry.DataSet != line.DataSet || (long)logged.Entry.Kind != line.Kind
            || !logged.Entry.QuestionCommitment.Span.SequenceEqual(line.QuestionCommitment) || !logged.Entry.AnswerCommitment.Span.SequenceEqual(line.AnswerCommitment))
            found.Add(new(Breach.AnswerWithoutEntry, line.Request));
        if (!Commitment(line.Header, line.Question).AsSpan().SequenceEqual(line.QuestionCommitment) || !Commitment(line.Header, line.Answer).AsSpan().SequenceEqual(line.AnswerCommitment))
            found.Add(new(Breach.CommitmentWrong, line.Request));
        if (!answered.TryGetValue(line.Counterpart, out var lines))
            return;
        if (lines[line.Request].SingleOrDefault() is not { } told || told.Counterpart != line.Agency || told.Status != line.Status
            || !told.Header.AsSpan().SequenceEqual(line.Header) || !told.Question.AsSpan().SequenceEqual(line.Question) || !told.Answer.AsSpan().SequenceEqual(line.Answer))
            found.Add(new(Breach.JournalsDiffer, line.Request));
        else if (identity is not null && told.Person.Length > 0 && identity(line.Agency, line.Person) != identity(told.Agency, told.Person))
            found.Add(new(Breach.CrossDelivered, line.Request));
    }

    static void CheckAsked(
        List<Line> asked, Dictionary<string, (string? Log, long Number, byte[] Leaf, LookupEvent Entry)> log, Dictionary<string, ILookup<string, Line>> answered,
        IReadOnlyDictionary<string, Journal> journals, List<Violation> found)
    {
        // By what the hub called it; where its reply was lost, by what was committed to.
        var known = asked.SelectMany(line => new[] { (line.Agency, line.Request), (line.Agency, Convert.ToHexString(line.QuestionCommitment)) }).ToHashSet();
        foreach (var (request, logged) in log)
            if (journals.ContainsKey(logged.Entry.Requester) && !IsKnown(logged.Entry.Requester, request, logged.Entry.QuestionCommitment.Span))
                found.Add(new(Breach.UnknownToRequester, request));
        foreach (var told in answered.Values.SelectMany(lines => lines).SelectMany(lines => lines))
            if (journals.ContainsKey(told.Counterpart) && !IsKnown(told.Counterpart, told.Request, told.QuestionCommitment))
                found.Add(new(Breach.UnknownToRequester, told.ToString()));

        bool IsKnown(string requester, string request, ReadOnlySpan<byte> commitment) =>
            known.Contains((requester, request)) || (commitment.Length > 0 && known.Contains((requester, Convert.ToHexString(commitment))));
    }

    static void CheckRefusal(Line line, Dictionary<string, (string? Log, long Number, byte[] Leaf, LookupEvent Entry)> log, List<Violation> found)
    {
        var reason = (Reason)line.Reason;
        var isLogged = log.TryGetValue(line.Request, out var logged) && logged.Entry.QuestionCommitment.Span.SequenceEqual(line.QuestionCommitment)
            && (line.LogIndex is { } index
                // An answer that came and did not open: the hub released it.
                ? logged.Number == index && (logged.Log is null || logged.Log == line.Log) && logged.Leaf.AsSpan().SequenceEqual(line.LeafHash) && logged.Entry.Outcome == AuditOutcome.Answered
                    && logged.Entry.AnswerCommitment.Span.SequenceEqual(line.AnswerCommitment)
                : logged.Entry.Outcome is AuditOutcome.Refused or AuditOutcome.Failed && logged.Entry.Reason == reason);
        // Of a log that cannot be written no entry can be asked for.
        if (!isLogged && reason != Reason.AuditUnavailable)
            found.Add(new(Breach.RefusalWithoutEntry, line.Request));
    }

    static void CheckSequences(IEnumerable<Line> lines, List<Violation> found)
    {
        foreach (var twice in lines.GroupBy(line =>
        {
            var header = Header.Parser.ParseFrom(line.Header);
            return (Convert.ToHexString(header.SessionId.Span), header.Sequence);
        }).Where(group => group.Count() > 1))
            found.Add(new(Breach.SequenceUsedTwice, $"{twice.Key.Item1} {twice.Key.Sequence}"));
    }

    /// <summary>docs/protocol.md, section 5, written out once more on purpose: SHA-256(T("xhub/v1/com", header, message)).</summary>
    static byte[] Commitment(byte[] header, byte[] message)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var part in new[] { Encoding.UTF8.GetBytes("xhub/v1/com"), header, message })
        {
            hash.AppendData([(byte)(part.Length >> 24), (byte)(part.Length >> 16), (byte)(part.Length >> 8), (byte)part.Length]);
            hash.AppendData(part);
        }
        return hash.GetHashAndReset();
    }
}
