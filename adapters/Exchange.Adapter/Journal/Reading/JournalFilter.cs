using Exchange.Adapter.Journal.Sealing;
using Exchange.Protocol.Refusals;
using Exchange.V1;

namespace Exchange.Adapter.Journal.Reading;

/// <summary>Which entries are meant; what is null is not asked for.</summary>
public sealed record JournalFilter
{
    /// <summary>16 bytes.</summary>
    public byte[]? RequestId { get; init; }

    /// <summary>This agency's own key of the person.</summary>
    public string? Person { get; init; }

    public string? Official { get; init; }

    public string? CaseId { get; init; }

    public string? Counterpart { get; init; }

    public string? Task { get; init; }

    public string? DataSet { get; init; }

    /// <summary>What was answered, such as FOUND, or why nothing was, such as NOT_PERMITTED.</summary>
    public string? Outcome { get; init; }

    /// <summary>Milliseconds since 1970, included; and the first that is not.</summary>
    public long From { get; init; } = long.MinValue;

    public long Until { get; init; } = long.MaxValue;

    /// <summary>Of the entries of <see cref="Until"/> itself, those before this one; 0: none.</summary>
    public long UntilId { get; init; }

    /// <summary>FOUND, NOT_FOUND and so on, or the reason there was no answer.</summary>
    public static string OutcomeOf(JournalEntry entry) => entry.Reason != Reason.Unspecified ? Reasons.Name(entry.Reason) : StatusName(entry.Status);

    public static string StatusName(AnswerStatus status) => status == AnswerStatus.Unspecified ? ""
        : LookupReflection.Descriptor.EnumTypes.Single(one => one.Name == nameof(AnswerStatus)).FindValueByNumber((int)status)?.Name["ANSWER_STATUS_".Length..] ?? $"{(int)status}";

    /// <summary>Conditions on the columns that stand in the open, and on the indexes under one key.</summary>
    internal (string Conditions, (string, object)[] Parameters) InTheOpen(string table, JournalKey key)
    {
        var found = new List<(string Condition, string Parameter, object? Value)>
        {
            ("time_unix_ms >= $from", "$from", From),
            ("request_id = $request", "$request", RequestId),
            ($"{JournalRow.Counterpart(table)} = $counterpart", "$counterpart", Counterpart),
            ("task = $task", "$task", Task),
            ("data_set = $data_set", "$data_set", DataSet),
            (InStretches(table, "person", "$person"), "$person", Person is null ? null : key.IndexPerson(Person)),
            (InStretches(table, "official", "$official"), "$official", Official is null ? null : key.IndexOfficial(Official)),
        };
        found.RemoveAll(one => one.Value is null);
        return (string.Concat(found.Select(one => $" AND {one.Condition}")), [.. found.Select(one => (one.Parameter, one.Value!))]);
    }

    /// <summary>These indexes are by stretches of entries: each is looked into, the newest first.</summary>
    static string InStretches(string table, string whose, string parameter) => $"""
        id IN (
            WITH RECURSIVE stretch (number) AS (
                SELECT max(id) >> 10 FROM {table} UNION ALL SELECT number - 1 FROM stretch WHERE number > (SELECT min(id) >> 10 FROM {table}))
            SELECT one.id FROM stretch CROSS JOIN {table} AS one INDEXED BY {table}_by_{whose} ON one.id >> 10 = number AND one.{whose}_index = {parameter})
        """;

    /// <summary>What is sealed of the filter, on an entry that was opened.</summary>
    internal bool Means(JournalEntry entry) =>
        (Person is null || Person == entry.Person) && (Official is null || Official == entry.Official) && (CaseId is null || CaseId == entry.CaseId)
        && (Outcome is null || Outcome == OutcomeOf(entry));
}
