using Exchange.Sandbox.Joining;
using Exchange.Sandbox.Processes;
using Spectre.Console;

namespace Exchange.Sandbox.Story;

/// <summary>The exchange after the story: revocation lists stay fresh, what dies is started again, once, and whoever knocks is let in.</summary>
static class StayUp
{
    static readonly TimeSpan signing = TimeSpan.FromHours(4), steady = TimeSpan.FromSeconds(10), looking = TimeSpan.FromSeconds(1);

    public static async Task Until(Scene scene, CancellationToken stop)
    {
        using var timer = new PeriodicTimer(signing, scene.Time);
        var sign = timer.WaitForNextTickAsync(CancellationToken.None).AsTask();
        using var knocks = new PeriodicTimer(looking, scene.Time);
        var knock = knocks.WaitForNextTickAsync(CancellationToken.None).AsTask();
        var death = scene.Exchange.NextDeath(stop).AsTask();
        var started = new Dictionary<string, long>();
        while (!stop.IsCancellationRequested)
        {
            await Task.WhenAny(sign, knock, death).ConfigureAwait(false);
            if (sign.IsCompleted)
            {
                scene.Folder.SignRevocationList();
                sign = timer.WaitForNextTickAsync(CancellationToken.None).AsTask();
            }
            if (knock.IsCompleted)
            {
                foreach (var told in Doorkeeper.Open(scene.Folder, scene.Time))
                    scene.Narrator.Say(Markup.Escape(told));
                knock = knocks.WaitForNextTickAsync(CancellationToken.None).AsTask();
            }
            if (!death.IsCompletedSuccessfully)
                continue;
            await StartAgain(scene, death.Result, started, stop).ConfigureAwait(false);
            death = scene.Exchange.NextDeath(stop).AsTask();
        }
    }

    static async Task StartAgain(Scene scene, ChildProcess dead, Dictionary<string, long> started, CancellationToken stop)
    {
        var why = await dead.Death().ConfigureAwait(false);
        if (stop.IsCancellationRequested)
            return;
        if (started.TryGetValue(dead.Name, out var last) && scene.Time.GetElapsedTime(last) < steady)
            throw why;
        scene.Narrator.Say($"\n[red]{Markup.Escape(why.Message)}[/]");
        await scene.Exchange.StartAgain(dead, stop).ConfigureAwait(false);
        started[dead.Name] = scene.Time.GetTimestamp();
        scene.Narrator.Say($"[bold]{dead.Name}[/] is started again, and everybody finds it by themselves.");
    }
}
