using System.Collections.Concurrent;
using Exchange.Adapter.Asking;
using Exchange.Adapter.Enrolment;
using Exchange.Hammer.Contenders;
using Exchange.Hammer.Load;
using Exchange.Hammer.Parties;
using Exchange.Protocol.Refusals;
using Exchange.Sandbox.Files;
using Exchange.Sandbox.Residents;
using Exchange.V1;

namespace Exchange.Hammer.Kills;

/// <summary>
/// People at a counter who ask one question after another, whatever becomes of the hub meanwhile. Every answer is compared
/// with what it must be; what is refused is counted by its reason.
/// </summary>
sealed class Askers(Requester requester, IReadOnlyList<Resident> residents)
{
    /// <summary>Of this many questions one drops its handle first, and is COLD.</summary>
    const int ColdEvery = 4;

    /// <summary>Before somebody who was refused asks on.</summary>
    static readonly TimeSpan breath = TimeSpan.FromMilliseconds(50);

    readonly ConcurrentDictionary<Reason, int> refused = new();
    long answers;
    long repeated;
    string? wrong;
    volatile bool enough;

    public long Answers => Interlocked.Read(ref answers);

    /// <summary>Answers before which a question went out more than once.</summary>
    public long Repeated => Interlocked.Read(ref repeated);

    public IReadOnlyDictionary<string, int> Refused => refused.OrderByDescending(one => one.Value).ToDictionary(one => Reasons.Name(one.Key), one => one.Value);

    /// <exception cref="VoidRunException">An answer was wrong.</exception>
    public void Check()
    {
        if (Volatile.Read(ref wrong) is { } mistake)
            throw new VoidRunException(mistake);
    }

    public Task Run(int askers) => Task.WhenAll(Enumerable.Range(0, askers).Select(asker => Task.Run(() => Ask(asker, askers))));

    /// <summary>Whoever waits for an answer still gets it, or a refusal.</summary>
    public void Stop() => enough = true;

    async Task Ask(int asker, int askers)
    {
        var (people, handles, ask) = (requester.Of<People>(), requester.Of<HandleShelf>(), requester.Of<Asker>());
        for (var turn = 0; !enough && Volatile.Read(ref wrong) is null; turn++)
        {
            var resident = residents[(asker + turn * askers) % residents.Count];
            if (turn % ColdEvery == 0 && people.TryFind(resident.TownKey, out var person))
                await handles.Drop(person, ExchangePlan.Tax, TaxQuestion.Income.DataSet.Id).ConfigureAwait(false);
            var outcome = await ask.Ask(TaxQuestion.Income.Ask(resident), default).ConfigureAwait(false);
            if (outcome.Refusal is { } refusal)
            {
                refused.AddOrUpdate(refusal.Reason, 1, (_, count) => count + 1);
                await Task.Delay(breath, TimeProvider.System).ConfigureAwait(false);
            }
            else if (outcome.Status == AnswerStatus.Found && TaxQuestion.Income.IsRight(resident, outcome.Record))
                Heard(outcome);
            else
                Interlocked.CompareExchange(ref wrong, $"an answer was {outcome.Status}, or not the record the provider holds", null);
        }
    }

    void Heard(AskOutcome outcome)
    {
        Interlocked.Increment(ref answers);
        if (outcome.RepeatedBecause.Count > 0)
            Interlocked.Increment(ref repeated);
    }
}
