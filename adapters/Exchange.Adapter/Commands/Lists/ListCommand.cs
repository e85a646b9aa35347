using System.CommandLine;
using System.CommandLine.Parsing;
using System.Security.Cryptography;
using Exchange.Hosting.Configuration;
using Exchange.Hosting.Secrets;
using Grpc.Core;
using Duration = Google.Protobuf.WellKnownTypes.Duration;

namespace Exchange.Adapter.Commands.Lists;

/// <summary>The command that gives a running adapter a list of people to work through, and writes the report.</summary>
public static class ListCommand
{
    const int Done = 0, SomeNotKnown = 1, CouldNotRun = 2;

    static readonly TimeSpan longestAge = TimeSpan.FromDays(3650);

    public static Command Create<TItem, TResult>(ListJob<TItem, TResult> job)
        where TItem : class
        where TResult : class
    {
        var api = new Option<string>("--api") { Description = "The local API of this agency's adapter, which must be serving.", DefaultValueFactory = _ => "https://localhost:7443", HelpName = "URL" };
        var ca = new Option<string>("--ca") { Description = "PEM of the CA that vouches for the local API.", Required = true, HelpName = "FILE" };
        var token = new Option<string?>("--token") { Description = "A token of a caller in callers.yaml, mode 0600. Either this or --cert and --key.", HelpName = "FILE" };
        var certificate = new Option<string?>("--cert") { Description = "The certificate of a caller in callers.yaml, PEM.", HelpName = "FILE" };
        var key = new Option<string?>("--key") { Description = "Its private key, PEM, mode 0600.", HelpName = "FILE" };
        var list = new Option<string>("--list") { Description = "CSV in UTF-8: a line 'person', then this agency's own key of one person a line.", Required = true, HelpName = "FILE" };
        var report = new Option<string>("--report") { Description = "Where to write the report: CSV, a line for every line of the list, in its order.", Required = true, HelpName = "FILE" };
        var official = new Option<string>("--official") { Description = "Who asks; sealed for the providers and journalled at every agency.", Required = true };
        var caseId = new Option<string>("--case") { Description = "Of which case; journalled with the official.", DefaultValueFactory = _ => "" };
        var maxAge = new Option<Duration?>("--max-age")
        {
            Description = "Take no provider's copy that is older, in seconds or with a unit, such as 300 or 5m; 0 has every record read now. Without it, any age will do.",
            HelpName = "TIME",
            CustomParser = MaxAge,
        };
        var command = new Command(job.Name, $"{job.Description} Exit code 0: every person has an outcome; 1: some are {job.NotKnown} or not asked, or the command line is wrong; 2: it could not run.")
        {
            api, ca, token, certificate, key, list, report, official, caseId, maxAge,
        };
        foreach (var option in job.Options)
            command.Add(option);
        command.Validators.Add(parsed =>
        {
            if (parsed.GetValue(token) is null == (parsed.GetValue(certificate) is null) || parsed.GetValue(certificate) is null != parsed.GetValue(key) is null)
                parsed.AddError("Give either --token, or --cert and --key.");
            if (parsed.GetValue(api) is { } given && !(Uri.TryCreate(given, UriKind.Absolute, out var address) && address.Scheme == Uri.UriSchemeHttps))
                parsed.AddError("--api must be an address such as https://localhost:7443.");
        });
        command.SetAction((parsed, stop) => Run(
            job, job.Purpose(parsed, new ListAsking(parsed.GetRequiredValue(official), parsed.GetRequiredValue(caseId), parsed.GetValue(maxAge))),
            new ListCall(new Uri(parsed.GetRequiredValue(api)), parsed.GetRequiredValue(ca), parsed.GetValue(token), parsed.GetValue(certificate), parsed.GetValue(key)),
            parsed.GetRequiredValue(list), parsed.GetRequiredValue(report), ListScreen.OnConsole(), stop));
        return command;
    }

    static Duration? MaxAge(ArgumentResult given)
    {
        var text = given.Tokens[0].Value;
        if (Durations.TryParse(text.All(char.IsAsciiDigit) ? text + "s" : text, out var age) && age <= longestAge)
            return Duration.FromTimeSpan(age);
        given.AddError("--max-age must be a whole number of seconds, or with a unit, such as 300, 30s, 5m or 8h, and at most ten years.");
        return null;
    }

    internal static async Task<int> Run<TItem, TResult>(
        ListJob<TItem, TResult> job, TItem purpose, ListCall call, string list, string report, ListScreen screen, CancellationToken stop)
        where TItem : class
        where TResult : class
    {
        try
        {
            return await Work(job, purpose, call, list, report, screen, stop).ConfigureAwait(false);
        }
        catch (Exception e) when (e is ListException or SecretFileException or CryptographicException or IOException or UnauthorizedAccessException)
        {
            screen.Say(e.Message);
            return CouldNotRun;
        }
    }

    static async Task<int> Work<TItem, TResult>(
        ListJob<TItem, TResult> job, TItem purpose, ListCall call, string list, string reportFile, ListScreen screen, CancellationToken stop)
        where TItem : class
        where TResult : class
    {
        // 1. The list is read to its end, and whatever is wrong with it told.
        var lines = PeopleList.Read(list);
        screen.Mistakes(lines);

        // 2. Report and local API are there before anybody is asked about.
        using var report = new ListReport(reportFile, lines, job.Figures);
        using var channel = call.Open();
        using var streaming = job.Call(channel, new CallOptions(call.Headers(), cancellationToken: stop));

        // 3. It is sent, and results are written as they come.
        var stream = new ListStream<TItem, TResult>(job, streaming);
        var running = stream.Run(purpose, lines, report.Add, stop);
        await screen.Progress(lines.Count(line => line.IsGood), () => report.Answered, running).ConfigureAwait(false);
        var broken = await running.ConfigureAwait(false);
        if (broken is { NobodyWasAsked: true } && report.Answered == 0)
        {
            screen.Say(broken.Why);
            return CouldNotRun;
        }

        // 4. Whatever was heard is in the report, and what was not is named there.
        if (broken is not null)
            screen.Say($"The list was not worked through: {broken.Why.TrimEnd('.')}. What has no result is {ListReport.NotAsked} in the report.");
        try
        {
            report.Finish(stream.Sent);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            screen.Say($"The report could not be finished: {e.Message.TrimEnd('.')}. What was written of it is {report.Keep()}.");
            return SomeNotKnown;
        }
        screen.Outcomes(report.Counts, report.Answered);
        screen.Say($"The report is {reportFile}.");
        return new[] { job.NotKnown, ListReport.NotAsked, ListReport.BadLine }.Any(report.Counts.ContainsKey) ? SomeNotKnown : Done;
    }
}
