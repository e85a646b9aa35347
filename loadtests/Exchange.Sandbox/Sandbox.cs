using System.Diagnostics;
using Exchange.Hosting.Storage;
using Exchange.Sandbox.Files;
using Exchange.Sandbox.Processes;
using Exchange.Sandbox.Redis;
using Exchange.Sandbox.Story;
using Exchange.Sandbox.Traces;
using Spectre.Console;
using StackExchange.Redis;

namespace Exchange.Sandbox;

/// <summary>From an empty folder to a told story, and on from there.</summary>
static class Sandbox
{
    const int Done = 0, Failed = 1, Interrupted = 130;

    public static async Task<int> Run(SandboxOptions options, TimeProvider time, CancellationToken stop)
    {
        var narrator = Narrator.OnConsole();
        try
        {
            return await Run(options, narrator, time, stop).ConfigureAwait(false);
        }
        catch (Exception e) when (stop.IsCancellationRequested && (e is OperationCanceledException or ChildDiedException or HttpRequestException))
        {
            // Ctrl-C reaches the children as well, and they may be gone sooner.
            narrator.Say("\nStopped.");
            return Interrupted;
        }
        catch (Exception e) when (e is ChildDiedException or TimeoutException or StoryException or StoreException or IOException or UnauthorizedAccessException or RedisException or HttpRequestException)
        {
            narrator.Say($"\n[red]{Markup.Escape(e.Message)}[/]");
            return Failed;
        }
    }

    static async Task<int> Run(SandboxOptions options, Narrator narrator, TimeProvider time, CancellationToken stop)
    {
        System.IO.Directory.CreateDirectory(options.State);
        using var held = StoreLock.Take(Path.Combine(Path.GetFullPath(options.State), "sandbox"), time);
        await using var collector = await CollectorHost.Start(stop).ConfigureAwait(false);
        using var redis = options.Redis is { } address ? RespServer.At(address) : RespServer.Embedded();
        await redis.Check().ConfigureAwait(false);
        using var folder = ExchangeFolder.Open(options.State, new ExchangePlan { Redis = redis.Address, Otlp = collector.Address }, time);
        await using var exchange = new RunningExchange(folder, time);
        narrator.Say($"[bold]An exchange on this machine[/], {(folder.IsNew ? "made anew" : "continued")} in {Markup.Escape(folder.Folder)}");

        await Opening.Start(folder, exchange, narrator, stop).ConfigureAwait(false);
        using var scene = new Scene(folder, exchange, redis, collector.Traces, narrator, time);
        await UnlessSomebodyDies(exchange, cancelled => Stories.Tell(options.Stories, scene, () => SinceStart(time), cancelled), stop).ConfigureAwait(false);

        NextSteps.Tell(scene, options);
        if (options.Once)
            return Done;
        await StayUp.Until(scene, stop).ConfigureAwait(false);
        narrator.Say("\nStopping. The state is kept: the next start continues from it.");
        return Done;
    }

    static async Task UnlessSomebodyDies(RunningExchange exchange, Func<CancellationToken, Task> run, CancellationToken stop)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var death = exchange.NextDeath(either.Token).AsTask();
        var work = run(either.Token);
        var first = await Task.WhenAny(work, death).ConfigureAwait(false);
        // Whoever loses a peer notices at the same time as we do; the death explains the failure.
        if (first == work && work.IsFaulted)
            first = await Task.WhenAny(death, Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System, CancellationToken.None)).ConfigureAwait(false);
        await either.CancelAsync().ConfigureAwait(false);
        await work.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        stop.ThrowIfCancellationRequested();
        if (first == death && death.IsCompletedSuccessfully)
            throw await death.Result.Death().ConfigureAwait(false);
        await work.ConfigureAwait(false);
    }

    static TimeSpan SinceStart(TimeProvider time)
    {
        using var self = Process.GetCurrentProcess();
        return time.GetUtcNow() - self.StartTime.ToUniversalTime();
    }
}
