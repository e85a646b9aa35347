using System.Diagnostics;
using Exchange.Sandbox.Processes;

namespace Exchange.Journeys.Tests.Joining;

/// <summary>The municipality's program as a process of its own, as a town runs it.</summary>
static class TownProgram
{
    static readonly TimeSpan patience = TimeSpan.FromSeconds(120);

    public static async Task<(int ExitCode, string Told)> Run(params string[] arguments)
    {
        using var stop = new CancellationTokenSource(patience);
        using var process = Start(arguments);
        try
        {
            var (output, errors) = (process.StandardOutput.ReadToEndAsync(stop.Token), process.StandardError.ReadToEndAsync(stop.Token));
            await process.WaitForExitAsync(stop.Token);
            return (process.ExitCode, await output + await errors);
        }
        finally
        {
            process.Kill(entireProcessTree: true);
        }
    }

    public static Process Start(params string[] arguments) => Process.Start(new ProcessStartInfo("dotnet", [Programs.Adapter("municipality"), .. arguments])
    {
        RedirectStandardOutput = true,
        RedirectStandardError = true,
        RedirectStandardInput = true,
    })!;
}
