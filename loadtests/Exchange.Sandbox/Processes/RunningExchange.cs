using System.Globalization;
using System.Threading.Channels;
using Exchange.Sandbox.Files;

namespace Exchange.Sandbox.Processes;

/// <summary>The programs of an exchange, each a process of its own, from start to stop.</summary>
public sealed class RunningExchange(ExchangeFolder folder, TimeProvider time) : IAsyncDisposable
{
    /// <summary>Of an enrolment that fails.</summary>
    const int Tries = 3;

    static readonly TimeSpan patience = TimeSpan.FromSeconds(60), look = TimeSpan.FromMilliseconds(50);

    readonly Lifeline lifeline = new();
    readonly HttpClient probe = new() { Timeout = TimeSpan.FromSeconds(5) };
    readonly Dictionary<string, ChildProcess> running = [];
    readonly Channel<ChildProcess> deaths = Channel.CreateUnbounded<ChildProcess>();
    readonly HashSet<int> told = [];
    readonly Lock gate = new();

    public IReadOnlyCollection<ChildProcess> Running
    {
        get
        {
            lock (gate)
                return [.. running.Values];
        }
    }

    public string Logs { get; } = System.IO.Directory.CreateDirectory(Path.Combine(folder.Folder, "logs")).FullName;

    public async Task StartAuthority(CancellationToken cancelled)
    {
        var listening = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var child = Start("authority", Programs.KeyAuthority, ["serve", "--config", folder.AuthorityConfig], line =>
        {
            if (line.StartsWith("Listening on", StringComparison.Ordinal))
                listening.TrySetResult();
        });
        await Task.WhenAny(listening.Task, child.WaitForExit(cancelled)).WaitAsync(patience, time, cancelled).ConfigureAwait(false);
        if (!listening.Task.IsCompleted)
            throw await child.Death().ConfigureAwait(false);
    }

    public Task StartWitness(CancellationToken cancelled) =>
        UntilReady(Start("witness", Programs.KeyAuthority, ["witness", "serve", "--config", folder.WitnessConfig]), folder.WitnessReady, cancelled);

    public Task StartHub(CancellationToken cancelled) => StartHub(folder.Hubs[0], cancelled);

    /// <summary>A replica; its name here is that of its folder.</summary>
    public Task StartHub(HubFolder hub, CancellationToken cancelled) =>
        UntilReady(Start(Path.GetFileName(hub.Folder), Programs.Gateway, ["serve", "--config", hub.Config]), hub.Ready, cancelled);

    public Task StartAgency(AgencyFolder agency, CancellationToken cancelled) =>
        UntilReady(Start(agency.Id, Programs.Adapter(agency.Kind), ["serve", "--config", agency.Config]), agency.Ready, cancelled);

    /// <summary>Enrols everybody an agency lists and has not enrolled; <paramref name="enrolled"/> is called with how many are.</summary>
    public async Task Enrol(AgencyFolder agency, int batch, Action<int> enrolled, CancellationToken cancelled)
    {
        for (var tries = 1; ; tries++)
        {
            // A machine that has just started everything at once may be too busy to answer in time; what was enrolled stays so.
            if (await TryEnrol(agency, batch, enrolled, cancelled).ConfigureAwait(false) is not { } failure)
                return;
            if (tries == Tries)
                throw failure;
        }
    }

    /// <summary>Ends a program at once, as a power cut would.</summary>
    /// <param name="name">authority, witness, hub, or an agency's id.</param>
    public async Task Kill(string name)
    {
        ChildProcess child;
        lock (gate)
            child = running[name];
        Expect(child);
        await child.DisposeAsync().ConfigureAwait(false);
        Forget(child);
    }

    /// <summary>The next program that ended by itself.</summary>
    public ValueTask<ChildProcess> NextDeath(CancellationToken cancelled) => deaths.Reader.ReadAsync(cancelled);

    /// <summary>Starts a program that died.</summary>
    public async Task StartAgain(ChildProcess dead, CancellationToken cancelled)
    {
        Forget(dead);
        await dead.DisposeAsync().ConfigureAwait(false);
        await (dead.Name switch
        {
            "authority" => StartAuthority(cancelled),
            "witness" => StartWitness(cancelled),
            var hub when HubOf(hub) is { } replica => StartHub(replica, cancelled),
            var agency => StartAgency(folder.Agency(agency), cancelled),
        }).ConfigureAwait(false);
    }

    /// <summary>Agencies first, then the hub: nobody talks to somebody who is gone.</summary>
    public async ValueTask DisposeAsync()
    {
        var all = Running;
        foreach (var child in all)
            Expect(child);
        await Task.WhenAll(all.Where(child => child.Name is not ("witness" or "authority") && HubOf(child.Name) is null).Select(child => child.Stop(time))).ConfigureAwait(false);
        await Task.WhenAll(all.Select(child => child.Stop(time))).ConfigureAwait(false);
        foreach (var child in all)
            await child.DisposeAsync().ConfigureAwait(false);
        lifeline.Dispose();
        probe.Dispose();
    }

    HubFolder? HubOf(string name) => folder.Hubs.FirstOrDefault(hub => Path.GetFileName(hub.Folder) == name);

    async Task<ChildDiedException?> TryEnrol(AgencyFolder agency, int batch, Action<int> enrolled, CancellationToken cancelled)
    {
        var size = batch.ToString(CultureInfo.InvariantCulture);
        await using var child = Start("enrolment of " + agency.Id, Programs.Adapter(agency.Kind), ["enrol", "--config", agency.Config, "--only-new", "--batch", size], line =>
        {
            if (line.StartsWith("enrolled ", StringComparison.Ordinal) && int.TryParse(line.AsSpan(9), CultureInfo.InvariantCulture, out var count))
                enrolled(count);
        });
        Expect(child);
        try
        {
            if (await child.WaitForExit(cancelled).ConfigureAwait(false) != 0)
                return await child.Death().ConfigureAwait(false);
            agency.MarkEnrolled();
            return null;
        }
        finally
        {
            Forget(child);
        }
    }

    ChildProcess Start(string name, string program, IEnumerable<string> arguments, Action<string>? onLine = null)
    {
        var child = ChildProcess.Start(name, program, arguments, Path.Combine(Logs, name.Replace(' ', '-') + ".log"), onLine);
        lifeline.Hold(child.Id);
        lock (gate)
            running[name] = child;
        _ = Watch(child);
        return child;
    }

    async Task Watch(ChildProcess child)
    {
        var id = child.Id;
        await ((Task)child.WaitForExit()).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        lock (gate)
            if (told.Remove(id))
                return;
        deaths.Writer.TryWrite(child);
    }

    /// <summary>Its end is no surprise.</summary>
    void Expect(ChildProcess child)
    {
        lock (gate)
            told.Add(child.Id);
    }

    void Forget(ChildProcess child)
    {
        lock (gate)
            if (running.GetValueOrDefault(child.Name) == child)
                running.Remove(child.Name);
    }

    async Task UntilReady(ChildProcess child, Uri ready, CancellationToken cancelled)
    {
        var started = time.GetTimestamp();
        var why = "it does not answer";
        while (time.GetElapsedTime(started) < patience)
        {
            if (child.HasExited)
                throw await child.Death().ConfigureAwait(false);
            try
            {
                using var response = await probe.GetAsync(ready, cancelled).ConfigureAwait(false);
                if (response.IsSuccessStatusCode)
                    return;
                why = await response.Content.ReadAsStringAsync(cancelled).ConfigureAwait(false);
            }
            catch (HttpRequestException)
            {
            }
            await Task.Delay(look, time, cancelled).ConfigureAwait(false);
        }
        throw new TimeoutException($"{child.Name} was not ready within {patience.TotalSeconds:0} s: {why.Trim()}{Environment.NewLine}{child.LastLines}{Environment.NewLine}All it said is in {child.LogFile}");
    }
}
