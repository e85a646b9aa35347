using System.Diagnostics;

namespace Exchange.Journeys.Tests.Running;

/// <summary>A program of the exchange as a process of its own, as somebody runs it from a shell.</summary>
static class BuiltProgram
{
    static readonly TimeSpan patience = TimeSpan.FromSeconds(200);

    public static async Task<(int ExitCode, string Told)> Run(string program, params string[] arguments)
    {
        using var stop = new CancellationTokenSource(patience);
        using var process = Start(program, arguments);
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

    public static Process Start(string program, params string[] arguments) => Process.Start(new ProcessStartInfo("dotnet", [program, .. arguments])
    {
        RedirectStandardOutput = true,
        RedirectStandardError = true,
        RedirectStandardInput = true,
    })!;
}
