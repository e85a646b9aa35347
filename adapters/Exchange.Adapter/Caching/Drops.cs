using System.Collections.Concurrent;

namespace Exchange.Adapter.Caching;

/// <summary>When what was read of a person, or of everybody in a data set, ceased to hold. Remembered as long as an entry may live.</summary>
sealed class Drops(TimeSpan remembered, TimeProvider time)
{
    /// <summary>People remembered one by one; beyond, everybody is dropped.</summary>
    const int MostPeople = 100_000;

    readonly ConcurrentDictionary<(string DataSet, string Person), long> people = new();
    readonly ConcurrentDictionary<string, long> everybody = new();
    readonly Lock pruning = new();
    int count;

    /// <param name="person">Null: everybody.</param>
    public void Drop(string dataSet, string? person)
    {
        var now = time.GetUtcNow().UtcTicks;
        if (person is null)
        {
            everybody[dataSet] = now;
            return;
        }
        var isNew = false;
        people.AddOrUpdate((dataSet, person), _ => { isNew = true; return now; }, (_, _) => now);
        if (isNew && Interlocked.Increment(ref count) > MostPeople)
            Prune(now);
    }

    /// <summary>UTC ticks; 0 when nothing was dropped.</summary>
    public long Last(string dataSet, string person)
    {
        var all = everybody.GetValueOrDefault(dataSet);
        return people.TryGetValue((dataSet, person), out var one) && one > all ? one : all;
    }

    void Prune(long now)
    {
        lock (pruning)
        {
            if (count <= MostPeople)
                return;
            foreach (var (key, at) in people)
                if (at < now - remembered.Ticks)
                    people.TryRemove(key, out _);
            if (people.Count > MostPeople / 2)
            {
                foreach (var dataSet in people.Keys.Select(key => key.DataSet).Distinct().ToArray())
                    everybody[dataSet] = now;
                people.Clear();
            }
            count = people.Count;
        }
    }
}
