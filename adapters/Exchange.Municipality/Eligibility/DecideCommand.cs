using System.CommandLine;
using System.Globalization;
using System.Security.Cryptography;
using Agency.V1;
using Exchange.Adapter.Calling;
using Exchange.Adapter.Commands;
using Exchange.Adapter.Commands.Files;
using Exchange.Adapter.Commands.Lists;
using Exchange.Adapter.Sources.Csv;
using Exchange.Hosting.Calendar;
using Exchange.Hosting.Configuration;
using Exchange.Hosting.Secrets;

namespace Exchange.Municipality.Eligibility;

/// <summary>Has the running adapter decide on every household of a file.</summary>
static class DecideCommand
{
    /// <summary>Households; each asks about all its adults side by side.</summary>
    const int AtOnce = 4;

    public static Command Create()
    {
        var calling = new CallArguments();
        var input = new Option<string>("--in") { Description = "CSV with a line a member, those of a household one below the other: columns household and person, the town's own keys, and born_on and case where they are known.", Required = true, HelpName = "FILE" };
        var output = new Option<string>("--out") { Description = "Where to write the decisions: CSV, a line for every household. What is decided there already is not asked again.", Required = true, HelpName = "FILE" };
        var programme = new Option<string>("--programme") { Description = "Such as low-income-household; without it, the only one there is.", DefaultValueFactory = _ => "", HelpName = "NAME" };
        var decidedOn = new Option<string>("--decided-on") { Description = "The day on which it is decided, such as 2026-06-20; without it, today.", DefaultValueFactory = _ => "", HelpName = "DAY" };
        var encoding = new Option<string>("--encoding") { Description = "Of --in: utf-8 or shift_jis.", DefaultValueFactory = _ => CsvFormat.Utf8 };
        encoding.AcceptOnlyFromAmong(CsvFormat.Utf8, CsvFormat.ShiftJis);
        var official = new Option<string>("--official") { Description = "Who asks; sealed for the providers and journalled at every agency.", Required = true };
        var caseId = new Option<string>("--case") { Description = "Of which case; journalled with the official.", DefaultValueFactory = _ => "" };
        var maxAge = MaxAgeOption.Create();
        var command = new Command("decide", "Decide on the benefit of every household of a file, by the running adapter. Exit code 0: every household is decided, either way; 1: some are UNDECIDED or not asked about, or the command line is wrong; 2: it could not run.")
        {
            input, output, programme, decidedOn, encoding, official, caseId, maxAge,
        };
        calling.AddTo(command);
        command.SetAction(async (parsed, stop) =>
        {
            var screen = ListScreen.OnConsole();
            try
            {
                var otherwise = new EligibilityRequest
                {
                    Programme = parsed.GetRequiredValue(programme),
                    DecidedOn = parsed.GetRequiredValue(decidedOn),
                    Official = parsed.GetRequiredValue(official),
                    CaseId = parsed.GetRequiredValue(caseId),
                    MaxAge = parsed.GetValue(maxAge),
                };
                return await Run(calling.Read(parsed), parsed.GetRequiredValue(input), new CsvFormat(parsed.GetRequiredValue(encoding)), parsed.GetRequiredValue(output), otherwise, screen, TimeProvider.System, stop).ConfigureAwait(false);
            }
            catch (Exception e) when (e is ListException or ConfigurationException or SecretFileException or CryptographicException or IOException or UnauthorizedAccessException or OperationCanceledException)
            {
                screen.Say(e is OperationCanceledException ? "Stopped before anybody was asked." : e.Message);
                return FileRun.CouldNotRun;
            }
        });
        return command;
    }

    /// <param name="otherwise">What holds for every household. Without a day it is decided today, to the end of the run.</param>
    /// <inheritdoc cref="FileRun.Run{TLine}"/>
    internal static async Task<int> Run(LocalCall call, string households, CsvFormat format, string decisions, EligibilityRequest otherwise, ListScreen screen, TimeProvider time, CancellationToken stop)
    {
        var today = LegalDay.Today(time);
        if (otherwise.DecidedOn.Length == 0)
            otherwise.DecidedOn = today.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        var file = new HouseholdFile(households, format, otherwise, today);
        var survey = Task.Run(() => file.Survey(stop), stop);
        await screen.Reading(() => file.RowsRead, survey).ConfigureAwait(false);
        await survey.ConfigureAwait(false);

        using var channel = call.Open();
        var adapter = new HouseholdCaller(channel, call.Headers(), time);
        var job = new FileJob<HouseholdLines>("households", HouseholdFile.Columns, HouseholdCaller.Columns, HouseholdCaller.IsDecided, AtOnce)
        {
            Ask = (household, cancelled) => adapter.Decide(household.Request!, cancelled),
        };
        return await FileRun.Run(job, file.Lines(), decisions, screen, stop).ConfigureAwait(false);
    }
}
