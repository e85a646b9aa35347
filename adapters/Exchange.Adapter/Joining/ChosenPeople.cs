using System.Runtime.CompilerServices;
using Exchange.Adapter.Sources.People;

namespace Exchange.Adapter.Joining;

/// <summary>The first few of a list.</summary>
sealed class FewPeople(IPeople all, int most) : IPeople
{
    public string NumberColumn => all.NumberColumn;

    public async IAsyncEnumerable<Person> Read(Action<BadLine> bad, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        var given = 0;
        await foreach (var person in all.Read(bad, cancellation).ConfigureAwait(false))
        {
            yield return person;
            if (++given == most)
                yield break;
        }
    }
}

/// <summary>The canary person alone: a number that is nobody's, under a key that is no resident's.</summary>
sealed class OnePerson(string key, string number) : IPeople
{
    public string NumberColumn => "number";

    public async IAsyncEnumerable<Person> Read(Action<BadLine> bad, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        await Task.CompletedTask.ConfigureAwait(false);
        yield return new Person(key, number, 1);
    }
}
