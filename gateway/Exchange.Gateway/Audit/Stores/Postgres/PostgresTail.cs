using Exchange.Hosting.Storage;
using Exchange.Protocol.Transparency;
using Npgsql;

namespace Exchange.Gateway.Audit.Stores.Postgres;

/// <summary>Where a log ends.</summary>
/// <param name="Size">How many entries it has.</param>
/// <param name="LastHash">The leaf hash of the last; null when there is none.</param>
sealed record PostgresTail(long Size, byte[]? LastHash)
{
    /// <summary>Counting a log of a thousand million entries takes minutes.</summary>
    static readonly TimeSpan longestCount = TimeSpan.FromHours(1);

    public PostgresTail After(IReadOnlyList<NewEntry> entries) => new(Size + entries.Count, entries[^1].LeafHash);

    /// <summary>The whole log is counted, and its last entry is held against its hash.</summary>
    /// <exception cref="StoreException">Foreign: an entry is missing, too many, or changed.</exception>
    public static PostgresTail Verify(NpgsqlConnection connection, LeasedLog leased, string where)
    {
        using (var unbounded = new NpgsqlCommand("SET statement_timeout = 0", connection))
            unbounded.ExecuteNonQuery();
        using var counting = new NpgsqlCommand("SELECT count(*), coalesce(max(number) + 1, 0) FROM entry WHERE log = $1", connection)
        { Parameters = { new NpgsqlParameter<int> { TypedValue = leased.Id } }, CommandTimeout = (int)longestCount.TotalSeconds };
        long count, next;
        using (var row = counting.ExecuteReader())
        {
            row.Read();
            (count, next) = (row.GetInt64(0), row.GetInt64(1));
        }
        if (count != next || count != leased.Size)
            throw new StoreException(StoreFault.Foreign,
                $"{where} holds {count} entries of this log, its last number is {next - 1}, and it says it has {leased.Size}: some are missing or were put there by somebody else. Keep it as it is, and restore a whole copy");
        return Last(connection, leased, where);
    }

    /// <summary>The last entry alone, which has to be there and to be what its hash says.</summary>
    /// <exception cref="StoreException">Foreign: it is missing or changed.</exception>
    public static PostgresTail Last(NpgsqlConnection connection, LeasedLog leased, string where)
    {
        if (leased.Size == 0)
            return new PostgresTail(0, null);
        using var last = new NpgsqlCommand("SELECT content, leaf_hash FROM entry WHERE log = $1 AND number = $2", connection)
        { Parameters = { new NpgsqlParameter<int> { TypedValue = leased.Id }, new NpgsqlParameter<long> { TypedValue = leased.Size - 1 } } };
        using var row = last.ExecuteReader();
        if (!row.Read() || !TreeHash.Leaf(row.GetFieldValue<byte[]>(0)).AsSpan().SequenceEqual(row.GetFieldValue<byte[]>(1)))
            throw new StoreException(StoreFault.Foreign, $"{where}: entry {leased.Size - 1} is missing, or is not what its hash says. Keep it as it is, and restore a whole copy");
        return new PostgresTail(leased.Size, row.GetFieldValue<byte[]>(1));
    }

    public bool Is(PostgresTail? other) => other is not null && Size == other.Size && (LastHash ?? []).AsSpan().SequenceEqual(other.LastHash ?? []);
}
