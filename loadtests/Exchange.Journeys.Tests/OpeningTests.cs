using Agency.V1;
using Exchange.Adapter.Asking;
using Exchange.Adapter.Hours;
using Exchange.Gateway.Limits;
using Exchange.Gateway.Routing;
using Exchange.Hosting.Calendar;
using Exchange.Journeys.Tests.Running;
using Exchange.Protocol.Refusals;
using Exchange.V1;
using Grpc.Core;

namespace Exchange.Journeys.Tests;

/// <summary>The tax agency announces maintenance and holidays. One test after another; each leaves it open.</summary>
public sealed class OpeningTests(OpeningTests.Own own) : IClassFixture<OpeningTests.Own>, IAsyncLifetime
{
    /// <summary>Its tax agency has a file of hours that says nothing yet.</summary>
    public sealed class Own : OwnExchange
    {
        public string Hours => Path.Combine(Exchange.Folder.Agency(Tax).Folder, "opening.yaml");

        public override async ValueTask InitializeAsync()
        {
            await base.InitializeAsync();
            await File.WriteAllTextAsync(Hours, "{}\n");
            await Exchange.Parts.StopAgency(Tax);
            await StartTax();
        }

        public async Task StartTax()
        {
            await Exchange.Parts.StartAgency(Tax, options => options with { Opening = Hours });
            await Exchange.Parts.UntilConnected();
        }
    }

    const string Chiyoda = RunningExchange.Chiyoda, Osaka = RunningExchange.Osaka, Tax = RunningExchange.Tax;

    readonly RunningExchange exchange = own.Exchange;

    string Person => exchange.ChiyodaResident().TownKey;

    public ValueTask InitializeAsync() => default;

    public async ValueTask DisposeAsync() => await Open();

    [Fact]
    public async Task Whoever_asks_a_provider_under_maintenance_is_told_when_it_opens_and_is_answered_when_it_is_over()
    {
        await exchange.OpenSessions(Chiyoda, Person);
        using var chiyoda = new AgencyByHand(exchange, Chiyoda);
        using var offered = await chiyoda.Offer(Tax);
        var before = (await exchange.AuditLog()).Count;

        var opens = await Close();
        var outcome = await exchange.Ask(Chiyoda, Person);

        var refusal = IsClosed(outcome, opens);
        Assert.InRange(outcome.Took, TimeSpan.Zero, TimeSpan.FromSeconds(2));
        var logged = await exchange.Logged(refusal.RequestId);
        Assert.Equal((AuditOutcome.Refused, Reason.ProviderClosed, Tax), (logged.Outcome, logged.Reason, logged.Provider));
        // A town without a session, an offer that was made before, and whoever wants the bundle.
        IsClosed(await exchange.Ask(Osaka, exchange.OsakaResident().TownKey), opens);
        Assert.Equal(Reason.ProviderClosed, (await chiyoda.Refused(offered.Offer)).Reason);
        var unopened = await Assert.ThrowsAsync<RpcException>(async () => await chiyoda.Directory.GetBundleAsync(new GetBundleRequest { Agency = Tax }));
        Assert.Equal(Reason.ProviderClosed, AgencyByHand.Refused(unopened).Reason);
        Assert.Equal(2, (await exchange.AuditLog()).Skip(before).Count(one => one.Entry.Session is { Reason: Reason.ProviderClosed, Provider: Tax, Requester: Chiyoda }));
        // It is there all the while, and whoever looks at what may be asked sees why it answers nobody.
        using var office = new LocalSystem(exchange, Chiyoda);
        var permissions = (await new AgencyService.AgencyServiceClient(office.Channel).WhatMayIAskAsync(new WhatMayIAskRequest(), office.Headers())).Permissions;
        Assert.All(permissions.Where(one => one.Provider == Tax), one => Assert.Equal((true, opens), (one.ProviderUp, one.ClosedUntil.ToDateTimeOffset())));
        Assert.Contains(permissions, one => one.Provider == Tax);

        await Open();
        Assert.Null((await exchange.Ask(Chiyoda, Person)).Refusal);
        Assert.Null((await exchange.Ask(Osaka, exchange.OsakaResident().TownKey)).Refusal);
    }

    [Fact]
    public async Task What_is_asked_of_a_closed_provider_costs_no_quota()
    {
        await exchange.OpenSessions(Osaka, exchange.OsakaResident().TownKey);
        var opens = await Close();
        var quotas = Path.Combine(exchange.Folder.Folder, "hub", "quotas.yaml");
        var before = await File.ReadAllTextAsync(quotas);
        Assert.True(exchange.Use(quotas, "lookups:\n  default: { rate: 1/h, burst: 3 }\n"));
        exchange.Hub<Quotas>().DrainThrottled();

        for (var i = 0; i < 8; i++)
            IsClosed(await exchange.Ask(Osaka, exchange.OsakaResident().TownKey), opens);

        await Open();
        Assert.Null((await exchange.Ask(Osaka, exchange.OsakaResident().TownKey)).Refusal);
        Assert.DoesNotContain(exchange.Hub<Quotas>().DrainThrottled(), one => one.DataSet == RunningExchange.Income);
        Assert.True(exchange.Use(quotas, before));
        // What was used stays used, and is owed under the new quota for as long as its rate takes.
        await RunningExchange.Until(async () => (await exchange.Ask(Osaka, exchange.OsakaResident().TownKey)).Refusal is null);
    }

    [Fact]
    public async Task A_provider_that_closes_and_goes_away_is_closed_and_not_unavailable_also_when_the_hub_has_started_again()
    {
        await exchange.OpenSessions(Chiyoda, Person);
        var opens = await Close();
        await exchange.Parts.StopAgency(Tax);
        IsClosed(await exchange.Ask(Chiyoda, Person), opens);

        await exchange.Parts.StopHub();
        await exchange.Parts.StartHub();
        await exchange.Parts.UntilConnected();
        IsClosed(await exchange.Ask(Chiyoda, Person), opens);

        // Started without its maintenance, it says so by itself.
        await File.WriteAllTextAsync(own.Hours, "{}\n");
        await own.StartTax();
        await RunningExchange.Until(() => exchange.Hub<Openings>().OpensAt(Tax) is null);
        await RunningExchange.Until(async () => (await exchange.Ask(Chiyoda, Person)).Refusal is null);
    }

    [Fact]
    public async Task Openings_out_of_form_or_bounds_are_refused_without_the_connection_or_the_one_before_and_close_nobody_else()
    {
        using var osaka = new AgencyByHand(exchange, Osaka);
        await using var node = await NodeByHand.Connect(osaka, "by-hand", _ => null);
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        const long hour = 3_600_000, year = 366 * 24 * hour;
        Closure Span(long from, long until) => new() { FromUnixMs = now + from, UntilUnixMs = now + until };
        await node.Send(new Frame { Opening = new Opening { Closures = { Span(-hour, hour) } } });
        foreach (var hostile in new Closure[][]
        {
            [.. Enumerable.Range(0, 65).Select(i => Span(2 * i, 2 * i + 1))], [Span(hour, -hour)], [Span(-hour, 100 * year)], [Span(100 * year, 100 * year + hour)],
            [Span(0, 2 * hour), Span(hour, 3 * hour)], [new Closure { FromUnixMs = long.MinValue, UntilUnixMs = long.MaxValue }],
        })
            await node.Send(new Frame { Opening = new Opening { Closures = { hostile } } });

        // The connection goes on, and everything before was read.
        await node.Send(new Frame { Questions = { new QuestionItem { Id = 7, Question = new SealedQuestion() } } });
        Assert.Equal(Reason.HeaderInvalid, Assert.Single(await node.Refusals(1)).Refusal.Reason);
        Assert.Equal(now + hour, exchange.Hub<Openings>().OpensAt(Osaka)?.ToUnixTimeMilliseconds());
        Assert.Equal(6, exchange.Log.All.Count(line => line.Number == 112 && line.Text.Contains("was not believed", StringComparison.Ordinal)));
        Assert.Null((await exchange.Ask(Chiyoda, Person)).Refusal);
        // One that is closed asks as before.
        Assert.Null((await exchange.Ask(Osaka, exchange.OsakaResident().TownKey)).Refusal);
        await node.Send(new Frame { Opening = new Opening() });
        await RunningExchange.Until(() => exchange.Hub<Openings>().OpensAt(Osaka) is null);
    }

    /// <summary>The tax agency announces maintenance that is under way, as its people would: by its file.</summary>
    /// <returns>When it is over.</returns>
    async Task<DateTimeOffset> Close()
    {
        var (from, until) = (LegalDay.Write(TimeProvider.System.GetUtcNow().AddMinutes(-10))[..16], LegalDay.Write(TimeProvider.System.GetUtcNow().AddHours(3))[..16]);
        await File.WriteAllTextAsync(own.Hours, $"maintenance: [{{ from: {from}, until: {until} }}]\n");
        exchange.At<OpeningRegister>(Tax).Refresh();
        await RunningExchange.Until(() => exchange.Hub<Openings>().OpensAt(Tax) is not null);
        return DateTimeOffset.Parse($"{until} +09:00", System.Globalization.CultureInfo.InvariantCulture);
    }

    async Task Open()
    {
        await File.WriteAllTextAsync(own.Hours, "{}\n");
        exchange.At<OpeningRegister>(Tax).Refresh();
        await RunningExchange.Until(() => exchange.Hub<Openings>().OpensAt(Tax) is null);
    }

    static Refusal IsClosed(AskOutcome outcome, DateTimeOffset opens)
    {
        var refusal = outcome.Refusal!;
        Assert.Equal("PROVIDER_CLOSED", Reasons.Name(refusal.Reason));
        Assert.Contains(LegalDay.Write(opens), refusal.Message, StringComparison.Ordinal);
        Assert.InRange(TimeSpan.FromMilliseconds(refusal.RetryAfterMs) - (opens - TimeProvider.System.GetUtcNow()), TimeSpan.Zero, TimeSpan.FromSeconds(20));
        return refusal;
    }
}
