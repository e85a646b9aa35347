using System.Globalization;
using System.Text.RegularExpressions;
using Exchange.Hosting.Commands;
using Exchange.Protocol.DataSets;
using Exchange.V1;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace Exchange.Gateway.Audit.Telling;

/// <summary>One entry as a row of text: what each kind of event says, under one set of columns. Nothing of it is about a person.</summary>
sealed partial class EntryColumns
{
    readonly string[] values = new string[All.Count];

    EntryColumns() => values.AsSpan().Fill("");

    /// <summary>Names in the order of a CSV file's header.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        "entry", "time", "event", "request_id", "requester", "provider", "node", "task", "data_set", "kind", "outcome", "reason", "policy_version", "fields",
        "question_commitment", "answer_commitment", "session_id", "epoch", "batch_id", "people", "rows", "count", "since",
        "point", "commitments_version", "suite", "key_id", "key_digest", "not_after", "action", "software", "revocation_list", "leaf_hash",
    ];

    static readonly Dictionary<string, int> places = All.Select((name, place) => (name, place)).ToDictionary(one => one.name, one => one.place);

    /// <summary>What fits on a screen.</summary>
    public static IReadOnlyList<string> Short { get; } = ["entry", "time", "event", "requester", "provider", "task", "data_set", "outcome", "reason", "request_id"];

    /// <summary>Empty for what the event does not have.</summary>
    public string this[string column]
    {
        get => values[IndexOf(column)];
        private set => values[IndexOf(column)] = value;
    }

    public IReadOnlyList<string> Values => values;

    /// <param name="leafHash">As it is kept; null where it is missing.</param>
    public static EntryColumns Of(ulong number, AuditEntry entry, byte[]? leafHash)
    {
        var row = new EntryColumns
        {
            ["entry"] = Whole(number),
            ["time"] = GivenTime.Write(entry.TimeUnixMs),
            ["event"] = entry.EventCase == AuditEntry.EventOneofCase.None ? "UNKNOWN" : Spell(entry.EventCase.ToString()),
            ["leaf_hash"] = leafHash is null ? "" : Convert.ToHexStringLower(leafHash),
        };
        switch (entry.EventCase)
        {
            case AuditEntry.EventOneofCase.Lookup: row.Add(entry.Lookup); break;
            case AuditEntry.EventOneofCase.Session: row.Add(entry.Session); break;
            case AuditEntry.EventOneofCase.Enrolment: row.Add(entry.Enrolment); break;
            case AuditEntry.EventOneofCase.Policy: row.Add(entry.Policy); break;
            case AuditEntry.EventOneofCase.Throttle: row.Add(entry.Throttle); break;
            case AuditEntry.EventOneofCase.Admission: row.Add(entry.Admission); break;
            case AuditEntry.EventOneofCase.Bundle: row.Add(entry.Bundle); break;
            case AuditEntry.EventOneofCase.Operator: row.Add(entry.Operator); break;
            case AuditEntry.EventOneofCase.Notice: row.Add(entry.Notice); break;
        }
        return row;
    }

    /// <summary>The name of a value in its contract without what its enum begins with: ANSWERED, COLD. A number this version does not know stays one; unspecified is empty.</summary>
    public static string Name<T>(T value, EnumDescriptor contract)
        where T : struct, Enum
    {
        var number = Convert.ToInt32(value, CultureInfo.InvariantCulture);
        return number == 0 ? "" : contract.FindValueByNumber(number)?.Name[(Spell(contract.Name).Length + 1)..] ?? number.ToString(CultureInfo.InvariantCulture);
    }

    void Add(LookupEvent lookup)
    {
        this["request_id"] = Hex(lookup.RequestId);
        this["requester"] = lookup.Requester;
        this["provider"] = lookup.Provider;
        this["task"] = lookup.Task;
        this["data_set"] = lookup.DataSet;
        this["kind"] = Name(lookup.Kind, LookupReflection.Descriptor.FindTypeByName<EnumDescriptor>("LookupKind"));
        AddOutcome(lookup.Outcome, lookup.Reason);
        this["policy_version"] = lookup.PolicyVersion;
        var contract = DataSetCatalogue.All.FirstOrDefault(known => known.Id == lookup.DataSet);
        this["fields"] = string.Join(' ', lookup.Fields.Select(field => contract?.FieldName(field) ?? Whole(field)));
        this["question_commitment"] = Hex(lookup.QuestionCommitment);
        this["answer_commitment"] = Hex(lookup.AnswerCommitment);
    }

    void Add(SessionEvent session)
    {
        this["requester"] = session.Requester;
        this["provider"] = session.Provider;
        this["node"] = session.Node;
        this["session_id"] = Hex(session.SessionId);
        AddOutcome(session.Outcome, session.Reason);
    }

    void Add(EnrolmentEvent enrolment)
    {
        this["requester"] = enrolment.Agency;
        this["epoch"] = Whole(enrolment.Epoch);
        this["batch_id"] = Hex(enrolment.BatchId);
        this["people"] = Whole(enrolment.People);
        AddOutcome(enrolment.Outcome, enrolment.Reason);
    }

    void Add(PolicyEvent policy)
    {
        this["policy_version"] = policy.PolicyVersion;
        this["rows"] = Whole(policy.Rows);
    }

    void Add(ThrottleEvent throttle)
    {
        this["requester"] = throttle.Requester;
        this["data_set"] = throttle.DataSet;
        this["count"] = Whole(throttle.Count);
        this["since"] = GivenTime.Write(throttle.SinceUnixMs);
        AddOutcome(AuditOutcome.Refused, EntryFilter.ReasonOf(throttle));
    }

    void Add(AdmissionEvent admission)
    {
        this["requester"] = admission.Agency;
        this["epoch"] = Whole(admission.Epoch);
        this["point"] = Hex(admission.Point);
        this["commitments_version"] = Whole(admission.CommitmentsVersion);
    }

    void Add(BundleEvent bundle)
    {
        this["provider"] = bundle.Agency;
        this["node"] = bundle.Node;
        this["suite"] = bundle.Suite;
        this["key_id"] = Hex(bundle.KeyId);
        this["key_digest"] = Hex(bundle.KeyDigest);
        this["not_after"] = GivenTime.Write(bundle.NotAfterUnixMs);
    }

    void Add(OperatorEvent action)
    {
        this["action"] = Name(action.Action, AuditReflection.Descriptor.FindTypeByName<EnumDescriptor>("OperatorAction"));
        this["software"] = action.Software;
        this["revocation_list"] = Hex(action.Digest);
    }

    void Add(NoticeEvent notice)
    {
        // To one that asked, by one that provides: found together with the lookups that it is about.
        this["request_id"] = Hex(notice.NoticeId);
        this["requester"] = notice.Recipient;
        this["provider"] = notice.Sender;
        this["data_set"] = notice.DataSet;
        this["kind"] = Name(notice.Stage, NoticeReflection.Descriptor.FindTypeByName<EnumDescriptor>("NoticeStage"));
        AddOutcome(notice.Outcome, notice.Reason);
        this["question_commitment"] = Hex(notice.Commitment);
    }

    void AddOutcome(AuditOutcome outcome, Reason reason)
    {
        this["outcome"] = Name(outcome, AuditReflection.Descriptor.FindTypeByName<EnumDescriptor>("AuditOutcome"));
        this["reason"] = Name(reason, ReasonReflection.Descriptor.FindTypeByName<EnumDescriptor>("Reason"));
    }

    static int IndexOf(string column) => places[column];

    static string Whole(ulong number) => number.ToString(CultureInfo.InvariantCulture);

    static string Hex(ByteString bytes) => Convert.ToHexStringLower(bytes.Span);

    static string Spell(string name) => Capital().Replace(name, "_$0").ToUpperInvariant();

    [GeneratedRegex("(?<!^)[A-Z]")]
    private static partial Regex Capital();
}
