using Exchange.Adapter.Evidence;
using Exchange.Adapter.Journal.Reading;
using Exchange.Adapter.Journal.Sealing;
using Exchange.Sandbox.Files;

namespace Exchange.Sandbox.Parties;

/// <summary>What an agency's journal has as the proof that an exchange is in the hub's log.</summary>
static class KeptProof
{
    /// <returns>The size of the checkpoint that the proof leads to; null while there is none.</returns>
    public static long? Of(AgencyFolder agency, string requestId)
    {
        using var keys = JournalKeys.Read(agency.JournalKeys);
        using var journal = JournalFile.Open(agency.Journal, keys);
        return (long?)journal.Evidence.Find(Convert.FromHexString(requestId)).FirstOrDefault(one => one.State == ReceiptState.Proven)?.Under?.Size;
    }
}
