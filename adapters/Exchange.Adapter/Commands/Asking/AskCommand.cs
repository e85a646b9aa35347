using System.CommandLine;
using System.Security.Cryptography;
using Agency.V1;
using Exchange.Adapter.Calling;
using Exchange.Adapter.Commands.Files;
using Exchange.Adapter.Commands.Lists;
using Exchange.Adapter.Contracts;
using Exchange.Adapter.Sources.Csv;
using Exchange.Hosting.Calendar;
using Exchange.Hosting.Commands;
using Exchange.Hosting.Configuration;
using Exchange.Hosting.Errors;
using Exchange.Hosting.Secrets;
using Exchange.Protocol.DataSets;
using Exchange.Protocol.Mail;
using Exchange.Protocol.Refusals;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace Exchange.Adapter.Commands.Asking;

/// <summary>Asks another agency about one person, or about each line of a file, without anybody having to write a program.</summary>
static class AskCommand
{
    static readonly TimeSpan callTimeout = TimeSpan.FromSeconds(30);

    public static Command Create()
    {
        var calling = new CallArguments();
        var task = new Option<string>("--task") { Description = "What for: a task of the policy matrix, such as benefit-eligibility.", Required = true, HelpName = "NAME" };
        var dataSet = new Option<string>("--data-set") { Description = "What is asked for, such as tax.income.v1; 'contract' lists them.", Required = true, HelpName = "ID" };
        var provider = new Option<string?>("--provider") { Description = "Whom: an agency id; a kind of which there is one, such as tax; or residence:2026-01-01, the municipality where the person lived that day. Without it, the only kind that provides the data set.", HelpName = "WHO" };
        var question = new Option<string>("--question") { Description = "What of it, such as year=2025.", DefaultValueFactory = _ => "", HelpName = "FIELD=VALUE" };
        var predicates = new Option<string[]>("--predicate") { Description = "Ask for no record, but whether this holds of it, such as low-income; the grants list what may be asked. Several times: several.", HelpName = "NAME" };
        var consent = new Option<string?>("--consent") { Description = "Where the law asks for the person's consent: where this agency has it, such as the number of the form.", HelpName = "REFERENCE" };
        var consentedOn = new Option<string?>("--consented-on") { Description = "The day on which it was given, such as 2026-04-01.", HelpName = "DATE" };
        var born = new Option<string?>("--born") { Description = "The person meant was born on this day: where the provider's record says otherwise, it tells nothing.", HelpName = "DATE" };
        var kana = new Option<string?>("--kana") { Description = "The person meant is called so, in kana: where the provider's record says otherwise, it tells nothing.", HelpName = "NAME" };
        var person = new Option<string?>("--person") { Description = "This agency's own key of the person. Either this or --in and --out.", HelpName = "KEY" };
        var input = new Option<string?>("--in") { Description = "CSV with a line 'person', then a key a line; columns provider, case, consent with consented_on, born, kana, and those of the question where they differ.", HelpName = "FILE" };
        var output = new Option<string?>("--out") { Description = "Where to write the answers: CSV, a line for every line of --in. What stands there already is not asked again.", HelpName = "FILE" };
        var encoding = new Option<string>("--encoding") { Description = "Of --in: utf-8 or shift_jis.", DefaultValueFactory = _ => CsvFormat.Utf8 };
        encoding.AcceptOnlyFromAmong(CsvFormat.Utf8, CsvFormat.ShiftJis);
        var official = new Option<string>("--official") { Description = "Who asks; sealed for the providers and journalled at every agency.", Required = true };
        var caseId = new Option<string>("--case") { Description = "Of which case; journalled with the official.", DefaultValueFactory = _ => "" };
        var maxAge = MaxAgeOption.Create();
        var wait = WaitOption();
        var command = new Command("ask", "Ask another agency about one person, or about every line of a file, by the running adapter. Exit code 0: answered, whatever the answer is; 1: some are not answered, or the command line is wrong; 2: it could not run.")
        {
            task, dataSet, provider, question, predicates, consent, consentedOn, born, kana, person, input, output, encoding, official, caseId, maxAge, wait,
        };
        calling.AddTo(command);
        command.Check(parsed =>
        {
            if (parsed.GetValue(consent) is null != parsed.GetValue(consentedOn) is null)
                parsed.AddError("--consent and --consented-on go together.");
            if (parsed.GetValue(born) is { } birth && !LegalDay.TryRead(birth, out _))
                parsed.AddError($"--born is '{birth}'; write a date such as 1984-05-14.");
            if (parsed.GetValue(input) is not null && (parsed.GetValue(born) ?? parsed.GetValue(kana)) is not null)
                parsed.AddError("--born and --kana go with --person; in a file they are columns 'born' and 'kana'.");
            if (parsed.GetValue(consentedOn) is { } day && !LegalDay.TryRead(day, out _))
                parsed.AddError($"--consented-on is '{day}'; write a date such as 2026-04-01.");
            if (parsed.GetValue(person) is null == parsed.GetValue(input) is null || parsed.GetValue(input) is null != parsed.GetValue(output) is null)
                parsed.AddError("Give either --person, or --in and --out.");
            if (parsed.GetValue(wait) is not null && (parsed.GetValue(input) is not null || parsed.GetValue(maxAge) is not null))
                parsed.AddError("--wait goes with --person, and without --max-age: how old a copy may be is for whoever waits for the answer to say.");
        });
        command.SetAction(async (parsed, stop) =>
        {
            var screen = ListScreen.OnConsole();
            try
            {
                var asked = Question(
                    parsed.GetRequiredValue(dataSet), parsed.GetValue(provider), parsed.GetRequiredValue(question), parsed.GetRequiredValue(task), parsed.GetRequiredValue(official),
                    parsed.GetRequiredValue(caseId), isFile: parsed.GetValue(input) is not null) with
                { Person = parsed.GetValue(person) ?? "", MaxAge = parsed.GetValue(maxAge), Predicates = [.. (parsed.GetValue(predicates) ?? []).Distinct()], Consent = Consent(parsed.GetValue(consent), parsed.GetValue(consentedOn)), Identity = Identity(parsed.GetValue(born), parsed.GetValue(kana)) };
                if (parsed.GetValue(wait) is { } longest)
                    return await Leave(calling.Read(parsed), asked, longest, Console.Out, TimeProvider.System, stop).ConfigureAwait(false);
                return parsed.GetValue(input) is { } questions
                    ? await AskFile.Run(calling.Read(parsed), questions, new CsvFormat(parsed.GetRequiredValue(encoding)), parsed.GetValue(output)!, asked, screen, TimeProvider.System, stop).ConfigureAwait(false)
                    : await One(calling.Read(parsed), asked, Console.Out, TimeProvider.System, stop).ConfigureAwait(false);
            }
            catch (Exception e) when (e is LocalApiException or ListException or ConfigurationException or SecretFileException or CryptographicException or IOException or UnauthorizedAccessException or OperationCanceledException)
            {
                screen.Say(e is OperationCanceledException ? "Stopped before the answer came." : e.Message);
                return FileRun.CouldNotRun;
            }
        });
        return command;
    }

    /// <summary>As a letter that waits.</summary>
    static async Task<int> Leave(LocalCall call, PersonQuestion question, Duration wait, TextWriter output, TimeProvider time, CancellationToken stop)
    {
        using var channel = call.Open();
        try
        {
            var request = new SubmitRequest { Lookup = question.Request(ByteString.Empty), Wait = wait };
            var letter = await new LetterService.LetterServiceClient(channel).SubmitAsync(request, call.Headers(), (time.GetUtcNow() + callTimeout).UtcDateTime, stop).ResponseAsync.ConfigureAwait(false);
            output.WriteLine($"{letter.State}, {letter.Provider}, until {AnswerScreen.Japan(letter.Expires)}");
            output.WriteLine($"Letter {letter.Id}; 'letters list' shows what becomes of it.");
            return FileRun.Done;
        }
        catch (RpcException e) when (!stop.IsCancellationRequested)
        {
            var refusal = e.ToRefusal() ?? throw LocalApiException.Lost(e);
            output.WriteLine(Reasons.Describe(refusal));
            return FileRun.SomeNotKnown;
        }
    }

    static Option<Duration?> WaitOption() => new("--wait")
    {
        Description = "Leave it as a letter that waits for the provider so long, such as 3d or 12h, instead of for an answer now; 'letters list' shows what becomes of it.",
        HelpName = "TIME",
        CustomParser = given =>
        {
            if (Durations.TryParse(given.Tokens[0].Value, out var wait) && wait >= MailRules.ShortestWait && wait <= MailRules.LongestWait)
                return Duration.FromTimeSpan(wait);
            given.AddError("--wait must be from 1m to 14d, such as 12h or 3d.");
            return null;
        },
    };

    static Consent? Consent(string? reference, string? day) => reference is null ? null : new Consent { Reference = reference, GivenOn = day };

    static Identity? Identity(string? born, string? kana) => born is null && kana is null ? null : new Identity { BirthDate = born ?? "", Kana = kana ?? "" };

    internal static async Task<int> One(LocalCall call, PersonQuestion question, TextWriter output, TimeProvider time, CancellationToken stop)
    {
        using var channel = call.Open();
        var told = await new LookupCaller(channel, call.Headers(), time).Ask(question, waits: false, stop).ConfigureAwait(false);
        AnswerScreen.Write(output, told);
        return ToldAnswer.IsAnswer(told.Outcome) ? FileRun.Done : FileRun.SomeNotKnown;
    }

    /// <exception cref="ListException">With what is wrong.</exception>
    internal static PersonQuestion Question(string dataSet, string? provider, string question, string task, string official, string caseId, bool isFile)
    {
        var known = DataSetCatalogue.All.Select(one => one.Id).ToArray();
        if (DataSetCatalogue.All.FirstOrDefault(one => one.Id == dataSet) is not { } contract)
            throw new ListException($"There is no data set '{dataSet}'{(Spelling.Nearest(dataSet, known) is { } near ? $"; did you mean '{near}'?" : $"; there are {string.Join(", ", known)}.")}");
        if (TriedQuestions.Read(contract, question, out var wrong) is not { } asked)
            throw new ListException($"--question: {wrong}{(wrong.EndsWith('?') ? "" : ".")}");
        // A file may say it line by line; what is optional need not be said.
        var missing = contract.Question.Fields.InDeclarationOrder().Where(field => !field.HasPresence && !question.Contains(field.Name + "=", StringComparison.Ordinal)).ToList();
        if (missing.Count > 0 && !isFile)
            throw new ListException($"{contract.Id} is asked with {string.Join(" and ", missing.Select(one => one.Name))}: give --question {string.Join(',', missing.Select(one => $"{one.Name}={TriedQuestions.Example(one)}"))}.");
        provider ??= contract.ProviderKind is "municipality" ? null : contract.ProviderKind;
        if (provider is null && !isFile)
            throw new ListException($"Many municipalities provide {contract.Id}: give --provider, an agency id such as jp.mun.131016, or residence:2026-01-01 for the one where the person lived that day.");
        return new PersonQuestion("", provider ?? "", task, contract, asked, official, caseId, null);
    }
}
