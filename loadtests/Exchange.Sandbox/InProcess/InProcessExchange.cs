using Exchange.Adapter;
using Exchange.Adapter.Asking;
using Exchange.Adapter.Connection;
using Exchange.Adapter.Enrolment;
using Exchange.Adapter.Sources;
using Exchange.Gateway;
using Exchange.Gateway.Pseudonyms;
using Exchange.KeyAuthority.Serving;
using Exchange.KeyAuthority.Witnessing;
using Exchange.Protocol.DataSets;
using Exchange.Sandbox.Files;
using Exchange.Sandbox.Processes;

namespace Exchange.Sandbox.InProcess;

/// <summary>
/// The same programs with the same files, in one process: real sockets, certificates and stores, and a clock that a
/// test may hold. Each part is started and stopped on its own.
/// </summary>
public sealed class InProcessExchange : IAsyncDisposable
{
    readonly TimeProvider time;
    readonly ILoggerProvider? log;
    readonly Dictionary<string, WebApplication> agencies = [];
    readonly WebApplication?[] hubs;

    InProcessExchange(ExchangeFolder folder, TimeProvider time, ILoggerProvider? log)
    {
        Folder = folder;
        hubs = new WebApplication?[folder.Hubs.Count];
        this.time = time;
        this.log = log;
    }

    public ExchangeFolder Folder { get; }

    /// <summary>The first replica.</summary>
    public WebApplication? Hub => hubs[0];

    public WebApplication? Authority { get; private set; }

    public WebApplication? Witness { get; private set; }

    /// <summary>With every file written and nothing started.</summary>
    /// <param name="log">Hears every message of every part, once it is built.</param>
    public static InProcessExchange Open(string folder, ExchangePlan plan, TimeProvider? time = null, ILoggerProvider? log = null) =>
        new(ExchangeFolder.Open(folder, plan, time ?? TimeProvider.System), time ?? TimeProvider.System, log);

    /// <summary>Starts everything, enrolling everybody the first time, and waits until every agency is connected.</summary>
    /// <param name="log">Hears every message of every part, once it is built.</param>
    public static async Task<InProcessExchange> Start(string folder, ExchangePlan plan, TimeProvider? time = null, ILoggerProvider? log = null)
    {
        var exchange = Open(folder, plan, time, log);
        await exchange.StartAuthority().ConfigureAwait(false);
        await exchange.StartWitness().ConfigureAwait(false);
        for (var replica = 0; replica < exchange.hubs.Length; replica++)
            await exchange.StartHub(replica: replica).ConfigureAwait(false);
        foreach (var agency in exchange.Folder.Agencies)
        {
            if (!agency.IsEnrolled)
                await exchange.Enrol(agency.Id).ConfigureAwait(false);
            await exchange.StartAgency(agency.Id).ConfigureAwait(false);
        }
        await exchange.UntilConnected().ConfigureAwait(false);
        return exchange;
    }

    public WebApplication Agency(string id) => agencies[id];

    /// <summary>A replica of the hub; null while it does not run here.</summary>
    public WebApplication? HubAt(int replica) => hubs[replica];

    public Asker Asker(string agency) => agencies[agency].Services.GetRequiredService<Asker>();

    public async Task StartAuthority()
    {
        Authority = Heard(KeyAuthorityHost.Build(KeyAuthorityOptionsFile.Read(Folder.AuthorityConfig, time), time));
        await Authority.StartAsync().ConfigureAwait(false);
    }

    public async Task StopAuthority()
    {
        if (Authority is { } running)
            await Stop(running).ConfigureAwait(false);
        Authority = null;
    }

    public async Task StartWitness()
    {
        Witness = Heard(WitnessHost.Build(WitnessOptions.Read(Folder.WitnessConfig), time));
        await Witness.StartAsync().ConfigureAwait(false);
    }

    public async Task StopWitness()
    {
        if (Witness is { } running)
            await Stop(running).ConfigureAwait(false);
        Witness = null;
    }

    public async Task StartHub(Func<GatewayOptions, GatewayOptions>? change = null, int replica = 0)
    {
        var options = GatewayOptions.Read(Folder.Hubs[replica].Config);
        var hub = hubs[replica] = Heard(GatewayHost.Build(change?.Invoke(options) ?? options, time));
        await hub.StartAsync().ConfigureAwait(false);
        if (Authority is not null)
            await hub.Services.GetRequiredService<AuthorityKeys>().Refresh(default).ConfigureAwait(false);
    }

    public async Task StopHub(int replica = 0)
    {
        if (hubs[replica] is { } running)
            await Stop(running).ConfigureAwait(false);
        hubs[replica] = null;
    }

    /// <param name="clock">The agency's own; null: everybody's.</param>
    public async Task StartAgency(string id, Func<AdapterOptions, AdapterOptions>? change = null, TimeProvider? clock = null)
    {
        var agency = Folder.Agency(id);
        var options = AdapterOptions.Read(agency.Config, $"exchange-{agency.Kind}");
        var app = Heard(AdapterHost.Build(Programs.Kind(agency.Kind), change?.Invoke(options) ?? options, clock ?? time));
        await app.StartAsync().ConfigureAwait(false);
        agencies[id] = app;
    }

    public async Task StopAgency(string id)
    {
        if (agencies.Remove(id, out var running))
            await Stop(running).ConfigureAwait(false);
    }

    /// <summary>Every running adapter is connected and knows the directory.</summary>
    public async Task UntilConnected()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        foreach (var app in agencies.Values)
        {
            await app.Services.GetRequiredService<HubConnections>().WaitUntilOpen(patience.Token).ConfigureAwait(false);
            await app.Services.GetRequiredService<HubDirectory>().Ready.WaitAsync(patience.Token).ConfigureAwait(false);
        }
    }

    /// <summary>Enrols the agency's own list of people, as its <c>enrol</c> command does; the agency must not be running.</summary>
    public async Task<EnrolmentResult> Enrol(
        string id, Func<AdapterOptions, AdapterOptions>? change = null, Func<EnrolmentOptions, EnrolmentOptions>? how = null,
        IProgress<EnrolmentProgress>? progress = null, CancellationToken cancellation = default)
    {
        var agency = Folder.Agency(id);
        var options = AdapterOptions.Read(agency.Config, agency.Id);
        options = change?.Invoke(options) ?? options;
        var enrolment = new EnrolmentOptions { Epoch = options.Epoch };
        await using var data = MappingFile.Read(options.Sources!, DataSetCatalogue.OfKind(agency.Kind));
        var result = await AgencyEnrolment.Run(options, data.People!, how?.Invoke(enrolment) ?? enrolment, time, _ => { }, progress, cancellation).ConfigureAwait(false);
        if (result.Refusal is null)
            agency.MarkEnrolled();
        return result;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var id in agencies.Keys.ToArray())
            await StopAgency(id).ConfigureAwait(false);
        for (var replica = 0; replica < hubs.Length; replica++)
            await StopHub(replica).ConfigureAwait(false);
        await StopWitness().ConfigureAwait(false);
        await StopAuthority().ConfigureAwait(false);
        Folder.Dispose();
    }

    WebApplication Heard(WebApplication app)
    {
        if (log is not null)
            app.Services.GetRequiredService<ILoggerFactory>().AddProvider(log);
        return app;
    }

    static async Task Stop(WebApplication app)
    {
        await app.StopAsync().ConfigureAwait(false);
        await app.DisposeAsync().ConfigureAwait(false);
    }
}
