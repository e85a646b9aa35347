using StackExchange.Redis;

namespace Exchange.Gateway.Tests.Limits;

/// <summary>A real Redis server, named by EXCHANGE_REDIS as host:port.</summary>
static class RedisServer
{
    public static string Address()
    {
        var address = Environment.GetEnvironmentVariable("EXCHANGE_REDIS");
        if (!string.IsNullOrEmpty(address))
            return address;
        const string absent = "EXCHANGE_REDIS names no Redis server (host:port).";
        if (Environment.GetEnvironmentVariable("EXCHANGE_REQUIRE_SERVERS") == "1")
            Assert.Fail(absent);
        Assert.Skip(absent);
        return "";
    }

    /// <summary>Returns at once, whether or not anything answers there.</summary>
    public static Task<ConnectionMultiplexer> Connect(string address)
    {
        var options = ConfigurationOptions.Parse(address);
        options.AbortOnConnectFail = false;
        options.ConnectTimeout = 500;
        options.ReconnectRetryPolicy = new LinearRetry(100);
        return ConnectionMultiplexer.ConnectAsync(options);
    }
}
