using Exchange.Adapter.Journal;
using Exchange.Adapter.Journal.Reading;
using Exchange.Adapter.Journal.Sealing;
using Exchange.Sandbox.Files;
using Google.Protobuf;

namespace Exchange.Sandbox.Parties;

/// <summary>An agency's journal, read from its file beside the running adapter, with the agency's key.</summary>
sealed class AgencyBook(AgencyFolder agency)
{
    /// <summary>What the agency wrote of a question of its own.</summary>
    public AskedEntry Asked(string requestId) => Read(journal => Newest(journal.Asked.Find(Id(requestId)), requestId));

    /// <summary>What the agency wrote of somebody else's question.</summary>
    public AnsweredEntry Answered(string requestId) => Read(journal => Newest(journal.Answered.Find(Id(requestId)), requestId));

    /// <summary>When each person was last asked about, as a number that rises; nobody else is in it.</summary>
    public IReadOnlyDictionary<string, long> LastAsked()
    {
        if (!File.Exists(agency.Journal))
            return new Dictionary<string, long>();
        return Read(journal =>
        {
            var last = new Dictionary<string, long>();
            for (var page = journal.Asked.Recent(1000); page.Count > 0; page = journal.Asked.Recent(1000, page[^1].Id))
                foreach (var entry in page)
                    last.TryAdd(entry.Person, entry.Id);
            return last;
        });
    }

    T Read<T>(Func<JournalFile, T> read)
    {
        using var keys = JournalKeys.Read(agency.JournalKeys);
        using var journal = JournalFile.Open(agency.Journal, keys);
        return read(journal);
    }

    T Newest<T>(IReadOnlyList<T> entries, string requestId) => entries.Count > 0 ? entries[^1]
        : throw new InvalidOperationException($"The journal of {agency.Id} has nothing of request {requestId}.");

    static ByteString Id(string requestId) => ByteString.CopyFrom(Convert.FromHexString(requestId));
}
