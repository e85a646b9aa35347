using System.Text;
using Exchange.Adapter.Journal.Sealing;
using Exchange.Hosting.Storage;
using Exchange.Protocol.Encoding;
using Microsoft.Data.Sqlite;

namespace Exchange.Adapter.Journal.Reading;

/// <summary>Who read the journal: as much a matter of record as who was asked about.</summary>
public sealed class Readings(SqliteStore store, JournalKeys keys, TimeProvider time)
{
    /// <summary>Written down before the first entry is shown; what stays without a count was stopped on the way.</summary>
    /// <param name="command">A constant, such as <c>search</c>.</param>
    /// <param name="choice">What was chosen by, kind and value; the values are sealed.</param>
    /// <exception cref="StoreException">It cannot be written, so nothing may be shown.</exception>
    public long Begin(string command, params ReadOnlySpan<(string Kind, string Value)> choice)
    {
        var kinds = string.Join(' ', choice.ToArray().Select(one => one.Kind));
        var values = Encoding.UTF8.GetBytes(string.Join('\n', choice.ToArray().Select(one => $"{one.Kind} {one.Value}")));
        var (now, user) = (time.GetUtcNow().ToUnixTimeMilliseconds(), Environment.UserName);
        var blob = new byte[values.Length + Sealer.Overhead];
        values.CopyTo(blob, Sealer.PrefixSize);
        using (var sealer = new Sealer(keys.Newest))
            sealer.Seal(blob, Bound(now, user, command, kinds));
        return Write(
            "INSERT INTO reading (time_unix_ms, os_user, command, choice, sealed) VALUES ($time, $user, $command, $choice, $sealed) RETURNING id",
            ("$time", now), ("$user", user), ("$command", command), ("$choice", kinds), ("$sealed", blob));
    }

    /// <param name="entries">How many were shown.</param>
    public void Finish(long id, long entries) => Write("UPDATE reading SET entries = $entries WHERE id = $id RETURNING id", ("$entries", entries), ("$id", id));

    /// <summary>The newest first, at most so many.</summary>
    public IReadOnlyList<JournalReading> Recent(int count)
    {
        using var opener = new Opener(keys);
        using var connection = store.OpenToRead();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT time_unix_ms, os_user, command, choice, sealed, entries FROM reading ORDER BY id DESC LIMIT $count";
        command.Parameters.AddWithValue("$count", count);
        using var rows = command.ExecuteReader();
        var found = new List<JournalReading>();
        while (rows.Read())
        {
            var (at, user, name, kinds) = (rows.GetInt64(0), rows.GetString(1), rows.GetString(2), rows.GetString(3));
            var fault = opener.TryOpen(rows.GetFieldValue<byte[]>(4), Bound(at, user, name, kinds), out var values);
            found.Add(new JournalReading(at, user, name, fault == SealFault.None ? Encoding.UTF8.GetString(values) : kinds, rows.IsDBNull(5) ? null : rows.GetInt64(5), fault));
        }
        return found;
    }

    long Write(string sql, params ReadOnlySpan<(string Name, object Value)> parameters)
    {
        try
        {
            using var connection = store.Open();
            using var command = connection.CreateCommand();
            command.CommandText = sql;
            foreach (var (name, value) in parameters)
                command.Parameters.AddWithValue(name, value);
            return (long)command.ExecuteScalar()!;
        }
        catch (SqliteException e)
        {
            throw new StoreException(StoreFault.Refused, $"who reads {store.Path} cannot be written down there, so nothing of it is shown: {e.Message}", e);
        }
    }

    static byte[] Bound(long time, string user, string command, string kinds) => Parts.Encode("xhub/v1/journal", "reading", time, user, command, kinds);
}

/// <param name="Choice">A line for each kind with its value; the kinds alone where it does not open.</param>
/// <param name="Entries">Null when the command did not come to its end.</param>
public sealed record JournalReading(long TimeUnixMs, string OsUser, string Command, string Choice, long? Entries, SealFault Fault)
{
    /// <summary>Says nothing about what was looked for.</summary>
    public override string ToString() => $"{Command} by {OsUser}";
}
