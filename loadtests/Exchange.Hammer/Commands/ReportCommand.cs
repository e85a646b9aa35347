using System.CommandLine;
using Exchange.Hammer.Reporting;
using Exchange.Hammer.Results;
using Exchange.Hosting.Commands;

namespace Exchange.Hammer.Commands;

/// <summary>Writes reports anew from figures that are there, and tells what a folder of them has.</summary>
static class ReportCommand
{
    public static Command Create()
    {
        var folders = new Argument<string[]>("folders") { Description = $"Folders with results of {ResultKind.Verbs}: their README.md and plots are written anew from figures.json. Of a folder of such folders an overview is told, and nothing is written.", Arity = ArgumentArity.OneOrMore, HelpName = "DIR" };
        var command = new Command("report", "Write README.md and plots of results anew from their figures.json, or tell what a folder of results has.") { folders };
        command.SetAction((parsed, stop) => Outcome.Of(() => Run(parsed.GetRequiredValue(folders))));
        return command;
    }

    static Task<int> Run(IReadOnlyList<string> folders)
    {
        var mistakes = new List<string>();
        var read = new List<WrittenResult>();
        var overviews = new List<string>();
        foreach (var folder in folders)
            if (ResultReader.HasFigures(folder))
            {
                var (result, why) = ResultReader.Read(folder);
                if (result is not null)
                    read.Add(result);
                else
                    mistakes.Add($"{folder}: {why}");
            }
            else if (!Directory.Exists(folder))
                mistakes.Add($"{folder}: there is no such folder");
            else if (ResultReader.Among(folder) is { Count: > 0 } among)
                overviews.Add(Overview.Write(among));
            else
                mistakes.Add($"{folder}: there is no {ResultFiles.Figures}, and no folder with one");
        if (mistakes.Count > 0)
            return Task.FromResult(Outcome.Fail(string.Join(Environment.NewLine, mistakes.Append("Nothing was written."))));
        foreach (var one in read)
            Write(one);
        foreach (var overview in overviews)
            Console.WriteLine(overview);
        return Task.FromResult(Outcome.Done);
    }

    static void Write(WrittenResult one)
    {
        File.WriteAllText(Path.Combine(one.Folder, "README.md"), one.Readme);
        foreach (var (name, content) in one.Plots)
            File.WriteAllText(Path.Combine(one.Folder, name), content);
        Console.WriteLine($"Written to {Path.GetFullPath(one.Folder)} ({one.Verb}): {string.Join(", ", ["README.md", .. one.Plots.Select(plot => plot.Name)])}");
    }
}
