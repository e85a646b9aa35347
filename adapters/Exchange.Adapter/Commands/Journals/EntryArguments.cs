using System.CommandLine;
using System.CommandLine.Parsing;
using Exchange.Adapter.Journal.Reading;
using Exchange.Hosting.Configuration;
using Exchange.Protocol.Refusals;
using Exchange.V1;

namespace Exchange.Adapter.Commands.Journals;

/// <summary>Which entries a search is about.</summary>
sealed class EntryArguments
{
    static readonly string[] outcomes =
    [
        .. Enum.GetValues<AnswerStatus>().Where(one => one != AnswerStatus.Unspecified).Select(JournalFilter.StatusName),
        .. Enum.GetValues<Reason>().Where(one => one != Reason.Unspecified).Select(Reasons.Name),
    ];

    readonly Option<string?> person = new("--person") { Description = "This agency's own key of the person; - reads it from standard input, so that it stands in no history of commands.", HelpName = "KEY" };
    readonly Option<string?> official = new("--official") { Description = "The official who asked; - as above.", HelpName = "NAME" };
    readonly Option<string?> caseId = new("--case") { Description = "The case for which it was asked.", HelpName = "ID" };
    readonly Option<string?> requestId = new("--request-id") { Description = "The request id of a receipt, a refusal or the hub's log: 32 hexadecimal digits.", HelpName = "HEX", Validators = { RequestId } };
    readonly Option<string?> counterpart = new("--counterpart") { Description = "The agency that was asked, or that asked.", HelpName = "ID" };
    readonly Option<string?> task = new("--task") { Description = "What it was asked for.", HelpName = "NAME" };
    readonly Option<string?> dataSet = new("--data-set") { Description = "What was asked.", HelpName = "ID" };
    readonly Option<string?> outcome = new("--outcome") { Description = "What was answered, such as FOUND or NOT_FOUND, or why nothing was, such as NOT_PERMITTED.", HelpName = "NAME", CustomParser = Outcome };
    readonly Option<JournalSide?> side = new("--side") { Description = "asked: what this agency asked. answered: what it was asked. Without it, both.", HelpName = "SIDE" };
    readonly Option<long?> from = JournalCommand.Time("--from", "Of this day or time on: 2026-04-01, a day of Japan, or 2026-04-01T09:30:00+09:00.", 0);
    readonly Option<long?> until = JournalCommand.Time("--until", "To the end of this day, or before this time.", 1);

    Option[] Options => [person, official, caseId, requestId, counterpart, task, dataSet, outcome, side, from, until];

    public void AddTo(Command command)
    {
        foreach (var option in Options)
            command.Add(option);
    }

    public JournalSide? Side(ParseResult parsed) => parsed.GetValue(side);

    /// <summary>What was given, in words, for the record of readings.</summary>
    public static IEnumerable<(string Kind, string Value)> Choice(JournalFilter filter, JournalSide? side)
    {
        (string Kind, string? Value)[] all =
        [
            ("person", filter.Person), ("official", filter.Official), ("case", filter.CaseId), ("request-id", filter.RequestId is { } id ? Convert.ToHexStringLower(id) : null),
            ("counterpart", filter.Counterpart), ("task", filter.Task), ("data-set", filter.DataSet), ("outcome", filter.Outcome), ("side", side?.ToString().ToLowerInvariant()),
            ("from", filter.From == long.MinValue ? null : Hosting.Commands.GivenTime.Write(filter.From)),
            ("until", filter.Until == long.MaxValue ? null : Hosting.Commands.GivenTime.Write(filter.Until)),
        ];
        return all.Where(one => one.Value is not null).Select(one => (one.Kind, one.Value!));
    }

    public JournalFilter Filter(ParseResult parsed, TextReader input) => new()
    {
        Person = Given(parsed.GetValue(person), input),
        Official = Given(parsed.GetValue(official), input),
        CaseId = parsed.GetValue(caseId),
        RequestId = parsed.GetValue(requestId) is { } id ? Convert.FromHexString(id) : null,
        Counterpart = parsed.GetValue(counterpart),
        Task = parsed.GetValue(task),
        DataSet = parsed.GetValue(dataSet),
        Outcome = parsed.GetValue(outcome),
        From = parsed.GetValue(from) ?? long.MinValue,
        Until = parsed.GetValue(until) ?? long.MaxValue,
    };

    static string? Given(string? value, TextReader input) => value == "-" ? input.ReadLine() ?? "" : value;

    static void RequestId(OptionResult given)
    {
        if (given.Tokens is not [var token] || token.Value.Length != 32 || !token.Value.All(char.IsAsciiHexDigit))
            given.AddError("--request-id has 32 hexadecimal digits.");
    }

    static string? Outcome(ArgumentResult given)
    {
        var text = given.Tokens[0].Value.ToUpperInvariant();
        if (outcomes.Contains(text))
            return text;
        given.AddError($"--outcome: {new Vocabulary("outcome", outcomes).Unknown(text)}.");
        return null;
    }
}
