using System.Diagnostics;
using System.Text.Json;
using Exchange.Hammer.Commands;

namespace Exchange.Hammer.Tests.Planning;

public sealed class PlanCommandTests
{
    [Fact]
    public async Task A_committed_run_becomes_a_plan_and_its_assumptions_are_options()
    {
        var (code, text, _) = await Run("--figures", Results("2026-11-25-receipts"), "--format", "markdown");
        Assert.Equal(0, code);
        Assert.Contains("| Japan | Estonia | Belgium | Japan x 10 | Estonia x 10 | Belgium x 10 |", text, StringComparison.Ordinal);

        (code, text, _) = await Run("--figures", Results("2026-11-25-receipts"), "--format", "json", "--burst", "20", "--warm", "1");
        Assert.Equal(0, code);
        using var json = JsonDocument.Parse(text);
        Assert.Equal(6, json.RootElement.GetProperty("countries").GetArrayLength());
        Assert.Equal((20, 1, 4.5), (Assumed("burst"), Assumed("warm"), Assumed("office_hours")));

        double Assumed(string name) => json.RootElement.GetProperty("assumed").GetProperty(name).GetDouble();
    }

    [Fact]
    public async Task Figures_without_what_is_needed_and_options_that_cannot_be_are_told_and_nothing_is_planned()
    {
        var (code, text, error) = await Run("--figures", Results("2026-11-30-kills"));
        Assert.Equal((1, ""), (code, text));
        Assert.Contains("closed[contender \"T5 exchange WARM\", concurrency 128]", error, StringComparison.Ordinal);
        (code, text, error) = await Run("--figures", Results("2026-11-25-receipts"), "--busy", "2");
        Assert.Equal((1, ""), (code, text));
        Assert.Contains("'--busy'", error, StringComparison.Ordinal);
    }

    static async Task<(int Code, string Output, string Errors)> Run(params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("dotnet", [typeof(PlanCommand).Assembly.Location, "plan", .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return (process.ExitCode, await output, await errors);
    }

    static string Results(string name) => Path.Combine(Repository.Root, "loadtests", "results", name);
}
