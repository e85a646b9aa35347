using System.CommandLine;
using System.CommandLine.Parsing;
using Exchange.Gateway.Audit.Telling;
using Exchange.Hosting.Commands;
using Exchange.Hosting.Configuration;
using Exchange.Protocol.Refusals;
using Exchange.V1;

namespace Exchange.Gateway.Commands;

/// <summary>Which entries a command is about.</summary>
sealed class EntryArguments
{
    readonly Option<string?> requestId = new("--request-id") { Description = "The request id of a receipt, a refusal or a journal: 32 hexadecimal digits.", HelpName = "HEX", Validators = { RequestId } };
    readonly Option<string?> requester = new("--requester") { Description = "The agency that asked, opened a session or enrolled.", HelpName = "ID" };
    readonly Option<string?> provider = new("--provider") { Description = "The agency that was asked.", HelpName = "ID" };
    readonly Option<string?> task = new("--task") { Description = "What it was asked for.", HelpName = "NAME" };
    readonly Option<string?> dataSet = new("--data-set") { Description = "What was asked.", HelpName = "ID" };
    readonly Option<AuditOutcome?> outcome = new("--outcome") { Description = "ANSWERED, REFUSED or FAILED.", HelpName = "NAME", CustomParser = Outcome };
    readonly Option<Reason?> reason = new("--reason") { Description = "Why it was refused, such as NOT_PERMITTED; all of them are in docs/reasons.md.", HelpName = "NAME", CustomParser = Reasoned };
    readonly Option<long?> from = new("--from") { Description = "Of this day or time on: 2026-04-01, a day of Japan, or 2026-04-01T09:30:00+09:00.", HelpName = "TIME", CustomParser = given => Time(given, dayLater: 0) };
    readonly Option<long?> until = new("--until") { Description = "To the end of this day, or before this time.", HelpName = "TIME", CustomParser = given => Time(given, dayLater: 1) };

    Option[] Options => [requestId, requester, provider, task, dataSet, outcome, reason, from, until];

    public void AddTo(Command command)
    {
        foreach (var option in Options)
            command.Add(option);
    }

    /// <summary>Whether any of them was given.</summary>
    public bool Chooses(CommandResult parsed) => Options.Any(option => parsed.GetResult(option) is { Implicit: false });

    public EntryFilter Filter(ParseResult parsed) => new()
    {
        RequestId = parsed.GetValue(requestId) is { } id ? Convert.FromHexString(id) : null,
        Requester = parsed.GetValue(requester),
        Provider = parsed.GetValue(provider),
        Task = parsed.GetValue(task),
        DataSet = parsed.GetValue(dataSet),
        Outcome = parsed.GetValue(outcome),
        Reason = parsed.GetValue(reason),
        From = parsed.GetValue(from) ?? long.MinValue,
        Until = parsed.GetValue(until) ?? long.MaxValue,
    };

    static void RequestId(OptionResult given)
    {
        if (given.Tokens is not [var token] || token.Value.Length != 32 || !token.Value.All(char.IsAsciiHexDigit))
            given.AddError("--request-id has 32 hexadecimal digits.");
    }

    static AuditOutcome? Outcome(ArgumentResult given)
    {
        if (Enum.TryParse<AuditOutcome>(given.Tokens[0].Value, ignoreCase: true, out var outcome) && outcome != AuditOutcome.Unspecified && Enum.IsDefined(outcome))
            return outcome;
        given.AddError("--outcome is one of ANSWERED, REFUSED, FAILED.");
        return null;
    }

    static Reason? Reasoned(ArgumentResult given)
    {
        var text = given.Tokens[0].Value.ToUpperInvariant();
        var reason = Reasons.Named(text);
        if (reason != Reason.Unspecified)
            return reason;
        given.AddError($"--reason: {new Vocabulary("reason", Enum.GetValues<Reason>().Where(one => one != Reason.Unspecified).Select(Reasons.Name)).Unknown(text)}.");
        return null;
    }

    /// <param name="dayLater">For a day, as it ends with the next one's beginning.</param>
    static long? Time(ArgumentResult given, int dayLater)
    {
        if (GivenTime.TryParse(given.Tokens[0].Value, dayLater, out var unixMs))
            return unixMs;
        given.AddError(GivenTime.Form);
        return null;
    }
}
