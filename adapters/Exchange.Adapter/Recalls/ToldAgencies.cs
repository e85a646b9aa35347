using Exchange.Adapter.Journal;
using Exchange.Adapter.Journal.Reading;
using Exchange.Adapter.Journal.Sealing;
using Exchange.Hosting.Storage;
using Exchange.V1;

namespace Exchange.Adapter.Recalls;

/// <summary>What others were told of a person, by this agency's own journal.</summary>
/// <param name="Lookups">By agency and data set; the oldest first.</param>
/// <param name="Unreadable">Entries that may concern the person and do not open.</param>
public sealed record ToldAgencies(IReadOnlyDictionary<(string Agency, string DataSet), IReadOnlyList<ToldLookup>> Lookups, int Unreadable)
{
    /// <param name="dataSet">Null: of any.</param>
    /// <param name="from">Milliseconds since 1970, included; and the first that is not.</param>
    /// <exception cref="StoreException">The journal cannot be read.</exception>
    public static ToldAgencies Of(AgencyJournal journal, string person, string? dataSet, long from, long until)
    {
        var (told, unreadable) = (new List<AnsweredEntry>(), 0);
        foreach (var entry in journal.Answered.Search(new JournalFilter { Person = person, DataSet = dataSet, From = from, Until = until }))
            if (entry.Fault != SealFault.None)
                unreadable++;
            else if (entry.Status == AnswerStatus.Found)
                told.Add(entry);
        return new ToldAgencies(
            told.GroupBy(one => (one.Counterpart, one.DataSet)).ToDictionary(
                group => group.Key,
                IReadOnlyList<ToldLookup> (group) => [.. group.DistinctBy(one => one.RequestId).OrderBy(one => one.TimeUnixMs).Select(one => new ToldLookup { RequestId = one.RequestId, TimeUnixMs = one.TimeUnixMs })]),
            unreadable);
    }

    /// <summary>About a person.</summary>
    public override string ToString() => nameof(ToldAgencies);
}
