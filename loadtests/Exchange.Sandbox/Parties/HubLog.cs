using Dapper;
using Exchange.V1;
using Google.Protobuf;
using Microsoft.Data.Sqlite;

namespace Exchange.Sandbox.Parties;

/// <summary>One entry of the hub's log, read from its file beside the running hub.</summary>
sealed record HubEntry(long Index, LookupEvent Lookup, byte[] LeafHash, int Bytes);

/// <summary>The file in which the hub writes what it let through.</summary>
sealed class HubLog(string path)
{
    /// <summary>Newest entries looked through.</summary>
    const int Reach = 5000;

    /// <param name="requestId">Hexadecimal.</param>
    public HubEntry Find(string requestId)
    {
        var wanted = ByteString.CopyFrom(Convert.FromHexString(requestId));
        using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Mode = SqliteOpenMode.ReadOnly, Pooling = false }.ToString());
        foreach (var (number, content, hash) in connection.Query<(long, byte[], byte[])>("SELECT number, content, leaf_hash FROM entry ORDER BY number DESC LIMIT @Reach", new { Reach }, buffered: false))
        {
            if (AuditEntry.Parser.ParseFrom(content).Lookup is { } lookup && lookup.RequestId == wanted)
                return new HubEntry(number, lookup, hash, content.Length);
        }
        throw new InvalidOperationException($"The hub's log has no entry of request {requestId} among the newest {Reach}.");
    }
}
