using StackExchange.Redis;

namespace Exchange.Gateway.Limits;

/// <summary>How the hub talks to a Redis that may be away: it starts without it and never waits long for it.</summary>
static class SharedRedis
{
    public static ConfigurationOptions Options(string endpoint)
    {
        var options = ConfigurationOptions.Parse(endpoint);
        options.AbortOnConnectFail = false;
        options.ConnectTimeout = 1000;
        options.AsyncTimeout = (int)SharedQuotas.Patience.TotalMilliseconds;
        options.BacklogPolicy = BacklogPolicy.FailFast;
        options.ClientName = "exchange-gateway";
        return options;
    }
}
