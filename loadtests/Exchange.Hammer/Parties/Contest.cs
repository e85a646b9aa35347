using Exchange.Hammer.Commands;
using Exchange.Hammer.Contenders;
using Exchange.Hammer.Direct;
using Exchange.Hammer.Machine;
using Exchange.Hammer.Measurement;
using Exchange.Hammer.Peers;
using Exchange.Protocol.Identity;
using Exchange.Sandbox.Files;
using Exchange.Sandbox.Processes;

namespace Exchange.Hammer.Parties;

/// <summary>
/// Everybody who is measured in one run. Without the direct provider or the exchange there is nothing to compare, so the run
/// ends with them; whoever else does not start, or ends, is left out with the reason, and the run goes on.
/// </summary>
sealed class Contest(string state, MeasurementPlan plan, IProgress<string> progress) : IAsyncDisposable
{
    readonly Family family = new(state);
    readonly List<Runner> runners = [];
    readonly Dictionary<string, string> versions = [], leftOut = [];
    SpanCollector? collector;
    ExchangeFolder? folder;
    LiveExchange? exchange;
    ChildProcess? provider;
    int providerPort;

    /// <summary>Those still measured, T0 first.</summary>
    public IReadOnlyList<Runner> Runners => [.. runners];

    /// <summary>All that were to be measured, with why some are not.</summary>
    public IReadOnlyList<Contender> Contenders =>
        [.. plan.Contenders.Select(id => new Contender(id, Lineup.Name(id), Lineup.What(id), versions.GetValueOrDefault(id), leftOut.GetValueOrDefault(id)))];

    /// <summary>Null without an exchange.</summary>
    public StartUp? StartUp => exchange?.StartUp;

    /// <summary>Once it is started.</summary>
    public SpanCollector Spans => collector!;

    /// <exception cref="ChildFailedException">The direct provider or a program of the exchange ended or did not become ready; with its last words.</exception>
    public async Task Start(CancellationToken stop)
    {
        collector = await SpanCollector.Start().ConfigureAwait(false);
        folder = MeasuredFolder.Open(state, plan.People, plan.Connections, collector.Address);
        if (plan.Sizes.Any(size => TaxQuestion.Nearest(size) == TaxQuestion.Employment))
            EmploymentGrant.Write(folder);

        if (plan.Contenders.Any(Lineup.Exchange.Contains))
        {
            exchange = new LiveExchange(folder, state, plan.Sizes, plan.Connections);
            await exchange.Start(plan.Contenders.Contains(Lineup.LocalApi), progress, stop).ConfigureAwait(false);
        }
        foreach (var id in plan.Contenders)
            try
            {
                runners.Add(await StartOne(id, stop).ConfigureAwait(false));
            }
            catch (ChildFailedException e) when (id != Lineup.Direct)
            {
                Check();
                LeaveOut(id, e.Message);
            }
    }

    /// <exception cref="ChildFailedException">A process has ended without which there is nothing to compare.</exception>
    public void Check()
    {
        family.Check();
        exchange?.Check();
    }

    /// <summary>Ends what one runner has of its own.</summary>
    public async Task LeaveOut(Runner runner, string why)
    {
        runners.Remove(runner);
        LeaveOut(runner.Id, why);
        await runner.DisposeAsync().ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var runner in runners)
            await runner.DisposeAsync().ConfigureAwait(false);
        if (exchange is not null)
            await exchange.DisposeAsync().ConfigureAwait(false);
        await family.DisposeAsync().ConfigureAwait(false);
        if (collector is not null)
            await collector.DisposeAsync().ConfigureAwait(false);
        folder?.Dispose();
    }

    async Task<Runner> StartOne(string id, CancellationToken stop)
    {
        progress.Report($"starting {Lineup.Name(id)}");
        return id switch
        {
            Lineup.Direct => await Direct(stop).ConfigureAwait(false),
            Lineup.Warm or Lineup.Cold => exchange!.Lookups(id),
            Lineup.LocalApi => await exchange!.LocalApi(Own(id), stop).ConfigureAwait(false),
            _ => await Peer(id, stop).ConfigureAwait(false),
        };
    }

    async Task<Runner> Direct(CancellationToken stop)
    {
        var files = DirectFiles.Of(folder!.Agency(ExchangePlan.Tax), folder);
        providerPort = Ports.Free(1)[0];
        provider = family.Start("direct provider", typeof(Contest).Assembly.Location,
            [ServeCommands.DirectProviderVerb, "--certificate", files.Certificate, "--key", files.Key, "--root", files.Root, "--crl", files.RevocationList, "--port", $"{providerPort}"]);
        var channels = Call(NameKind.Agency, providerPort);
        var runner = new Runner(Lineup.Direct, Calls(Lineup.Direct, channels), provider) { Connections = channels };
        await Family.UntilAnswers(provider, runner.Sizes[plan.Sizes[0]].Contender, stop).ConfigureAwait(false);
        return runner;
    }

    /// <summary>What stands between the requester and the direct provider.</summary>
    async Task<Runner> Peer(string id, CancellationToken stop)
    {
        var port = plan.PortOf(id) ?? Ports.Free(1)[0];
        if (!Ports.IsFree(port))
            throw new ChildFailedException($"port {port} is taken by somebody else");
        var place = new PeerPlace(Directory.CreateDirectory(Own(id)).FullName, DirectFiles.OfHub(folder!), port, providerPort, plan.Connections);
        var program = await PeerKind.All[id](place, stop).ConfigureAwait(false);
        versions[id] = program.Version;
        var own = new Family(place.Folder);
        var channels = Call(NameKind.Hub, port);
        try
        {
            var middle = own.Start(Lineup.Name(id), program.Path, program.Arguments);
            var calls = Calls(id, channels);
            await Family.UntilAnswers(middle, calls[plan.Sizes[0]].Contender, stop).ConfigureAwait(false);
            return new Runner(id, calls, provider!) { Middle = ProcessTimes.WithChildren(middle.Id), Own = own, Connections = channels };
        }
        catch
        {
            channels.Dispose();
            await own.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    DirectChannels Call(NameKind called, int port) => new(DirectFiles.Of(folder!.Agency(ExchangePlan.Chiyoda), folder), called, port, plan.Connections);

    Dictionary<int, Asked> Calls(string id, DirectChannels channels) =>
        plan.Sizes.ToDictionary(size => size, size => new Asked(new DirectCalls(Lineup.Name(id), channels, size), $"a record of {size} B"));

    string Own(string id) => Path.Combine(state, "peers", id);

    void LeaveOut(string id, string why)
    {
        leftOut[id] = why;
        progress.Report($"not measured: {Lineup.Name(id)}: {why}");
    }
}
