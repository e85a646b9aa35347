using Exchange.Hosting.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Exchange.Adapter.LocalApi.Callers;

/// <summary>
/// The callers in force. Looks every two seconds whether the file or a key it names has changed; a good file replaces
/// the list at once, a file with mistakes is logged and the list stays.
/// </summary>
public sealed class CallerRegister : BackgroundService
{
    static readonly TimeSpan interval = TimeSpan.FromSeconds(2);

    readonly string path;
    readonly IReadOnlyCollection<string> dataSets;
    readonly TimeProvider time;
    readonly ILogger log;
    volatile CallerList current;
    string stamp;
    IReadOnlyList<string> files;

    /// <exception cref="ConfigurationException">Lists every mistake of the file.</exception>
    public CallerRegister(string path, IReadOnlyCollection<string> dataSets, TimeProvider time, ILogger<CallerRegister> log)
    {
        this.path = path;
        this.dataSets = dataSets;
        this.time = time;
        this.log = log;
        current = CallersFile.Read(path, dataSets, out files);
        stamp = Stamp();
    }

    public CallerList Current => current;

    /// <summary>Reads the file again if it changed. Returns whether another list is in force now.</summary>
    public bool Refresh()
    {
        var (before, now) = (files, Stamp());
        if (now == stamp)
            return false;
        try
        {
            var list = CallersFile.Read(path, dataSets, out files);
            current = list;
            LocalApiLog.CallersReplaced(log, list.Callers.Count());
            return true;
        }
        catch (ConfigurationException e)
        {
            LocalApiLog.CallersRefused(log, e.Message);
            return false;
        }
        finally
        {
            // A change made while the file was read is found the next time; so is one of a file named only now.
            stamp = files.SequenceEqual(before) ? now : "";
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                Refresh();
            }
            catch (IOException e)
            {
                LocalApiLog.CallersRefused(log, e.Message);
            }
        }
    }

    string Stamp() => string.Join('\n', files.Select(name => new FileInfo(name)).Select(
        file => file.Exists ? $"{file.FullName} {file.LastWriteTimeUtc.Ticks} {file.Length}" : file.FullName));
}
