using Exchange.Adapter.Asking;
using Exchange.Adapter.Enrolment;
using Exchange.Hammer.Contenders;
using Exchange.Hammer.Machine;
using Exchange.Sandbox.Files;
using Exchange.Sandbox.Processes;
using Exchange.V1;

namespace Exchange.Hammer.Parties;

/// <summary>The exchange that is measured: hub and provider, each a process of its own, and the requester's adapter in this one.</summary>
/// <param name="sizes">Bytes of the answers that are asked for.</param>
/// <param name="connections">Of an agency's own system to its adapter.</param>
sealed class LiveExchange(ExchangeFolder folder, string state, IReadOnlyList<int> sizes, int connections) : IAsyncDisposable
{
    readonly ExchangeProcesses processes = new(folder, state);
    readonly HttpClient http = new();
    Requester? requester;
    ChildProcess provider = null!;

    /// <summary>People of all agencies, and not only of those that take part.</summary>
    public bool EnrolsEverybody { get; init; }

    /// <summary>So many people, at the most, are asked about.</summary>
    public int MostAsked { get; init; } = int.MaxValue;

    public StartUp StartUp { get; private set; } = null!;

    public int Hub => processes.Hub.Id;

    public HubMetrics HubMetrics => processes.Metrics;

    public Requester Requester => requester!;

    /// <param name="hasLocalApi">Another town's people are enrolled too.</param>
    /// <exception cref="ChildFailedException">A program ended or did not become ready; with its last words.</exception>
    public async Task Start(bool hasLocalApi, IProgress<string> progress, CancellationToken stop)
    {
        var took = await processes.StartHub(progress, stop).ConfigureAwait(false);
        var (tax, town) = (folder.Agency(ExchangePlan.Tax), folder.Agency(ExchangePlan.Chiyoda));
        await processes.Enrol(EnrolsEverybody ? folder.Agencies : hasLocalApi ? [tax, town, folder.Agency(ExchangePlan.Osaka)] : [tax, town], progress, stop).ConfigureAwait(false);

        progress.Report("starting the provider and the requester");
        var started = TimeProvider.System.GetTimestamp();
        provider = await processes.StartAdapter(tax, "provider", stop).ConfigureAwait(false);
        var adapterTook = TimeProvider.System.GetElapsedTime(started);
        requester = await Requester.Start(town, stop).ConfigureAwait(false);
        StartUp = new StartUp(Math.Round(took.TotalSeconds, 2), IdleMemory.Of(Hub), IdleMemory.Of(provider.Id)) { AdapterSeconds = Math.Round(adapterTook.TotalSeconds, 2) };
    }

    /// <summary>Throws when one of the measured processes has ended.</summary>
    public void Check() => processes.Check();

    /// <inheritdoc cref="ExchangeProcesses.While"/>
    public Task<T> While<T>(Func<Task<T>> run) => processes.While(run);

    /// <summary>Lookups from the adapter runtime in this process.</summary>
    public Runner Lookups(string id)
    {
        var kind = id == Lineup.Warm ? LookupKind.Warm : LookupKind.Cold;
        var residents = folder.ResidentsOf(folder.Agency(ExchangePlan.Chiyoda)).ToArray();
        return new Runner(id, Questions(sizes, question => new ExchangeLookups(
            kind, question, requester!.Of<Asker>(), requester.Of<People>(), requester.Of<HandleShelf>(), [.. residents.Where(question.About).Take(MostAsked)])), provider)
        {
            Middle = [Hub],
            HubMetrics = HubMetrics,
        };
    }

    /// <summary>Lookups through another town's adapter, a process of its own.</summary>
    public async Task<Runner> LocalApi(string own, CancellationToken stop)
    {
        var town = folder.Agency(ExchangePlan.Osaka);
        var its = new Family(own);
        LocalApiLookups? lookups = null;
        try
        {
            var adapter = its.Start("adapter with a local API", Programs.Adapter(town.Kind), ["serve", "--config", town.Config]);
            await Family.UntilReady(adapter, town.Ready, http, stop).ConfigureAwait(false);
            lookups = new LocalApiLookups(town, folder.Root, TaxQuestion.Income, [.. folder.ResidentsOf(town).Where(TaxQuestion.Income.About)], connections);
            await Family.UntilAnswers(adapter, lookups, stop).ConfigureAwait(false);
            return new Runner(Lineup.LocalApi, Questions([sizes[0]], _ => lookups), provider)
            {
                Middle = [Hub],
                Adapter = adapter.Id,
                HubMetrics = HubMetrics,
                Own = its,
                Connections = lookups,
            };
        }
        catch
        {
            lookups?.Dispose();
            await its.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (requester is not null)
            await requester.DisposeAsync().ConfigureAwait(false);
        await processes.DisposeAsync().ConfigureAwait(false);
        http.Dispose();
    }

    /// <summary>For each size the question whose answers come nearest, where one comes near.</summary>
    static Dictionary<int, Asked> Questions(IEnumerable<int> sizes, Func<TaxQuestion, IContender> contender) =>
        sizes.Select(size => (Size: size, Question: TaxQuestion.Nearest(size))).Where(one => one.Question is not null).ToDictionary(
            one => one.Size, one => new Asked(contender(one.Question!), $"{one.Question!.DataSet.Id}, {one.Question.DataSet.DeclaredSize} B declared"));
}

/// <summary>Before any load.</summary>
/// <param name="HubSeconds">From the start of the process until it says that it is ready; asked ten times a second.</param>
/// <param name="HubMegabytes">Private memory of the hub, agencies connected.</param>
/// <param name="AdapterMegabytes">Private memory of the provider's adapter.</param>
sealed record StartUp(double HubSeconds, double HubMegabytes, double AdapterMegabytes)
{
    /// <summary>From the start of the provider's adapter until it says that it is ready; null in results of before it was read.</summary>
    public double? AdapterSeconds { get; init; }
}
