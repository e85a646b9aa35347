using System.Text;
using Dapper;
using Exchange.Sandbox.Files;
using Microsoft.Data.Sqlite;
using StackExchange.Redis;

namespace Exchange.Sandbox.Redis;

/// <summary>Everything the exchange has put into Redis, keys and values.</summary>
public sealed class RespContents
{
    const int MostKeys = 100_000;

    /// <summary>Of adapters, and of the hub's quotas.</summary>
    static readonly string[] patterns = ["exchange:*", "{xhub:*"];

    readonly List<(string Key, byte[] Bytes)> entries = [];

    public IEnumerable<IGrouping<string, (string Key, byte[] Bytes)>> ByPrefix => entries.GroupBy(entry => Prefix(entry.Key)).OrderBy(group => group.Key, StringComparer.Ordinal);

    public int Count => entries.Count;

    public static async Task<RespContents> Read(string address)
    {
        var contents = new RespContents();
        await using var redis = await ConnectionMultiplexer.ConnectAsync(address).ConfigureAwait(false);
        var database = redis.GetDatabase();
        foreach (var pattern in patterns)
            await foreach (var key in redis.GetServers()[0].KeysAsync(pattern: pattern).Take(MostKeys).ConfigureAwait(false))
                contents.entries.Add((key.ToString(), await Value(database, key).ConfigureAwait(false)));
        return contents;
    }

    /// <summary>How many of the things nobody may read there are in a key or a value all the same.</summary>
    public int Readable(IEnumerable<byte[]> secrets)
    {
        var everything = entries.SelectMany(entry => Encoding.UTF8.GetBytes(entry.Key).Concat(entry.Bytes)).ToArray();
        return secrets.Count(secret => everything.AsSpan().IndexOf(secret) >= 0);
    }

    /// <summary>Numbers, names, keys and pseudonyms of all residents.</summary>
    public static IEnumerable<byte[]> Secrets(ExchangeFolder folder)
    {
        foreach (var resident in folder.Residents)
            foreach (var text in new[] { resident.Number, resident.Name, resident.TownKey, resident.TaxKey })
                yield return Encoding.UTF8.GetBytes(text);
        foreach (var agency in folder.Agencies)
        {
            using var people = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = agency.PeopleDb, Mode = SqliteOpenMode.ReadOnly, Pooling = false }.ToString());
            foreach (var stored in people.Query<byte[]>("SELECT stored FROM people"))
                yield return stored;
        }
    }

    /// <summary>A key may expire between two questions; then it holds nothing.</summary>
    static async Task<byte[]> Value(IDatabase database, RedisKey key) => await database.KeyTypeAsync(key).ConfigureAwait(false) switch
    {
        RedisType.Hash => [.. (await database.HashGetAllAsync(key).ConfigureAwait(false)).SelectMany(field => ((byte[]?)field.Value) ?? [])],
        RedisType.String => (byte[]?)await database.StringGetAsync(key).ConfigureAwait(false) ?? [],
        _ => [],
    };

    /// <summary>What stands before the part that is one entry's own.</summary>
    static string Prefix(string key) => string.Join(':', key.Split(':').SkipLast(1));
}
