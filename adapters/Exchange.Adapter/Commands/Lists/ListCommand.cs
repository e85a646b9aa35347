using System.CommandLine;
using System.Security.Cryptography;
using Exchange.Adapter.Calling;
using Exchange.Hosting.Configuration;
using Exchange.Hosting.Secrets;
using Grpc.Core;

namespace Exchange.Adapter.Commands.Lists;

/// <summary>The command that gives a running adapter a list of people to work through, and writes the report.</summary>
public static class ListCommand
{
    const int Done = 0, SomeNotKnown = 1, CouldNotRun = 2;

    public static Command Create<TItem, TResult>(ListJob<TItem, TResult> job)
        where TItem : class
        where TResult : class
    {
        var calling = new CallArguments();
        var list = new Option<string>("--list") { Description = "CSV in UTF-8: a line 'person', then this agency's own key of one person a line.", Required = true, HelpName = "FILE" };
        var report = new Option<string>("--report") { Description = "Where to write the report: CSV, a line for every line of the list, in its order.", Required = true, HelpName = "FILE" };
        var official = new Option<string>("--official") { Description = "Who asks; sealed for the providers and journalled at every agency.", Required = true };
        var caseId = new Option<string>("--case") { Description = "Of which case; journalled with the official.", DefaultValueFactory = _ => "" };
        var maxAge = MaxAgeOption.Create();
        var command = new Command(job.Name, $"{job.Description} Exit code 0: every person has an outcome; 1: some are {job.NotKnown} or not asked, or the command line is wrong; 2: it could not run.")
        {
            list, report, official, caseId, maxAge,
        };
        calling.AddTo(command);
        foreach (var option in job.Options)
            command.Add(option);
        command.SetAction((parsed, stop) => Run(
            job, job.Purpose(parsed, new ListAsking(parsed.GetRequiredValue(official), parsed.GetRequiredValue(caseId), parsed.GetValue(maxAge))),
            () => calling.Read(parsed),
            parsed.GetRequiredValue(list), parsed.GetRequiredValue(report), ListScreen.OnConsole(), stop));
        return command;
    }

    internal static async Task<int> Run<TItem, TResult>(
        ListJob<TItem, TResult> job, TItem purpose, Func<LocalCall> call, string list, string report, ListScreen screen, CancellationToken stop)
        where TItem : class
        where TResult : class
    {
        try
        {
            return await Work(job, purpose, call(), list, report, screen, stop).ConfigureAwait(false);
        }
        catch (Exception e) when (e is ListException or ConfigurationException or SecretFileException or CryptographicException or IOException or UnauthorizedAccessException)
        {
            screen.Say(e.Message);
            return CouldNotRun;
        }
    }

    static async Task<int> Work<TItem, TResult>(
        ListJob<TItem, TResult> job, TItem purpose, LocalCall call, string list, string reportFile, ListScreen screen, CancellationToken stop)
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
