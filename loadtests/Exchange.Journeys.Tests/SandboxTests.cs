using Exchange.Journeys.Tests.Running;
using Exchange.Sandbox.Processes;

namespace Exchange.Journeys.Tests;

/// <summary>The first of the README's two commands, as a newcomer runs it: a process of its own, from an empty folder.</summary>
public sealed class SandboxTests : IDisposable
{
    readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("sandbox");

    [Fact]
    public async Task The_whole_story_is_told_from_an_empty_folder_and_once_more_from_what_it_left()
    {
        var (exitCode, told) = await Tell();
        Assert.True(exitCode == 0, told);
        foreach (var line in new[]
        {
            "made anew", "Enrolling 2,000 residents blind", "First answer", "both have proven it", "COLD", "WARM", "the handle came from redis", "none is there", "Osaka knows the person as",
            "NOT_FOUND", "the same in everything", "TASK_UNKNOWN", "hub lookup", "ELIGIBLE", "UNDECIDED", "CONFLICTING", "EMPLOYED_NOT_INSURED", "DUPLICATE",
            "PENSION_NOT_DECLARED", "as one trace through six processes", "That was the story",
        })
            Assert.Contains(line, told, StringComparison.Ordinal);

        (exitCode, told) = await Tell("--story", "lookup");
        Assert.True(exitCode == 0, told);
        Assert.Contains("Everybody was enrolled at an earlier start", told, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_Redis_that_is_not_there_is_named_and_nothing_is_left_running()
    {
        var port = Ports.Free(1)[0];
        var (exitCode, told) = await Tell("--redis", $"127.0.0.1:{port}");
        Assert.Equal(1, exitCode);
        Assert.Contains($"127.0.0.1:{port}", told, StringComparison.Ordinal);
    }

    public void Dispose() => folder.Delete(recursive: true);

    Task<(int ExitCode, string Told)> Tell(params string[] more) => BuiltProgram.Run(Programs.Sandbox, ["--once", "--state", folder.FullName, .. more]);
}
