using System.Globalization;
using System.Net;
using Exchange.Sandbox.Processes;
using Garnet;
using Garnet.server;
using Microsoft.Extensions.Logging.Abstractions;
using StackExchange.Redis;

namespace Exchange.Sandbox.Redis;

/// <summary>What speaks Redis' protocol for this exchange: Garnet in this process, in memory only, or a real Redis.</summary>
public sealed class RespServer : IDisposable
{
    readonly GarnetServer? embedded;

    RespServer(string address, GarnetServer? embedded)
    {
        Address = address;
        this.embedded = embedded;
    }

    /// <summary>HOST:PORT.</summary>
    public string Address { get; }

    public bool IsEmbedded => embedded is not null;

    public static RespServer At(string address) => new(address, null);

    public static RespServer Embedded()
    {
        var port = Ports.Free(1)[0];
        var server = new GarnetServer(
            new GarnetServerOptions(NullLogger.Instance)
            {
                EndPoints = [new IPEndPoint(IPAddress.Loopback, port)],
                LogMemorySize = "64m",
                PageSize = "4m",
                IndexMemorySize = "4m",
                EnableLua = true,
                LuaOptions = new LuaOptions(NullLogger.Instance),
                QuietMode = true,
                DisablePubSub = false,
            },
            NullLoggerFactory.Instance);
        server.Start();
        return new RespServer(string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port}"), server);
    }

    /// <exception cref="IOException">Nobody answers there.</exception>
    public async Task Check()
    {
        try
        {
            await using var connection = await ConnectionMultiplexer.ConnectAsync(Address + ",connectTimeout=3000").ConfigureAwait(false);
            await connection.GetDatabase().PingAsync().ConfigureAwait(false);
        }
        catch (Exception e) when (e is RedisException or ArgumentException)
        {
            throw new IOException($"No Redis answers at {Address}. Start one there, or leave out --redis for the one built in.", e);
        }
    }

    public void Dispose() => embedded?.Dispose();
}
