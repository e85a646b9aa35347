using Exchange.Hammer.Commands;
using Exchange.Hammer.Direct;
using Exchange.Hammer.Parties;
using Exchange.Sandbox.Files;
using Exchange.Sandbox.Processes;

namespace Exchange.Hammer.Ablation;

/// <summary>All rungs of a run, up and idle but for the one whose turn it is.</summary>
sealed class Ladder(AblationPlan plan, string state, IProgress<string> progress) : IAsyncDisposable
{
    readonly Family relays = new(state);
    readonly List<RungExchange> exchanges = [];
    readonly List<Rung> rungs = [];
    readonly Dictionary<string, string> leftOut = [];
    SpanSink? sink;
    string? memory;

    /// <summary>In their order.</summary>
    public IReadOnlyList<Rung> Measured => rungs;

    public IReadOnlyDictionary<string, string> LeftOut => leftOut;

    /// <summary>Once it is started.</summary>
    public SpanSink Sink => sink!;

    /// <exception cref="ChildFailedException">A program ended or did not become ready; with its last words.</exception>
    public async Task Start(CancellationToken stop)
    {
        sink = await SpanSink.Start().ConfigureAwait(false);
        if (AblationPlan.NoMemoryDisk(plan.Memory) is { } why)
            leftOut[Rungs.Memory] = why;
        else
            memory = Path.Combine(plan.Memory, "exchange-hammer-" + Path.GetRandomFileName());

        var untraced = await Exchange(Path.Combine(state, Rungs.Durable), Tracing.Off, stop).ConfigureAwait(false);
        rungs.Add(await Relay(Rungs.Relay, null, stop).ConfigureAwait(false));
        rungs.Add(await Relay(Rungs.Tls, untraced.Folder, stop).ConfigureAwait(false));
        if (memory is not null)
            rungs.Add((await Exchange(memory, Tracing.Off, stop).ConfigureAwait(false)).Rung(Rungs.Memory, Generators.Warm));
        rungs.Add(untraced.Rung(Rungs.Durable, Generators.Warm));
        // Each has one of its own: one that is used twice would be the better compiled, and have the larger stores.
        foreach (var (id, tracing, who) in new[] { (Rungs.Shipped, Tracing.AsItShips, Generators.Warm), (Rungs.Recorded, Tracing.All, Generators.Warm), (Rungs.Cold, Tracing.AsItShips, Generators.Cold) })
            rungs.Add((await Exchange(Path.Combine(state, id), tracing, stop).ConfigureAwait(false)).Rung(id, who));
    }

    /// <exception cref="ChildFailedException">A process has ended.</exception>
    public void Check()
    {
        relays.Check();
        foreach (var exchange in exchanges)
            exchange.Check();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var exchange in exchanges)
            await exchange.DisposeAsync().ConfigureAwait(false);
        await relays.DisposeAsync().ConfigureAwait(false);
        if (sink is not null)
            await sink.DisposeAsync().ConfigureAwait(false);
        if (memory is not null && Directory.Exists(memory))
            Directory.Delete(memory, recursive: true);
    }

    async Task<RungExchange> Exchange(string folder, Tracing tracing, CancellationToken stop)
    {
        var exchange = new RungExchange(folder, plan.People, tracing, Sink.Address);
        exchanges.Add(exchange);
        await exchange.Start(progress, stop).ConfigureAwait(false);
        return exchange;
    }

    /// <param name="certificates">Whose are shown; null: without TLS.</param>
    async Task<Rung> Relay(string id, ExchangeFolder? certificates, CancellationToken stop)
    {
        progress.Report($"starting the relay, {(certificates is null ? "without" : "with")} TLS");
        var ports = Ports.Free(2);
        async Task<ChildProcess> Start(string verb, DirectFiles? files, params string[] more)
        {
            var child = relays.Start($"{id} {verb}", typeof(Ladder).Assembly.Location, [verb, "--port", $"{ports[0]}", .. RelayCommands.Arguments(files), .. more]);
            await Family.UntilSays(child, ServeCommands.Ready, stop).ConfigureAwait(false);
            return child;
        }
        DirectFiles? Of(string agency) => certificates is null ? null : DirectFiles.Of(certificates.Agency(agency), certificates);
        var middle = await Start(RelayCommands.MiddleVerb, certificates is null ? null : DirectFiles.OfHub(certificates)).ConfigureAwait(false);
        var provider = await Start(RelayCommands.ProviderVerb, Of(ExchangePlan.Tax)).ConfigureAwait(false);
        var generator = await Start(RelayCommands.CallerVerb, Of(ExchangePlan.Chiyoda), "--told-at", $"{ports[1]}").ConfigureAwait(false);
        return new Rung(id, generator, ports[1], Generators.Relay, middle.Id, provider.Id);
    }
}
