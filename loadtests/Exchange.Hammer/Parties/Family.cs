using Exchange.Hammer.Contenders;
using Exchange.Hammer.Load;
using Exchange.Sandbox.Processes;

namespace Exchange.Hammer.Parties;

/// <summary>A process of the run ended by itself, or did not become ready.</summary>
sealed class ChildFailedException(string message) : Exception(message);

/// <summary>The processes of a run: started, waited for, watched and ended together.</summary>
sealed class Family(string state) : IAsyncDisposable
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    static readonly TimeSpan pause = TimeSpan.FromMilliseconds(100);

    readonly HashSet<ChildProcess> children = [];
    readonly string logs = Directory.CreateDirectory(Path.Combine(state, "logs")).FullName;

    /// <summary>As it ships: the sandbox would have its programs up sooner at the price of code that is never tuned, with the other collector, and with spans exported ten times a second.</summary>
    public ChildProcess Start(string name, string program, IEnumerable<string> arguments)
    {
        var child = ChildProcess.Start(name, program, arguments, Path.Combine(logs, name.Replace(' ', '-') + ".log"), null,
            new("DOTNET_TieredPGO", "1"), new("DOTNET_gcServer", "1"), new("OTEL_BSP_SCHEDULE_DELAY", "5000"));
        children.Add(child);
        return child;
    }

    public static async Task UntilReady(ChildProcess child, Uri ready, HttpClient http, CancellationToken stop) => await Until(child, async () =>
    {
        try
        {
            using var response = await http.GetAsync(ready, stop).ConfigureAwait(false);
            return response.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }, stop).ConfigureAwait(false);

    public static Task UntilSays(ChildProcess child, string line, CancellationToken stop) =>
        Until(child, () => Task.FromResult(child.LastLines.Contains(line, StringComparison.Ordinal)), stop);

    /// <summary>Somebody who may ask gets a right answer.</summary>
    public static async Task UntilAnswers(ChildProcess child, IContender contender, CancellationToken stop)
    {
        var why = "";
        await Until(child, async () =>
        {
            try
            {
                return await contender.Ask(0, 1, 0).ConfigureAwait(false) is { } mistake ? throw new VoidRunException($"{contender.Name}: {mistake}") : true;
            }
            catch (CallFailedException e)
            {
                why = e.Message;
                return false;
            }
        }, stop, () => why).ConfigureAwait(false);
    }

    /// <exception cref="ChildFailedException">One of them has ended.</exception>
    public void Check()
    {
        if (Ended() is { } how)
            throw new ChildFailedException(how);
    }

    /// <summary>That one of them has ended, and what it said last; null when none has.</summary>
    public string? Ended() => children.FirstOrDefault(child => child.HasExited) is { } dead ? Failed(dead, "ended by itself in the middle of the run").Message : null;

    public async Task End(ChildProcess child)
    {
        children.Remove(child);
        await child.Stop(TimeProvider.System).ConfigureAwait(false);
        await child.DisposeAsync().ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var child in children.ToArray())
            await End(child).ConfigureAwait(false);
    }

    static async Task Until(ChildProcess child, Func<Task<bool>> isReady, CancellationToken stop, Func<string>? why = null)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stop);
        patience.CancelAfter(Patience);
        try
        {
            while (!await isReady().WaitAsync(patience.Token).ConfigureAwait(false))
            {
                if (child.HasExited)
                    throw Failed(child, "ended by itself");
                await Task.Delay(pause, TimeProvider.System, patience.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            throw Failed(child, $"was not ready within {Patience.TotalSeconds:0} s{(why is null ? "" : $": {why()}")}");
        }
    }

    static ChildFailedException Failed(ChildProcess child, string how) =>
        new($"The {child.Name} {how}. What it said last: {(child.LastLines.Length == 0 ? "nothing" : Environment.NewLine + child.LastLines)}");
}
