using System.Globalization;
using Exchange.Adapter.Journal;
using Exchange.Protocol.DataSets;
using Exchange.Protocol.Lookups;
using Exchange.Protocol.Refusals;
using Exchange.Sandbox.Calls;
using Exchange.Sandbox.Files;
using Exchange.Sandbox.Parties;
using Exchange.V1;
using Spectre.Console;

namespace Exchange.Sandbox.Story;

/// <summary>One exchange from its three sides, out of the files each party keeps.</summary>
static class Views
{
    /// <summary>Nonce, tag and what stands before the question in a sealed one, docs/protocol.md section 5.</summary>
    const int TagBytes = 16, ColdPrefix = 32, WarmPrefix = 64, Block = 128;

    public static (HubEntry Hub, AskedEntry Asked, AnsweredEntry Answered) Of(Scene scene, AgencyFolder requester, AgencyFolder provider, Call call)
    {
        var hub = scene.HubLog.Find(call.RequestId);
        var asked = new AgencyBook(requester).Asked(call.RequestId);
        var answered = new AgencyBook(provider).Answered(call.RequestId);
        Scene.Expect(
            asked.QuestionCommitment == answered.QuestionCommitment && hub.Lookup.QuestionCommitment == asked.QuestionCommitment
            && asked.AnswerCommitment == answered.AnswerCommitment && hub.Lookup.AnswerCommitment == asked.AnswerCommitment,
            "The commitments of the three parties differ.");
        return (hub, asked, answered);
    }

    public static Table Table(
        DataSetContract contract, string personOfRequester, string personOfHub, string question, HubEntry hub, AskedEntry asked, AnsweredEntry answered,
        string requester, string provider)
    {
        var lookup = hub.Lookup;
        var table = Narrator.Table("", $"{requester} (asks)", "hub", $"{provider} (answers)");
        table.ShowRowSeparators = true;
        void Row(string what, string left, string middle, string right) => table.AddRow(new Markup($"[bold]{what}[/]"), new Markup(left), new Markup(middle), new Markup(right));
        Row("person", Markup.Escape(personOfRequester), personOfHub, answered.Person.Length == 0 ? "nobody it knows" : Markup.Escape(answered.Person) + ", its own key");
        Row("question", question, $"[grey]sealed, {QuestionBytes(lookup.Kind, asked)} bytes[/]", question);
        Row("official, case", $"{asked.Official}, {asked.CaseId}", "[grey]sealed[/]", $"{answered.Official}, {answered.CaseId}");
        Row("who asks whom", "", $"{lookup.Requester} → {lookup.Provider}", "");
        Row("task, data set", $"{lookup.Task}, {lookup.DataSet}", $"{lookup.Task}, {lookup.DataSet}", $"{lookup.Task}, {lookup.DataSet}");
        Row("fields granted", "", Words.Fields(contract, lookup.Fields), Words.Fields(contract, answered.Granted));
        Row("fields withheld", Words.Fields(contract, asked.Withheld), "[grey]not known[/]", Words.Fields(contract, answered.Withheld));
        Row("outcome", StatusName(asked.Status), $"{OutcomeName(lookup)}, {lookup.Kind.ToString().ToUpperInvariant()}; [grey]not what the answer was[/]", StatusName(answered.Status));
        Row("answer", $"{asked.Answer.Length} bytes", $"[grey]sealed, {AnswerEnvelope.SealedSize(contract.DeclaredSize)} bytes, as every answer of this data set[/]", $"{answered.Answer.Length} bytes");
        Row("commitments", $"{Words.Short(asked.QuestionCommitment.Span)} {Words.Short(asked.AnswerCommitment.Span)}", "[green]the same[/]", "[green]the same[/]");
        Row("request id", Words.Short(lookup.RequestId.Span), Words.Short(lookup.RequestId.Span), Words.Short(lookup.RequestId.Span));
        return table;
    }

    public static Table Answer(Call call)
    {
        var table = Narrator.Table("field", "value");
        foreach (var (name, value) in Words.Set(Words.Unpack(call.Answer!.Record)))
            table.AddRow(name, Markup.Escape(value));
        foreach (var name in call.Answer.Withheld)
            table.AddRow($"[grey]{name}[/]", "[grey]withheld: the record has it, no law grants it here[/]");
        return table;
    }

    public static void Receipt(Scene scene, Call call, HubEntry hub)
    {
        var receipt = call.Answer!.Receipt;
        Scene.Expect((ulong)hub.Index == receipt.Index && Convert.ToHexStringLower(hub.LeafHash) == receipt.LeafHash, "The receipt does not fit the hub's log.");
        scene.Narrator.Say($"Receipt: entry [bold]{receipt.Index}[/] of the log of {receipt.Log}, leaf {Words.Short(receipt.LeafHash)}, found there. "
            + $"[bold]{call.Answer.Journey.Kind}[/] in [green]{Words.Milliseconds(call.Travelled)}[/] between adapters, {Words.Milliseconds(call.Took)} for the caller.");
    }

    /// <summary>The entry itself, as the hub wrote it.</summary>
    public static string Entry(HubEntry entry, DataSetContract? contract)
    {
        var lookup = entry.Lookup;
        return string.Create(CultureInfo.InvariantCulture,
            $"entry {entry.Index}, {entry.Bytes} bytes: {lookup.Requester} → {lookup.Provider}, {lookup.Task}, {lookup.DataSet}, {lookup.Kind.ToString().ToUpperInvariant()}, {OutcomeName(lookup)}")
            + (contract is null || lookup.Fields.Count == 0 ? "" : $", {lookup.Fields.Count} fields granted");
    }

    public static string OutcomeName(LookupEvent lookup) =>
        lookup.Outcome.ToString().ToUpperInvariant() + (lookup.Outcome == AuditOutcome.Answered ? "" : " " + Reasons.Name(lookup.Reason));

    static string StatusName(AnswerStatus status) => status switch
    {
        AnswerStatus.NotFound => "NOT_FOUND",
        AnswerStatus.NoRecord => "NO_RECORD",
        _ => status.ToString().ToUpperInvariant(),
    };

    static int QuestionBytes(LookupKind kind, AskedEntry asked) =>
        (kind == LookupKind.Warm ? WarmPrefix : ColdPrefix) + (sizeof(uint) + asked.Question.Length + Block - 1) / Block * Block + TagBytes;
}
