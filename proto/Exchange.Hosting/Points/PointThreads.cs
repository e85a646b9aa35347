using System.Diagnostics.CodeAnalysis;

namespace Exchange.Hosting.Points;

/// <summary>
/// Where points are multiplied: threads of its own, one for each processor, which take from agencies in turn. Some hundred
/// microseconds each, they would otherwise stand before everything short that waits for a thread: a WARM question waits for no COLD
/// one, and a long list of one agency for nobody else's. They yield to everything else. What waits here is bounded by the windows of connections.
/// </summary>
public sealed class PointThreads : IDisposable
{
    /// <summary>A third of the share of a thread that does something short, where processors are short.</summary>
    const int Niceness = 5;

    // A monitor and no System.Threading.Lock: threads wait on it.
    readonly object gate = new();
    readonly Dictionary<string, Queue<Action>> waiting = new(StringComparer.Ordinal);
    // Agencies with something waiting, each once.
    readonly Queue<string> turns = new();
    readonly Thread[] threads;
    bool ending;

    public PointThreads() : this(Environment.ProcessorCount)
    {
    }

    internal PointThreads(int count)
    {
        threads = [.. Enumerable.Range(0, count).Select(_ => new Thread(Work) { IsBackground = true, Name = "points" })];
        foreach (var thread in threads)
            thread.Start();
    }

    /// <summary>Does the work in the agency's turn; whoever awaits it goes on elsewhere, also with its exception.</summary>
    /// <param name="agency">Whose work it is.</param>
    /// <exception cref="ObjectDisposedException">The program ends.</exception>
    [SuppressMessage("Reliability", "CA1031", Justification = "The awaiting side gets it.")]
    public Task<T> Do<T>(string agency, Func<T> work)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        Add(agency, () =>
        {
            try
            {
                done.SetResult(work());
            }
            catch (Exception e)
            {
                done.SetException(e);
            }
        });
        return done.Task;
    }

    /// <summary>What waits is still done.</summary>
    public void Dispose()
    {
        lock (gate)
        {
            ending = true;
            Monitor.PulseAll(gate);
        }
        foreach (var thread in threads)
            thread.Join();
    }

    void Add(string agency, Action work)
    {
        lock (gate)
        {
            ObjectDisposedException.ThrowIf(ending, this);
            if (!waiting.TryGetValue(agency, out var share))
            {
                waiting[agency] = share = new Queue<Action>();
                turns.Enqueue(agency);
            }
            share.Enqueue(work);
            Monitor.Pulse(gate);
        }
    }

    void Work()
    {
        ThreadNiceness.Raise(Niceness);
        while (Next() is { } work)
            work();
    }

    Action? Next()
    {
        lock (gate)
        {
            while (turns.Count == 0)
            {
                if (ending)
                    return null;
                Monitor.Wait(gate);
            }
            var agency = turns.Dequeue();
            var share = waiting[agency];
            var work = share.Dequeue();
            if (share.Count > 0)
                turns.Enqueue(agency);
            else
                waiting.Remove(agency);
            return work;
        }
    }
}
