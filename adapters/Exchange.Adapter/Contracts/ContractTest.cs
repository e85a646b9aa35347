using System.Security.Cryptography;
using Exchange.Adapter.Sources;
using Exchange.Adapter.Sources.People;
using Exchange.Protocol.DataSets.Meaning;
using Google.Protobuf;

namespace Exchange.Adapter.Contracts;

/// <summary>A row of the agency's own that breaks the contract of its data set.</summary>
/// <param name="Person">The agency's own key.</param>
/// <param name="Question">As <c>fiscal_year=2026</c>; empty where nothing else is asked.</param>
public sealed record BrokenRow(string Person, string Question, Breach Breach)
{
    public override string ToString() => $"{Breach.Rule} {Breach.Field}".TrimEnd();
}

/// <summary>How many were looked at, and how many of them have a record.</summary>
/// <param name="BadLines">Of the list of people, that name nobody.</param>
public sealed record ContractCounts(int People, int PeopleWithRecord, int Records, int Broken, int BadLines);

/// <summary>
/// Holds an agency's own records to the contract of their data set, as they are read for an answer: each person of its
/// list, each question. Nobody else takes part, and nothing is enrolled for it.
/// </summary>
public sealed class ContractTest(IRecordSource source, IReadOnlyList<IMessage> questions)
{
    /// <summary>Of what a source itself refuses to tell.</summary>
    public const string Unreadable = "unreadable";

    const int AtOnce = 8;

    readonly RecordMeaning meaning = source.Contract.Meaning ?? throw new ArgumentException($"{source.Contract.Id} has no contract to be held to.", nameof(source));

    int people, withRecord, records, broken;

    public int Done => Volatile.Read(ref people);

    /// <param name="sample">So many people, drawn at random; null: all.</param>
    /// <param name="found">Called from several threads.</param>
    /// <exception cref="SourceException">The list of people cannot be read.</exception>
    public async Task<ContractCounts> Run(IPeople list, int? sample, Action<BrokenRow> found, CancellationToken stop)
    {
        var bad = 0;
        var keys = Keys(list, () => bad++, stop);
        await Parallel.ForEachAsync(sample is { } few ? Drawn(keys, few, stop) : keys, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = stop }, async (person, cancelled) =>
        {
            if (await Check(person, found, cancelled).ConfigureAwait(false))
                Interlocked.Increment(ref withRecord);
            Interlocked.Increment(ref people);
        }).ConfigureAwait(false);
        return new ContractCounts(people, withRecord, records, broken, bad);
    }

    /// <returns>Whether there is a record of the person, for any question.</returns>
    async Task<bool> Check(string person, Action<BrokenRow> found, CancellationToken cancelled)
    {
        var any = false;
        foreach (var question in questions)
        {
            IReadOnlyList<Breach> breaches;
            try
            {
                if (await source.Find(person, question, cancelled).ConfigureAwait(false) is not { } record)
                    continue;
                any = true;
                Interlocked.Increment(ref records);
                breaches = [.. meaning.Check(question, record.Record)];
            }
            catch (SourceException e)
            {
                any = true;
                breaches = [new Breach(Unreadable, "", e.Message)];
            }
            if (breaches.Count > 0)
                Interlocked.Increment(ref broken);
            foreach (var breach in breaches)
                found(new BrokenRow(person, TriedQuestions.Write(question), breach));
        }
        return any;
    }

    static async IAsyncEnumerable<string> Keys(IPeople list, Action bad, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken stop)
    {
        await foreach (var person in list.Read(_ => bad(), stop).ConfigureAwait(false))
            yield return person.Key;
    }

    /// <summary>Each equally likely, whatever the length of the list (Vitter's algorithm R).</summary>
    static async IAsyncEnumerable<string> Drawn(IAsyncEnumerable<string> keys, int few, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken stop)
    {
        var drawn = new List<string>(few);
        var seen = 0;
        await foreach (var key in keys.WithCancellation(stop).ConfigureAwait(false))
        {
            seen++;
            if (drawn.Count < few)
                drawn.Add(key);
            else if (RandomNumberGenerator.GetInt32(seen) is var place && place < few)
                drawn[place] = key;
        }
        foreach (var key in drawn)
            yield return key;
    }
}
