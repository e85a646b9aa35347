using System.Diagnostics;

namespace Exchange.Hammer.Machine;

/// <summary>The memory of a process that has collected its whole heap, once it no longer moves.</summary>
/// <param name="Private">Bytes of its own that no file backs.</param>
/// <param name="Heap">Bytes that the collection left on its managed heap; null when it does not say.</param>
/// <param name="Seconds">From the collection until it no longer moved.</param>
/// <param name="IsSettled">False when it moved until patience was over.</param>
sealed record SettledMemory(long Private, long? Heap, double Seconds, bool IsSettled)
{
    /// <summary>Readings that must lie this near to one another, as a share of the highest.</summary>
    const int Readings = 8;

    const double Nearness = 0.005;

    static readonly TimeSpan pause = TimeSpan.FromMilliseconds(500), patience = TimeSpan.FromSeconds(60);

    /// <exception cref="IOException">The process is gone.</exception>
    public static async Task<SettledMemory> Of(int process, HubMetrics metrics, CancellationToken stop)
    {
        var started = Stopwatch.GetTimestamp();
        await FullCollection.Of(process, stop).ConfigureAwait(false);
        var heap = (await metrics.Read(stop).ConfigureAwait(false)).Heap;
        var last = new Queue<long>();
        using var timer = new PeriodicTimer(pause, TimeProvider.System);
        while (Stopwatch.GetElapsedTime(started) < patience && !IsStill(last))
        {
            last.Enqueue(IdleMemory.Bytes(process));
            if (last.Count > Readings)
                last.Dequeue();
            await timer.WaitForNextTickAsync(stop).ConfigureAwait(false);
        }
        var took = Stopwatch.GetElapsedTime(started).TotalSeconds;
        return new SettledMemory(last.Last(), heap, Math.Round(took, 1), IsStill(last));
    }

    public static bool IsStill(IReadOnlyCollection<long> readings) => readings.Count == Readings && readings.Max() - readings.Min() <= readings.Max() * Nearness;
}
