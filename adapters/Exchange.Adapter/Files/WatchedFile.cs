using Exchange.Hosting.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Exchange.Adapter.Files;

/// <summary>A file that is read again when it changes, whatever it says.</summary>
public abstract class WatchedFile : BackgroundService
{
    /// <summary>Why the file as it is now is not in force, the first mistake of it; null while it is.</summary>
    public abstract string? Trouble { get; }
}

public static class WatchedFiles
{
    /// <summary>In force from the start, looked at while the program serves, and told by its health.</summary>
    public static IServiceCollection AddWatchedFile<T>(this IServiceCollection services, Func<IServiceProvider, T> open)
        where T : WatchedFile =>
        services.AddSingleton(open).AddHostedService(provider => provider.GetRequiredService<T>()).AddSingleton<WatchedFile>(provider => provider.GetRequiredService<T>());
}

/// <summary>
/// What a file says, in force. Looks every two seconds whether the file or one it names has changed; a good file takes
/// the place of the old, one with mistakes is refused whole and what was in force stays. A file that still changes is
/// left to the next look, so that half a file is not taken for a whole one.
/// </summary>
public abstract class WatchedFile<T> : WatchedFile
    where T : class
{
    static readonly TimeSpan interval = TimeSpan.FromSeconds(2), settling = TimeSpan.FromMilliseconds(250);

    /// <summary>At a file that changes each time.</summary>
    const int MostLooks = 5;

    readonly Reader read;
    readonly Action<T> replaced;
    readonly Action<string> refused;
    readonly TimeProvider time;
    volatile T current;
    volatile string? trouble;
    string stamp;
    int looks;
    IReadOnlyList<string> files;

    /// <param name="replaced">Hears of each content that comes into force later.</param>
    /// <param name="refused">Hears why a change was refused.</param>
    /// <exception cref="ConfigurationException">Lists every mistake of the file.</exception>
    protected WatchedFile(Reader read, Action<T> replaced, Action<string> refused, TimeProvider time)
    {
        this.read = read;
        this.replaced = replaced;
        this.refused = refused;
        this.time = time;
        current = read(out files);
        stamp = Stamp();
    }

    /// <param name="files">The file and every file it names: what to watch, also when this throws.</param>
    protected delegate T Reader(out IReadOnlyList<string> files);

    public T Current => current;

    public override string? Trouble => trouble;

    /// <summary>Reads the file again if it changed. Returns whether another content is in force now.</summary>
    public bool Refresh()
    {
        var (before, now) = (files, Stamp());
        if (now == stamp)
            return false;
        try
        {
            current = read(out files);
            trouble = null;
            replaced(current);
            return true;
        }
        catch (ConfigurationException e)
        {
            trouble = e.Problems[0].ToString();
            refused(e.Message);
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
                if (await HasSettled(stoppingToken))
                    Refresh();
            }
            catch (IOException e)
            {
                refused(e.Message);
            }
        }
    }

    async Task<bool> HasSettled(CancellationToken stop)
    {
        var found = Stamp();
        if (found == stamp)
            return false;
        await Task.Delay(settling, time, stop);
        // One that never rests is read all the same: what it takes away must not stay in force for that.
        looks = Stamp() == found || looks == MostLooks ? 0 : looks + 1;
        return looks == 0;
    }

    string Stamp() => string.Join('\n', files.Select(name => new FileInfo(name)).Select(
        file => file.Exists ? $"{file.FullName} {file.LastWriteTimeUtc.Ticks} {file.Length}" : file.FullName));
}
