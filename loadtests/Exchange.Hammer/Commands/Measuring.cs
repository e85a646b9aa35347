using System.CommandLine;
using Exchange.Hammer.Load;
using Exchange.Hammer.Parties;
using Exchange.Hammer.Results;
using Exchange.Hosting.Commands;

namespace Exchange.Hammer.Commands;

/// <summary>What the verbs that measure have in common: where files and results go, and what is said when there are none.</summary>
static class Measuring
{
    public static Option<string?> Json(string what) => new("--json") { Description = $"File for {what}.", HelpName = "FILE" };

    public static Option<string?> Output(string files) => new("--output") { Description = $"Folder for {files}. Without it they are only told.", HelpName = "DIR" };

    public static Option<string?> State() => new("--state") { Description = "Folder for everybody's files and logs, kept afterwards. Without it a temporary one is used and deleted.", HelpName = "DIR" };

    /// <param name="mistakes">Of the options, all of them.</param>
    /// <param name="measure">In this folder; writes down what came out.</param>
    public static async Task<int> Run(IEnumerable<string> mistakes, string? json, string? output, string? state, Func<string, IProgress<string>, Task> measure, CancellationToken stop)
    {
        // Better now than after the run.
        string[] all = [.. mistakes, .. json is not null && !Directory.Exists(Path.GetDirectoryName(Path.GetFullPath(json))) ? [$"--json {json}: there is no such folder"] : Array.Empty<string>()];
        if (all.Length > 0)
            return Outcome.Fail(string.Join(Environment.NewLine, all));
        if (output is not null)
            Directory.CreateDirectory(output);
        var folder = state is null ? Directory.CreateTempSubdirectory("exchange-hammer-").FullName : Directory.CreateDirectory(state).FullName;
        try
        {
            await measure(folder, new Lines()).ConfigureAwait(false);
            return Outcome.Done;
        }
        catch (Exception e) when (e is VoidRunException or ChildFailedException or CallFailedException or HttpRequestException)
        {
            return Outcome.Fail($"Nothing was written, the run is void. {e.Message}");
        }
        catch (FarOutsideException e)
        {
            return Outcome.Fail(e.Message);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return Outcome.Fail("Stopped; nothing was written.");
        }
        finally
        {
            if (state is null)
                Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Tells it, and writes it where it shall go.</summary>
    /// <param name="more">Other files of the folder: name and content.</param>
    public static void Save<T>(T figures, string report, string? json, string? output, params ReadOnlySpan<(string Name, string Content)> more)
    {
        Console.WriteLine();
        Console.WriteLine(report);
        if (json is not null)
            File.WriteAllText(json, ResultFiles.ToJson(figures));
        if (output is null)
            return;
        ResultFiles.Save(output, figures, report, more);
        Console.WriteLine($"Written to {Path.GetFullPath(output)}: {string.Join(", ", [ResultFiles.Figures, "README.md", .. more.ToArray().Select(one => one.Name)])}");
    }
}
