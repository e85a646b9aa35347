using System.Collections.Concurrent;
using System.Diagnostics;

namespace Exchange.Sandbox.Processes;

/// <summary>One program of the exchange as a process of its own; its output goes to a file and its last lines are kept.</summary>
public sealed class ChildProcess : IAsyncDisposable
{
    const int LinesKept = 40;

    readonly Process process;
    readonly StreamWriter log;
    readonly ConcurrentQueue<string> last = new();

    ChildProcess(Process process, StreamWriter log)
    {
        this.process = process;
        this.log = log;
    }

    /// <summary>Called with each line of output, by the thread that reads it.</summary>
    public Action<string>? OnLine { get; set; }

    public int Id => process.Id;

    public bool HasExited => process.HasExited;

    public string LastLines => string.Join(Environment.NewLine, last);

    /// <param name="program">The built program, such as .../Exchange.Gateway.dll.</param>
    public static ChildProcess Start(string program, IEnumerable<string> arguments, string logFile, Action<string>? onLine = null)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath is { } path && Path.GetFileNameWithoutExtension(path) == "dotnet" ? path : "dotnet")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            UseShellExecute = false,
        };
        start.ArgumentList.Add(program);
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        start.Environment["DOTNET_TieredPGO"] = "0";
        start.Environment["DOTNET_gcServer"] = "0";
        var process = new Process { StartInfo = start };
        var child = new ChildProcess(process, new StreamWriter(logFile, append: true) { AutoFlush = true }) { OnLine = onLine };
        process.OutputDataReceived += (_, line) => child.Take(line.Data);
        process.ErrorDataReceived += (_, line) => child.Take(line.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return child;
    }

    public async Task<int> WaitForExit(CancellationToken cancelled = default)
    {
        await process.WaitForExitAsync(cancelled).ConfigureAwait(false);
        return process.ExitCode;
    }

    /// <summary>Ends it at once, as a power cut would.</summary>
    public async Task Kill()
    {
        if (!process.HasExited)
            process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync().ConfigureAwait(false);
    }

    /// <summary>Asks it to stop, and ends it when it has not within 10 s.</summary>
    public async Task Stop(TimeProvider time)
    {
        if (!process.HasExited)
        {
            using var terminate = Process.Start("kill", ["-TERM", process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(10), time);
            try
            {
                await process.WaitForExitAsync(patience.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                await Kill().ConfigureAwait(false);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Kill().ConfigureAwait(false);
        process.Dispose();
        await log.DisposeAsync().ConfigureAwait(false);
    }

    void Take(string? line)
    {
        if (line is null)
            return;
        lock (log)
            log.WriteLine(line);
        last.Enqueue(line);
        while (last.Count > LinesKept)
            last.TryDequeue(out _);
        OnLine?.Invoke(line);
    }
}
