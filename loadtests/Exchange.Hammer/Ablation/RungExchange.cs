using Exchange.Hammer.Commands;
using Exchange.Hammer.Parties;
using Exchange.Sandbox.Files;
using Exchange.Sandbox.Processes;

namespace Exchange.Hammer.Ablation;

/// <summary>How an exchange is traced.</summary>
enum Tracing
{
    Off,
    AsItShips,
    All,
}

/// <summary>An exchange of its own for a rung, the requester's adapter in a generator's process.</summary>
sealed class RungExchange : IAsyncDisposable
{
    readonly int people;
    readonly ExchangeProcesses processes;
    readonly Family generators;
    readonly int port = Ports.Free(1)[0];
    ChildProcess? generator, provider;

    public RungExchange(string state, int people, Tracing tracing, Uri spans)
    {
        this.people = people;
        Folder = MeasuredFolder.Open(state, people, AblationPlan.Connections, tracing == Tracing.Off ? null : spans, tracing == Tracing.All ? 1 : MeasuredFolder.ShippedRatio);
        processes = new ExchangeProcesses(Folder, state);
        generators = new Family(state);
    }

    public ExchangeFolder Folder { get; }

    /// <exception cref="ChildFailedException">A program ended or did not become ready; with its last words.</exception>
    public async Task Start(IProgress<string> progress, CancellationToken stop)
    {
        var (tax, town) = (Folder.Agency(ExchangePlan.Tax), Folder.Agency(ExchangePlan.Chiyoda));
        await processes.StartHub(progress, stop).ConfigureAwait(false);
        await processes.Enrol([tax, town], progress, stop).ConfigureAwait(false);
        provider = await processes.StartAdapter(tax, "provider", stop).ConfigureAwait(false);
        generator = generators.Start("generator", typeof(RungExchange).Assembly.Location,
            [RequesterCommand.Verb, "--agency", town.Folder, "--people", $"{people}", "--told-at", $"{port}"]);
        await Family.UntilSays(generator, ServeCommands.Ready, stop).ConfigureAwait(false);
    }

    /// <param name="who">Of <see cref="Generators"/>.</param>
    public Rung Rung(string id, string who) => new(id, generator!, port, who, processes.Hub.Id, provider!.Id);

    /// <exception cref="ChildFailedException">One of its processes has ended.</exception>
    public void Check()
    {
        processes.Check();
        generators.Check();
    }

    public async ValueTask DisposeAsync()
    {
        await generators.DisposeAsync().ConfigureAwait(false);
        await processes.DisposeAsync().ConfigureAwait(false);
        Folder.Dispose();
    }
}
