using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;

namespace Exchange.Sandbox.Processes;

/// <summary>One program of the exchange as a process of its own; its output goes to a file and its last lines are kept.</summary>
public sealed class ChildProcess : IAsyncDisposable
{
    const int LinesKept = 15;

    static readonly TimeSpan patience = TimeSpan.FromSeconds(10);

    readonly Process process;
    readonly StreamWriter log;
    readonly ConcurrentQueue<string> last = new();

    ChildProcess(string name, Process process, string logFile)
    {
        Name = name;
        LogFile = logFile;
        this.process = process;
        log = new StreamWriter(logFile, append: true) { AutoFlush = true };
    }

    /// <summary>For people.</summary>
    public string Name { get; }

    public string LogFile { get; }

    /// <summary>Called with each line of output, by the thread that reads it.</summary>
    public Action<string>? OnLine { get; set; }

    public int Id { get; private set; }

    public bool HasExited => process.HasExited;

    public string LastLines => string.Join(Environment.NewLine, last);

    /// <param name="name">For people.</param>
    /// <param name="program">A built program, such as .../exchange-gateway.dll, or any other that runs by itself.</param>
    /// <param name="environment">Beside this process's own.</param>
    public static ChildProcess Start(
        string name, string program, IEnumerable<string> arguments, string logFile, Action<string>? onLine = null, params ReadOnlySpan<KeyValuePair<string, string>> environment)
    {
        var isBuilt = Path.GetExtension(program) == ".dll";
        var start = new ProcessStartInfo(isBuilt ? Dotnet : program)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            UseShellExecute = false,
        };
        if (isBuilt)
            start.ArgumentList.Add(program);
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        // Up sooner, at the price of code that is never tuned to what runs most.
        start.Environment["DOTNET_TieredPGO"] = "0";
        start.Environment["DOTNET_gcServer"] = "0";
        // Spans are looked at while they are fresh.
        start.Environment["OTEL_BSP_SCHEDULE_DELAY"] = "100";
        foreach (var (variable, value) in environment)
            start.Environment[variable] = value;
        var child = new ChildProcess(name, new Process { StartInfo = start }, logFile) { OnLine = onLine };
        child.process.OutputDataReceived += (_, line) => child.Take(line.Data);
        child.process.ErrorDataReceived += (_, line) => child.Take(line.Data);
        child.process.Start();
        child.Id = child.process.Id;
        child.process.BeginOutputReadLine();
        child.process.BeginErrorReadLine();
        return child;
    }

    /// <summary>The command that runs a built program.</summary>
    public static string Dotnet => Environment.ProcessPath is { } path && Path.GetFileNameWithoutExtension(path) == "dotnet" ? path : "dotnet";

    /// <summary>All of its output is read when this returns.</summary>
    public async Task<int> WaitForExit(CancellationToken cancelled = default)
    {
        await process.WaitForExitAsync(cancelled).ConfigureAwait(false);
        return process.ExitCode;
    }

    /// <summary>What is thrown when it ended by itself.</summary>
    public async Task<ChildDiedException> Death() => new(Name, await WaitForExit().ConfigureAwait(false), LastLines, LogFile);

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
        if (process.HasExited)
            return;
        using var patient = new CancellationTokenSource(patience, time);
        try
        {
            using var terminate = Process.Start("kill", ["-TERM", process.Id.ToString(CultureInfo.InvariantCulture)]);
            await process.WaitForExitAsync(patient.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is OperationCanceledException or System.ComponentModel.Win32Exception)
        {
            await Kill().ConfigureAwait(false);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Kill().ConfigureAwait(false);
        process.Dispose();
        lock (log)
            log.Dispose();
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
