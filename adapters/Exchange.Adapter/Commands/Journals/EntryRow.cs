using Exchange.Adapter.Journal;
using Exchange.Adapter.Journal.Reading;
using Exchange.Adapter.Journal.Sealing;
using Exchange.Hosting.Commands;
using Exchange.Protocol.DataSets;
using Exchange.V1;
using Google.Protobuf;

namespace Exchange.Adapter.Commands.Journals;

/// <summary>One entry as a row of text.</summary>
static class EntryRow
{
    /// <summary>Names in the order of a CSV file's header.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        "time", "side", "entry", "request_id", "counterpart", "task", "data_set", "kind", "official", "case_id", "person", "outcome", "granted", "withheld", "predicates", "consent", "legal_basis", "as_of",
        "question_commitment", "answer_commitment", "log", "log_index", "leaf_hash",
    ];

    /// <summary>What fits on a screen.</summary>
    public static IReadOnlyList<string> Short { get; } = ["time", "side", "official", "case_id", "person", "counterpart", "task", "data_set", "outcome", "request_id"];

    static readonly int[] shortPlaces = [.. Short.Select(name => All.Index().First(one => one.Item == name).Index)];

    public static IReadOnlyList<string> Of(JournalEntry entry, bool isShort)
    {
        var receipt = (entry as AskedEntry)?.Receipt;
        var (question, answer) = (Read(Question.Parser, entry.Question), Read(Answer.Parser, entry.Answer));
        string[] all =
        [
            GivenTime.Write(entry.TimeUnixMs), entry is AskedEntry ? "asked" : "answered", $"{entry.Id}", Hex(entry.RequestId), entry.Counterpart, entry.Task, entry.DataSet,
            entry.Kind == LookupKind.Unspecified ? "" : entry.Kind.ToString().ToUpperInvariant(), entry.Official, entry.CaseId, entry.Person, Outcome(entry),
            Fields(entry.DataSet, entry.Granted), Fields(entry.DataSet, entry.Withheld), Predicates(question, answer), question?.Consent is { } consent ? $"{consent.Reference} {consent.GivenOn}" : "", entry.LegalBasis, entry.AsOfUnixMs == 0 ? "" : GivenTime.Write(entry.AsOfUnixMs),
            Hex(entry.QuestionCommitment), Hex(entry.AnswerCommitment), receipt?.Log ?? "", receipt is null ? "" : $"{receipt.Index}", receipt is null ? "" : Hex(receipt.LeafHash),
        ];
        return isShort ? [.. shortPlaces.Select(place => all[place])] : all;
    }

    public static string Outcome(JournalEntry entry) => entry.Fault switch
    {
        SealFault.KeyMissing => "KEY_MISSING",
        SealFault.Changed => "ENTRY_CHANGED",
        _ => JournalFilter.OutcomeOf(entry),
    };

    static string Fields(string dataSet, IReadOnlyList<uint> fields)
    {
        var contract = DataSetCatalogue.All.FirstOrDefault(known => known.Id == dataSet);
        return string.Join(' ', fields.Select(field => contract?.FieldName(field) ?? $"{field}"));
    }

    /// <summary>Those asked for, with the version by which they were decided; what was decided stands in the answer.</summary>
    static string Predicates(Question? question, Answer? answer) =>
        answer?.Verdicts.Count > 0 ? string.Join(' ', answer.Verdicts.Select(one => $"{one.Predicate}:{one.Version}")) : string.Join(' ', question?.Predicates ?? []);

    /// <summary>Null of what another wrote and is no such message.</summary>
    static T? Read<T>(MessageParser<T> parser, ByteString bytes)
        where T : class, IMessage<T>
    {
        try
        {
            return parser.ParseFrom(bytes);
        }
        catch (InvalidProtocolBufferException)
        {
            return null;
        }
    }

    static string Hex(ByteString bytes) => Convert.ToHexStringLower(bytes.Span);
}
