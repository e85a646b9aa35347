using System.Collections.Concurrent;
using System.Diagnostics;
using System.Security.Cryptography;
using Exchange.Hammer.Load;

namespace Exchange.Hammer.Offices;

/// <summary>One scenario: questions leave when they are due, whatever is still unanswered; latency counts from then on.</summary>
sealed class OfficeLoad(Scenario scenario, IReadOnlyList<Office> towns, Office pension)
{
    /// <summary>Beyond the length, until whoever is asked counts as gone.</summary>
    static readonly TimeSpan patience = TimeSpan.FromSeconds(30), tick = TimeSpan.FromMilliseconds(1);

    readonly Zipf bySize = new(towns.Count);
    readonly ConcurrentDictionary<string, int> refused = new();
    readonly Latencies latencies = new();
    long[] offered = [], answered = [];
    long under;
    string? mistake;
    bool isOffered;
    readonly TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <exception cref="VoidRunException">An answer was wrong.</exception>
    /// <exception cref="CallFailedException">Answers stayed away.</exception>
    public async Task<OfficeStretch> Run(double perSecond, TimeSpan length, CancellationToken stop)
    {
        var seconds = (int)Math.Ceiling((length + patience).TotalSeconds) + 1;
        (offered, answered) = (new long[seconds], new long[seconds]);
        var started = Stopwatch.GetTimestamp();
        // On a thread of its own: the runtime's timers come milliseconds late.
        await Task.Factory.StartNew(() => Offer(started, perSecond, length, stop), stop, TaskCreationOptions.LongRunning, TaskScheduler.Default).ConfigureAwait(false);
        stop.ThrowIfCancellationRequested();
        try
        {
            await ended.Task.WaitAsync(patience, TimeProvider.System, stop).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            throw new CallFailedException($"{scenario.Id}: no answer within {patience.TotalSeconds:0} s");
        }
        if (mistake is not null)
            throw new VoidRunException($"{scenario.Id}: {mistake}");
        var last = Math.Max(Array.FindLastIndex(answered, one => one > 0), (int)length.TotalSeconds - 1);
        return new OfficeStretch(
            [.. offered[..(last + 1)]], [.. answered[..(last + 1)]], latencies.Microseconds(50), latencies.Microseconds(99), latencies.Microseconds(99.9), new SortedDictionary<string, int>(refused, StringComparer.Ordinal));
    }

    void Offer(long started, double perSecond, TimeSpan length, CancellationToken stop)
    {
        foreach (var due in scenario.Dues(perSecond, length))
        {
            while (Stopwatch.GetElapsedTime(started) < due)
                if (stop.WaitHandle.WaitOne(tick))
                    return;
            if (Volatile.Read(ref mistake) is not null)
                break;
            offered[(int)due.TotalSeconds]++;
            Interlocked.Increment(ref under);
            _ = Task.Run(() => Ask(started, started + (long)(due.TotalSeconds * Stopwatch.Frequency)), stop);
        }
        Volatile.Write(ref isOffered, true);
        if (Interlocked.Read(ref under) == 0)
            ended.TrySetResult();
    }

    async Task Ask(long started, long due)
    {
        var question = Draw();
        var (wrong, why) = await (question.IsTowns ? towns[bySize.Draw()] : pension).Ask(question).ConfigureAwait(false);
        var now = Stopwatch.GetTimestamp();
        if (wrong is not null)
            Interlocked.CompareExchange(ref mistake, wrong, null);
        else if (why is not null)
            refused.AddOrUpdate(why, 1, (_, before) => before + 1);
        else
        {
            latencies.Record(due, now);
            Interlocked.Increment(ref answered[Math.Min((int)Stopwatch.GetElapsedTime(started, now).TotalSeconds, answered.Length - 1)]);
        }
        if (Interlocked.Decrement(ref under) == 0 && Volatile.Read(ref isOffered))
            ended.TrySetResult();
    }

    OfficeQuestion Draw()
    {
        var left = RandomNumberGenerator.GetInt32(1000) / 1000.0;
        foreach (var (question, share) in scenario.Askers)
            if ((left -= share) < 0)
                return question;
        return scenario.Askers[^1].Question;
    }
}

/// <summary>What came of a scenario. Latencies in microseconds, of answers.</summary>
/// <param name="Offered">In each second.</param>
/// <param name="Answered">In each second; every answer was right.</param>
/// <param name="Refused">By reason.</param>
sealed record OfficeStretch(IReadOnlyList<long> Offered, IReadOnlyList<long> Answered, double P50, double P99, double P999, IReadOnlyDictionary<string, int> Refused);
