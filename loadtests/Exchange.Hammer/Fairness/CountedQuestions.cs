using System.Collections.Concurrent;
using System.Diagnostics;
using Exchange.Adapter.Asking;
using Exchange.Hammer.Contenders;
using Exchange.Protocol.Refusals;
using Exchange.V1;

namespace Exchange.Hammer.Fairness;

/// <summary>Questions of which it does not matter what becomes of them: it is counted.</summary>
sealed class CountedQuestions(Asker asker, IReadOnlyList<AskRequest> requests) : IContender
{
    readonly ConcurrentDictionary<Reason, long> refused = new();
    readonly long started = Stopwatch.GetTimestamp();
    long asked, answered;

    public string Name => "aggressor";

    public int MaximumSlots => requests.Count;

    public Deeds Deeds => new(
        Interlocked.Read(ref asked), Interlocked.Read(ref answered), refused.OrderByDescending(one => one.Value).ToDictionary(one => Reasons.Name(one.Key), one => one.Value),
        Math.Round(Stopwatch.GetElapsedTime(started).TotalSeconds, 2), Unread: null);

    public async Task<string?> Ask(int slot, int slots, long turn)
    {
        Interlocked.Increment(ref asked);
        var outcome = await asker.Ask(requests[(int)((slot + turn * slots) % requests.Count)], default).ConfigureAwait(false);
        if (outcome.Refusal is { } refusal)
            refused.AddOrUpdate(refusal.Reason, 1, (_, count) => count + 1);
        else
            Interlocked.Increment(ref answered);
        return null;
    }
}
