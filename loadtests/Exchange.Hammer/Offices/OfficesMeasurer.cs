using System.Diagnostics;
using System.Globalization;
using Exchange.Adapter.Asking;
using Exchange.Hammer.Bulk;
using Exchange.Hammer.Connections;
using Exchange.Hammer.Load;
using Exchange.Hammer.Machine;
using Exchange.Hammer.Parties;
using Exchange.Sandbox.Files;
using Exchange.Sandbox.Residents;

namespace Exchange.Hammer.Offices;

/// <summary>All municipalities connected, some of them asking and answering in this process, the pension service too; then one scenario after the other.</summary>
sealed class OfficesMeasurer(OfficesPlan plan, string state, IProgress<string> progress)
{
    /// <summary>Of each adapter to the hub, as it ships.</summary>
    const int Connections = 2;

    static readonly TimeSpan pause = TimeSpan.FromSeconds(1);

    readonly List<Requester> adapters = [];

    /// <exception cref="VoidRunException">An answer was wrong, or a connection did not stay open.</exception>
    /// <exception cref="CallFailedException">Answers stayed away, or the hub refused a connection.</exception>
    /// <exception cref="ChildFailedException">A process ended.</exception>
    public async Task<OfficesFigures> Run(MachineFacts machine, CancellationToken stop)
    {
        var (began, load) = (TimeProvider.System.GetUtcNow(), MachineFacts.LoadAverage());
        // Many adapters in one process would each export the spans of all.
        using var folder = MeasuredFolder.Open(state, plan.People, Connections, spans: null, moreTowns: plan.MoreTowns);
        IdleAgencies.Write(folder, plan.Idle);
        await using var processes = new ExchangeProcesses(folder, state);
        try
        {
            await processes.StartHub(progress, stop).ConfigureAwait(false);
            await processes.Enrol(folder.Agencies, progress, stop).ConfigureAwait(false);
            await processes.StartAdapter(folder.Agency(ExchangePlan.Tax), "tax agency", stop).ConfigureAwait(false);
            return await processes.While(() => Measure(began, load, machine, folder, processes, stop)).ConfigureAwait(false);
        }
        finally
        {
            foreach (var adapter in adapters)
                await adapter.DisposeAsync().ConfigureAwait(false);
        }
    }

    async Task<OfficesFigures> Measure(DateTimeOffset began, double load, MachineFacts machine, ExchangeFolder folder, ExchangeProcesses processes, CancellationToken stop)
    {
        progress.Report($"starting the pension service and {plan.Towns} towns in this process");
        var pension = await Start(folder, ExchangePlan.Pension, stop).ConfigureAwait(false);
        var before = await Own(stop).ConfigureAwait(false);
        var towns = new List<Office>();
        foreach (var town in plan.Asking)
            towns.Add(await Start(folder, town, stop).ConfigureAwait(false));
        var each = (await Own(stop).ConfigureAwait(false) - before) / plan.Towns;

        var hub = processes.Hub.Id;
        await new OfficeLoad(Scenario.All[0], towns, pension).Run(plan.PerSecond, plan.WarmUp, stop).ConfigureAwait(false);
        var alone = IdleMemory.Bytes(hub);
        progress.Report(string.Create(CultureInfo.InvariantCulture, $"an adapter takes {each / 1e6:0.0} MB; connecting {plan.Idle:#,0} more municipalities"));
        await using var idle = new IdleConnections(folder, new ConnectionsPlan(plan.Idle, 1, pause, plan.WarmUp, 3, plan.Length, 1, 1, plan.People));
        await idle.OpenAll(progress, stop).ConfigureAwait(false);
        var connected = IdleMemory.Bytes(hub);

        var scenes = new List<OfficeScene>();
        foreach (var scenario in Scenario.All)
            scenes.Add(await Play(scenario, towns, pension, folder, hub, stop).ConfigureAwait(false));
        await idle.Check().ConfigureAwait(false);
        return new OfficesFigures(began, machine, load, plan, each, alone, connected, idle.Open, scenes);
    }

    /// <summary>This process's private memory after a full collection.</summary>
    static async Task<long> Own(CancellationToken stop)
    {
        await FullCollection.Of(Environment.ProcessId, stop).ConfigureAwait(false);
        return IdleMemory.Bytes(Environment.ProcessId);
    }

    async Task<Office> Start(ExchangeFolder folder, string agency, CancellationToken stop)
    {
        var adapter = await Requester.Start(folder.Agency(agency), stop).ConfigureAwait(false);
        adapters.Add(adapter);
        return new Office(adapter.Of<Asker>(), [.. agency == ExchangePlan.Pension ? folder.ResidentsOf(folder.Agency(agency)) : folder.Residents.Where(one => one.Town == agency)]);
    }

    async Task<OfficeScene> Play(Scenario scenario, IReadOnlyList<Office> towns, Office pension, ExchangeFolder folder, int hub, CancellationToken stop)
    {
        using var watching = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var peak = Peak(hub, watching.Token);
        var (started, spent) = (Stopwatch.GetTimestamp(), ProcessTimes.Cpu(hub));
        Resident[] list = scenario.HasList ? [.. folder.ResidentsOf(folder.Agency(ExchangePlan.Pension))] : [];
        var linking = Link(folder, list, stop);
        var stretch = await new OfficeLoad(scenario, towns, pension).Run(plan.PerSecond, plan.Length, stop).ConfigureAwait(false);
        var linked = await linking.ConfigureAwait(false);
        var (took, cpu) = (Stopwatch.GetElapsedTime(started), ProcessTimes.Cpu(hub) - spent);
        await watching.CancelAsync().ConfigureAwait(false);
        var scene = new OfficeScene(
            scenario.Id, stretch, Math.Round(cpu / took, 2), scenario.HasList || stretch.Answered.Sum() is not (> 0 and var answers) ? null : Math.Round(cpu.TotalMicroseconds / answers, 1), await peak.ConfigureAwait(false),
            scenario.HasList ? list.Length : null, linked is { } time ? Math.Round(time.TotalSeconds, 2) : null);
        progress.Report(string.Create(CultureInfo.InvariantCulture,
            $"{scene.Scenario,-10} {scene.Answered,8:#,0} of {scene.Offered:#,0} answered   p50 {stretch.P50,7:#,0} us   p99 {stretch.P99,8:#,0} us   hub {scene.HubCpu:0.00} cores, {scene.HubPeak / 1e6:0} MB"));
        return scene;
    }

    static async Task<TimeSpan?> Link(ExchangeFolder folder, Resident[] list, CancellationToken stop)
    {
        if (list.Length == 0)
            return null;
        using var system = new LocalSystem(folder.Agency(ExchangePlan.Pension), folder.Root, connections: 1);
        return await new LinkedList(system, folder.Residents, new Unheard()).Link(list, stop).ConfigureAwait(false);
    }

    /// <summary>Until it is told to stop.</summary>
    static async Task<long> Peak(int process, CancellationToken stop)
    {
        var peak = IdleMemory.Bytes(process);
        using var timer = new PeriodicTimer(pause, TimeProvider.System);
        try
        {
            while (await timer.WaitForNextTickAsync(stop).ConfigureAwait(false))
                peak = Math.Max(peak, IdleMemory.Bytes(process));
        }
        catch (OperationCanceledException)
        {
        }
        return peak;
    }

    sealed class Unheard : IProgress<int>
    {
        public void Report(int value)
        {
        }
    }
}
