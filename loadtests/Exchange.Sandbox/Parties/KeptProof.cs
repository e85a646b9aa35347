using Dapper;
using Exchange.Adapter.Evidence;
using Exchange.Sandbox.Files;
using Microsoft.Data.Sqlite;

namespace Exchange.Sandbox.Parties;

/// <summary>What an agency's journal has as the proof that an exchange is in the hub's log.</summary>
static class KeptProof
{
    /// <returns>The size of the checkpoint that the proof leads to; null while there is none.</returns>
    public static long? Of(AgencyFolder agency, string requestId)
    {
        using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = agency.Journal, Mode = SqliteOpenMode.ReadOnly, Pooling = false }.ToString());
        return connection.QueryFirstOrDefault<long?>(
            "SELECT size FROM receipt JOIN proof ON proof.receipt = receipt.id WHERE request_id = @id AND state = @state",
            new { id = Convert.FromHexString(requestId), state = (int)ReceiptState.Proven });
    }
}
