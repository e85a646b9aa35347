using System.Collections.Concurrent;
using System.Globalization;
using Exchange.Hosting.Points;

namespace Exchange.Hosting.Tests.Points;

public sealed class PointThreadsTests
{
    [Fact]
    public async Task An_agency_with_one_question_waits_for_one_of_another_and_not_for_its_list()
    {
        using var points = new PointThreads(1);
        using var open = new ManualResetEventSlim();
        using var begun = new ManualResetEventSlim();
        var order = new ConcurrentQueue<string>();
        var first = points.Do("pension", () =>
        {
            begun.Set();
            open.Wait(TestContext.Current.CancellationToken);
            return 0;
        });
        begun.Wait(TestContext.Current.CancellationToken);
        var list = Enumerable.Range(0, 100).Select(i => Say("pension", i)).ToArray();
        var town = Say("town", 0);
        open.Set();

        await Task.WhenAll([first, .. list, town]);

        Assert.Equal(["pension 0", "town 0", "pension 1"], order.Take(3));
        Assert.Equal(Enumerable.Range(0, 100).Select(i => $"pension {i}"), order.Where(one => one.StartsWith("pension", StringComparison.Ordinal)));

        Task<int> Say(string agency, int i) => points.Do(agency, () =>
        {
            order.Enqueue($"{agency} {i}");
            return i;
        });
    }

    [Fact]
    public async Task Whoever_awaits_goes_on_elsewhere()
    {
        using var points = new PointThreads(1);

        var there = await points.Do("town", () => Environment.CurrentManagedThreadId);

        Assert.NotEqual(there, Environment.CurrentManagedThreadId);
    }

    [Fact]
    public async Task A_failure_is_its_askers_and_the_thread_goes_on()
    {
        using var points = new PointThreads(1);

        await Assert.ThrowsAsync<FormatException>(() => points.Do<int>("town", () => throw new FormatException()));

        Assert.Equal(7, await points.Do("town", () => 7));
    }

    [Fact]
    public async Task What_waits_at_the_end_is_done_and_what_comes_later_refused()
    {
        var points = new PointThreads(2);
        var waiting = Enumerable.Range(0, 1000).Select(i => points.Do($"town {i % 7}", () => i)).ToArray();

        points.Dispose();

        Assert.Equal(Enumerable.Range(0, 1000), await Task.WhenAll(waiting));
        Assert.Throws<ObjectDisposedException>(() => { _ = points.Do("town", () => 0); });
    }

    [Fact]
    public async Task Its_threads_yield_to_others()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux gives threads a niceness.");
        using var points = new PointThreads(1);

        var niceness = await points.Do("town", () => Niceness("thread-self"));

        Assert.Equal(Math.Min(19, Niceness("self") + 5), niceness);

        // proc_pid_stat(5): field 19; the name before it is in parentheses.
        static int Niceness(string thread) => int.Parse(File.ReadAllText($"/proc/{thread}/stat").Split(')')[^1].Split(' ')[17], CultureInfo.InvariantCulture);
    }
}
