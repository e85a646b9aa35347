using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using Exchange.Adapter.Caching;
using StackExchange.Redis;

namespace Exchange.Adapter.Tests.Caching;

/// <summary>The Redis of the tests, looked at and tampered with from outside. Every instance has a prefix of its own.</summary>
sealed class SharedRedis : IAsyncDisposable
{
    readonly ConnectionMultiplexer connection;

    SharedRedis(ConnectionMultiplexer connection) => this.connection = connection;

    public string Prefix { get; } = $"test:{Guid.NewGuid():N}:";

    public static async Task<SharedRedis> Open() => new(await ConnectionMultiplexer.ConnectAsync(Servers.Redis));

    /// <param name="address">Null: directly.</param>
    public async Task<RedisLevel> Level(string? address = null)
    {
        var level = new RedisLevel(address ?? Servers.Redis, Prefix);
        await level.Ready;
        return level;
    }

    public IReadOnlyList<string> Keys => [.. Server.Keys(pattern: Prefix + "*").Select(key => key.ToString()).Order(StringComparer.Ordinal)];

    public byte[] Value(string key) => connection.GetDatabase().HashGet(key, "data")!;

    public void Replace(string key, byte[] value) => connection.GetDatabase().HashSet(key, "data", value);

    public void Flush()
    {
        foreach (var key in Keys)
            connection.GetDatabase().KeyDelete(key);
    }

    /// <summary>What stands under one key, as a thief of the store would put it under another: its framing names the new key.</summary>
    public void Move(string from, string to)
    {
        var value = Value(from);
        var (oldName, newName) = (Encoding.UTF8.GetBytes(from[Prefix.Length..]), Encoding.UTF8.GetBytes(to[Prefix.Length..]));
        var at = value.AsSpan().IndexOf(oldName);
        Assert.True(at >= 0);
        newName.CopyTo(value, at);
        Replace(to, value);
    }

    public async ValueTask DisposeAsync()
    {
        Flush();
        await connection.DisposeAsync();
    }

    public static byte[] Random(int size) => RandomNumberGenerator.GetBytes(size);

    /// <summary>Asks again and again until it holds; fails after ten seconds.</summary>
    public static async Task Until(Func<ValueTask<bool>> holds)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        var began = Stopwatch.GetTimestamp();
        while (!await holds())
        {
            Assert.True(Stopwatch.GetElapsedTime(began) < TimeSpan.FromSeconds(10), "did not come about within 10 s");
            await timer.WaitForNextTickAsync();
        }
    }

    IServer Server => connection.GetServers()[0];
}
