using Exchange.Adapter.Connection;
using Exchange.Hosting.Secrets;
using Exchange.Journeys.Tests.Running;

namespace Exchange.Journeys.Tests.Joining;

/// <summary>A town whose only way out is an HTTP proxy. One test after another; each leaves the exchange as it was.</summary>
public sealed class ProxyTests(ProxyTests.Own own) : IClassFixture<ProxyTests.Own>
{
    public sealed class Own : OwnExchange;

    const string Chiyoda = RunningExchange.Chiyoda, Osaka = RunningExchange.Osaka;

    readonly RunningExchange exchange = own.Exchange;

    [Fact]
    public async Task A_town_asks_and_answers_through_a_proxy_and_enrols_through_it()
    {
        await using var proxy = new ConnectProxy();
        await Through(new HubProxy(proxy.Address), async () =>
        {
            await exchange.Parts.UntilConnected();
            Assert.Null((await exchange.Ask(Osaka, exchange.OsakaResident().TownKey)).Refusal);
            var mover = Newcomers.Moved(exchange.Folder);
            Assert.Null((await exchange.Ask(Chiyoda, mover.TownKey, Osaka, dataSet: RunningExchange.ResidentTax)).Refusal);
        }, enrols: true);
        Assert.NotEmpty(proxy.Opened);
        Assert.All(proxy.Opened, place => Assert.Equal($"localhost:{exchange.Folder.Gateway.Port}", place));
    }

    [Fact]
    public async Task A_proxy_that_wants_a_name_and_a_password_is_given_them_from_a_file()
    {
        await using var proxy = new ConnectProxy { Wants = "town:open sesame" };
        var password = Path.Combine(exchange.Folder.Folder, "proxy.password");
        SecretFile.Write(password, "open sesame\n"u8, overwrite: true);
        await Through(new HubProxy(proxy.Address, "town", password), async () =>
        {
            await exchange.Parts.UntilConnected();
            Assert.Null((await exchange.Ask(Osaka, exchange.OsakaResident().TownKey)).Refusal);
        });
        Assert.NotEmpty(proxy.Opened);
    }

    [Theory]
    [InlineData(true, "(407)")]
    [InlineData(false, "(403)")]
    public async Task A_proxy_that_refuses_is_said_in_words_and_never_gone_around(bool wantsAName, string status)
    {
        await using var proxy = new ConnectProxy { Permits = wantsAName, Wants = "town:open sesame" };
        await Through(new HubProxy(proxy.Address), async () =>
        {
            await RunningExchange.Until(() => exchange.At<HubConnections>(Osaka).LastTrouble is not null);
            Assert.Contains("the proxy refuses to open a way to the hub " + status, exchange.At<HubConnections>(Osaka).LastTrouble, StringComparison.Ordinal);
            Assert.Equal(0, exchange.At<HubConnections>(Osaka).Open);
        });
        Assert.Empty(proxy.Opened);
        Assert.NotEqual(0, proxy.Refused);
    }

    async Task Through(HubProxy proxy, Func<Task> then, bool enrols = false)
    {
        await exchange.Parts.StopAgency(Osaka);
        if (enrols)
            Assert.Null((await exchange.Parts.Enrol(Osaka, options => options with { Proxy = proxy })).Refusal);
        await exchange.Parts.StartAgency(Osaka, options => options with { Proxy = proxy });
        try
        {
            await then();
        }
        finally
        {
            await exchange.Parts.StopAgency(Osaka);
            await exchange.Parts.StartAgency(Osaka);
            await exchange.Parts.UntilConnected();
        }
    }
}
