using Exchange.Adapter.Sources.People;
using ListedPerson = Exchange.Adapter.Sources.People.Person;

namespace Exchange.Adapter.Enrolment.Deltas;

/// <summary>People to enrol of whom each is there once, so that their order does not matter.</summary>
sealed class DeltaBatch(string numberColumn) : IPeople
{
    readonly List<ListedPerson> people = [];
    readonly HashSet<string> keys = new(StringComparer.Ordinal);
    readonly List<string> changed = [];

    public string NumberColumn => numberColumn;

    public int Count => people.Count;

    /// <summary>Whose number was officially changed.</summary>
    public ChangedNumbers Changed => ChangedNumbers.Of(changed);

    public bool Holds(string key) => keys.Contains(key);

    public void Add(DeltaLine line)
    {
        people.Add(new ListedPerson(line.Key, line.Number, line.Line));
        keys.Add(line.Key);
        if (line.Change == Change.NumberChanged)
            changed.Add(line.Key);
    }

    public IAsyncEnumerable<ListedPerson> Read(Action<BadLine> bad, CancellationToken cancellation = default) => people.ToAsyncEnumerable();
}
