using System.Diagnostics;
using Exchange.Hosting.Commands;
using Exchange.Hosting.Configuration;
using Microsoft.Extensions.Hosting;

namespace Exchange.Adapter.Serving;

/// <summary>
/// A prefecture that serves its villages: one command, and for each agency a process of its own. Keys, stores, journals and
/// memory are apart as the operating system keeps processes apart; whatever ends one leaves the others alone.
/// </summary>
static class SeveralAgencies
{
    /// <summary>A child whose standard input ends, because whoever started it ended, stops.</summary>
    public const string WhileOpen = "--while-open";

    static readonly TimeSpan steady = TimeSpan.FromMinutes(1), firstPause = TimeSpan.FromSeconds(1), longestPause = TimeSpan.FromSeconds(30), patience = TimeSpan.FromSeconds(35);

    /// <exception cref="ConfigurationException">With every mistake of every file, and whatever two of them share.</exception>
    public static async Task<int> Run(AgencyKind kind, IReadOnlyList<string> configs, TextWriter output, TimeProvider time, CancellationToken stop)
    {
        var agencies = Read(kind, configs);
        var said = TextWriter.Synchronized(output);
        said.WriteLine($"Serving {agencies.Count} agencies: {string.Join(", ", agencies.Select(one => one.Agency))}");
        await Task.WhenAll(agencies.Select(one => Keep(one.Agency, one.Config, said, time, stop))).ConfigureAwait(false);
        return Outcome.Done;
    }

    /// <summary>Stops the process when nobody holds its standard input open any more.</summary>
    public static async Task StopWhenClosed(IHostApplicationLifetime lifetime)
    {
        var nothing = new byte[1];
        await using var input = Console.OpenStandardInput();
        while (await input.ReadAsync(nothing, lifetime.ApplicationStopping).ConfigureAwait(false) > 0)
        {
        }
        lifetime.StopApplication();
    }

    internal static IReadOnlyList<(string Agency, string Config)> Read(AgencyKind kind, IReadOnlyList<string> configs)
    {
        var problems = new Problems();
        var read = new List<(string Config, AdapterOptions Options)>();
        foreach (var config in configs)
            try
            {
                read.Add((config, AdapterOptions.Read(config, $"exchange-{kind.Name}")));
            }
            catch (ConfigurationException e)
            {
                foreach (var problem in e.Problems)
                    problems.Add(problem.File, problem.Line, problem.Column, problem.What);
            }
        Apart(read, problems, "agency", options => options.Agency);
        Apart(read, problems, "state", options => options.State);
        Apart(read, problems, "keys", options => Path.GetFullPath(options.Keys));
        Apart(read, problems, "journal_keys", options => Path.GetFullPath(options.JournalKeys));
        Apart(read, problems, "port of local_api", options => $"{options.LocalApi.Listen.Port}");
        Apart(read, problems, "port of management", options => options.Management is { Port: > 0 } management ? $"{management.Port}" : null);
        problems.ThrowIfAny();
        return [.. read.Select(one => (one.Options.Agency, one.Config))];
    }

    static void Apart(IEnumerable<(string Config, AdapterOptions Options)> read, Problems problems, string what, Func<AdapterOptions, string?> of)
    {
        foreach (var same in read.GroupBy(one => of(one.Options)).Where(same => same.Key is not null && same.Count() > 1))
            foreach (var (config, _) in same.Skip(1))
                problems.Add(config, 0, 0, $"has the same {what} as {same.First().Config}: {same.Key}; each agency has its own");
    }

    static async Task Keep(string agency, string config, TextWriter said, TimeProvider time, CancellationToken stop)
    {
        var pause = firstPause;
        while (!stop.IsCancellationRequested)
        {
            var began = time.GetTimestamp();
            var exitCode = await Serve(agency, config, said, stop).ConfigureAwait(false);
            if (stop.IsCancellationRequested)
                return;
            pause = time.GetElapsedTime(began) > steady ? firstPause : pause;
            said.WriteLine($"[{agency}] ended with exit code {exitCode}; it is started again in {pause.TotalSeconds:0} s");
            await Task.Delay(pause, time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            pause = pause * 2 < longestPause ? pause * 2 : longestPause;
        }
    }

    static async Task<int> Serve(string agency, string config, TextWriter said, CancellationToken stop)
    {
        using var child = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, [.. Program(), "serve", "--config", config, WhileOpen])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var lines = Task.WhenAll(Pass(child.StandardOutput), Pass(child.StandardError));
        try
        {
            await child.WaitForExitAsync(stop).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            child.StandardInput.Close();
            using var limit = new CancellationTokenSource(patience);
            await child.WaitForExitAsync(limit.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!child.HasExited)
                child.Kill();
        }
        await lines.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return child.HasExited ? child.ExitCode : -1;

        async Task Pass(StreamReader from)
        {
            while (await from.ReadLineAsync(CancellationToken.None).ConfigureAwait(false) is { } line)
                said.WriteLine($"[{agency}] {line}");
        }
    }

    /// <summary>What stands before the arguments when this program is run by <c>dotnet</c>; nothing when it is published.</summary>
    static string[] Program() =>
        Path.GetFileNameWithoutExtension(Environment.ProcessPath!) == "dotnet" ? [Environment.GetCommandLineArgs()[0]] : [];
}
