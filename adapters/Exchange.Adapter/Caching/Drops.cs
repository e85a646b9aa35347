using System.Collections.Concurrent;

namespace Exchange.Adapter.Caching;

/// <summary>When what was read of a person, or of everybody in a data set, ceased to hold. Remembered as long as an entry may live.</summary>
sealed class Drops(TimeSpan remembered, TimeProvider time)
{
    /// <summary>People remembered one by one; beyond, everybody is dropped.</summary>
    const int MostPeople = 100_000;

    readonly ConcurrentDictionary<(string DataSet, string Person), Moment> people = new();
    readonly ConcurrentDictionary<string, Moment> everybody = new();
    readonly Lock pruning = new();
    int count;

    /// <param name="person">Null: everybody.</param>
    public void Drop(string dataSet, string? person)
    {
        var now = Moment.Now(time);
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

    /// <summary>Null when nothing was dropped.</summary>
    public Moment? Last(string dataSet, string person)
    {
        Moment? all = everybody.TryGetValue(dataSet, out var whole) ? whole : null;
        return people.TryGetValue((dataSet, person), out var one) && !(one.Stamp <= all?.Stamp) ? one : all;
    }

    void Prune(Moment now)
    {
        lock (pruning)
        {
            if (count <= MostPeople)
                return;
            foreach (var (key, at) in people)
                if (time.GetElapsedTime(at.Stamp, now.Stamp) > remembered)
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
