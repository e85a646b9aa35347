using Exchange.Adapter.Asking;
using Exchange.Adapter.Enrolment;
using Exchange.Hammer.Contenders;
using Exchange.Hammer.Direct;
using Exchange.Hammer.Machine;
using Exchange.Sandbox.Files;
using Exchange.Sandbox.Processes;
using Exchange.V1;

namespace Exchange.Hammer.Parties;

/// <summary>What is measured: hub, provider and direct provider, each a process of its own, and the requester's adapter in this one.</summary>
sealed class LiveExchange : IAsyncDisposable
{
    readonly Family family;
    readonly HttpClient http = new();
    readonly SpanCollector collector;
    ExchangeFolder folder = null!;
    Requester? requester;
    DirectCalls? direct;

    LiveExchange(Family family, SpanCollector collector)
    {
        this.family = family;
        this.collector = collector;
    }

    public IContender Direct => direct!;

    public IContender Warm { get; private set; } = null!;

    public IContender Cold { get; private set; } = null!;

    public ChildProcess Hub { get; private set; } = null!;

    public ChildProcess Provider { get; private set; } = null!;

    public ChildProcess DirectProvider { get; private set; } = null!;

    public HubMemory HubMemory { get; private set; } = null!;

    public SpanCollector Spans => collector;

    /// <exception cref="ChildFailedException">A program ended or did not become ready; with its last words.</exception>
    public static async Task<LiveExchange> Start(string state, int people, int connections, IProgress<string> progress, CancellationToken stop)
    {
        var exchange = new LiveExchange(new Family(state), await SpanCollector.Start().ConfigureAwait(false));
        try
        {
            await exchange.StartAll(state, people, connections, progress, stop).ConfigureAwait(false);
            return exchange;
        }
        catch
        {
            await exchange.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Throws when one of the measured processes has ended.</summary>
    public void Check() => family.Check();

    async Task StartAll(string state, int people, int connections, IProgress<string> progress, CancellationToken stop)
    {
        folder = ExchangeFolder.Open(state, new ExchangePlan
        {
            People = people,
            Connections = connections,
            // As high as the hub takes: a quota that is hit voids the run.
            Quota = (Gateway.Limits.Limit.MaximumPerSecond, Gateway.Limits.Limit.MaximumBurst),
            Otlp = collector.Address,
            SampleRatio = 0.01,
        }, TimeProvider.System);

        progress.Report("starting the key authority, the witness and the hub");
        var authority = family.Start("key authority", Programs.KeyAuthority, ["serve", "--config", folder.AuthorityConfig]);
        // The hub asks it for its keys at once, and then not again for a while.
        await Family.UntilSays(authority, "Listening on", stop).ConfigureAwait(false);
        var witness = family.Start("witness", Programs.KeyAuthority, ["witness", "serve", "--config", folder.WitnessConfig]);
        await Family.UntilReady(witness, folder.WitnessReady, http, stop).ConfigureAwait(false);
        Hub = family.Start("hub", Programs.Gateway, ["serve", "--config", folder.GatewayConfig]);
        await Family.UntilReady(Hub, folder.GatewayReady, http, stop).ConfigureAwait(false);

        var provider = folder.Agency(ExchangePlan.Tax);
        var town = folder.Agency(ExchangePlan.Chiyoda);
        foreach (var agency in new[] { provider, town })
        {
            if (agency.IsEnrolled)
                continue;
            progress.Report($"enrolling the people of {agency.Id}");
            await family.Run($"enrol {agency.Id}", Programs.Adapter(agency.Kind), ["enrol", "--config", agency.Config], stop).ConfigureAwait(false);
            agency.MarkEnrolled();
        }
        await family.End(authority).ConfigureAwait(false);

        progress.Report("starting the provider, the direct provider and the requester");
        Provider = family.Start("provider", Programs.Adapter(provider.Kind), ["serve", "--config", provider.Config]);
        var port = Ports.Free(1)[0];
        DirectProvider = family.Start("direct provider", typeof(LiveExchange).Assembly.Location, ["direct-provider", "--folder", provider.Folder, "--root", folder.Root, "--crl", folder.RevocationList, "--port", $"{port}"]);
        await Family.UntilReady(Provider, provider.Ready, http, stop).ConfigureAwait(false);
        await Family.UntilSays(DirectProvider, Commands.DirectProviderCommand.Ready, stop).ConfigureAwait(false);
        requester = await Requester.Start(town, stop).ConfigureAwait(false);

        var residents = folder.ResidentsOf(town).Where(one => !one.IsUnknownToTax).ToArray();
        ExchangeLookups Of(LookupKind kind) => new(
            kind, requester.Of<Asker>(), requester.Of<People>(), requester.Of<HandleShelf>(), residents);
        Warm = Of(LookupKind.Warm);
        Cold = Of(LookupKind.Cold);

        direct = new DirectCalls(FilesOf(town), port, connections);
        HubMemory = new HubMemory(http, new Uri(folder.GatewayReady, "/metrics"));
    }

    DirectFiles FilesOf(AgencyFolder agency) => new(
        Path.Combine(agency.Folder, "agency.pem"), Path.Combine(agency.Folder, "agency.key"), folder.Root, folder.RevocationList);

    public async ValueTask DisposeAsync()
    {
        direct?.Dispose();
        if (requester is not null)
            await requester.DisposeAsync().ConfigureAwait(false);
        await family.DisposeAsync().ConfigureAwait(false);
        await collector.DisposeAsync().ConfigureAwait(false);
        http.Dispose();
        folder?.Dispose();
    }
}
