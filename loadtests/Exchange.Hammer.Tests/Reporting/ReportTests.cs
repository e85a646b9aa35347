using System.Diagnostics;
using Exchange.Hammer.Commands;
using Exchange.Hammer.Reporting;
using Exchange.Hammer.Results;

namespace Exchange.Hammer.Tests.Reporting;

public sealed class ReportTests : IDisposable
{
    /// <summary>Written before contenders were named in the figures, and the multiplication measured: what their reports say cannot be told from them.</summary>
    static readonly string[] earlierForm = ["2026-11-23-first", "2026-11-25-receipts", "2026-11-25-witnessed"];

    static readonly string results = Path.Combine(Repository.Root, "loadtests", "results");

    readonly string folder = Directory.CreateTempSubdirectory("exchange-report-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    public static TheoryData<string> OfThisForm => [.. ResultReader.Among(results).Select(one => Path.GetFileName(one)).Except(earlierForm)];

    [Theory]
    [MemberData(nameof(OfThisForm))]
    public void A_result_that_is_kept_is_written_anew_as_it_stands(string name)
    {
        var (result, why) = ResultReader.Read(Path.Combine(results, name));

        Assert.Null(why);
        Assert.Equal(File.ReadAllText(Path.Combine(results, name, "README.md")), result!.Readme);
        Assert.All(result.Plots, plot => Assert.True(plot.Content.StartsWith("<svg", StringComparison.Ordinal) && File.Exists(Path.Combine(results, name, plot.Name))));
    }

    [Fact]
    public void An_overview_has_a_row_for_each_result_and_says_what_cannot_be_read()
    {
        var text = Overview.Write(ResultReader.Among(results));

        Assert.Contains("| 2026-11-30-append | append | `4775d4c9` | 2026-11-30 02:47 | AMD EPYC, 2 cores, 353 µs a write | 214,782 entries/s;", text, StringComparison.Ordinal);
        Assert.All(earlierForm, name => Assert.Contains($"\n- {name}: its figures.json is of an earlier form, or damaged: ", text, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Whatever_cannot_be_written_anew_is_told_at_once_and_nothing_is_written()
    {
        var (whole, unknown, empty) = (Folder("whole"), Folder("unknown"), Folder("empty"));
        ResultFiles.Save(whole, Ablation.Sample.Figures(0.97, 0.8), "as it was");
        File.WriteAllText(Path.Combine(unknown, ResultFiles.Figures), """{ "verb": "juggle" }""");

        var (code, _, errors) = await Run(whole, unknown, empty, "/not/there", Path.Combine(results, earlierForm[0]));

        Assert.Equal(1, code);
        Assert.Collection(errors,
            one => Assert.StartsWith($"{unknown}: its figures.json is no result of compare, run, kills, append,", one, StringComparison.Ordinal),
            one => Assert.StartsWith($"{empty}: there is no figures.json", one, StringComparison.Ordinal),
            one => Assert.Equal("/not/there: there is no such folder", one),
            one => Assert.Contains("2026-11-23-first: its figures.json is of an earlier form", one, StringComparison.Ordinal),
            one => Assert.Equal("Nothing was written.", one));
        Assert.Equal("as it was", File.ReadAllText(Path.Combine(whole, "README.md")));

        (code, var said, _) = await Run(whole, folder);

        Assert.Equal(0, code);
        Assert.StartsWith("# What each stage of a lookup costs", File.ReadAllText(Path.Combine(whole, "README.md")), StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(whole, "figures.svg")));
        Assert.Contains(said, line => line.StartsWith("| whole | ablation | `abc` |", StringComparison.Ordinal));
    }

    string Folder(string name) => Directory.CreateDirectory(Path.Combine(folder, name)).FullName;

    static async Task<(int Code, string[] Said, string[] Errors)> Run(params string[] folders)
    {
        using var process = Process.Start(new ProcessStartInfo("dotnet", [typeof(Measuring).Assembly.Location, "report", .. folders]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        static string[] Lines(string text) => text.Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries);
        return (process.ExitCode, Lines(await output), Lines(await errors));
    }
}
