using System.Runtime.CompilerServices;
using Dapper;
using Exchange.Hosting.Storage;

namespace Exchange.Gateway.Audit;

/// <summary>Reads the log beside its writer.</summary>
static class AuditReader
{
    /// <summary>Entries read at once; between two pages the WAL may be emptied, so a slow reader does not let it grow.</summary>
    const int Page = 512;

    public static async IAsyncEnumerable<(long Index, byte[] Entry)> Read(
        SqliteStore store, long from, long to, [EnumeratorCancellation] CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(from);
        await using var connection = store.OpenToRead();
        while (from < to)
        {
            cancellation.ThrowIfCancellationRequested();
            var rows = await connection.QueryAsync<(long, byte[])>(
                "SELECT number, content FROM entry WHERE number >= @from AND number < @to ORDER BY number LIMIT @Page", new { from, to, Page }).ConfigureAwait(false);
            var before = from;
            foreach (var (number, content) in rows)
            {
                yield return (number, content);
                from = number + 1;
            }
            if (from == before)
                yield break;
        }
    }
}
