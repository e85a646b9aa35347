using Exchange.Adapter.Asking;
using Exchange.Adapter.Enrolment;
using Exchange.Hammer.Contenders;
using Exchange.Hammer.Machine;
using Exchange.Hammer.Measurement;
using Exchange.Sandbox.Files;
using Exchange.Sandbox.Processes;
using Exchange.V1;

namespace Exchange.Hammer.Parties;

/// <summary>The exchange that is measured: hub and provider, each a process of its own, and the requester's adapter in this one.</summary>
sealed class LiveExchange(ExchangeFolder folder, MeasurementPlan plan, string state) : IAsyncDisposable
{
    readonly Family family = new(state);
    readonly HttpClient http = new();
    Requester? requester;
    ChildProcess hub = null!, provider = null!;
    HubMemory hubMemory = null!;

    public StartUp StartUp { get; private set; } = null!;

    /// <exception cref="ChildFailedException">A program ended or did not become ready; with its last words.</exception>
    public async Task Start(IProgress<string> progress, CancellationToken stop)
    {
        progress.Report("starting the key authority, the witness and the hub");
        var authority = family.Start("key authority", Programs.KeyAuthority, ["serve", "--config", folder.AuthorityConfig]);
        // The hub asks it for its keys at once, and then not again for a while.
        await Family.UntilSays(authority, "Listening on", stop).ConfigureAwait(false);
        var witness = family.Start("witness", Programs.KeyAuthority, ["witness", "serve", "--config", folder.WitnessConfig]);
        await Family.UntilReady(witness, folder.WitnessReady, http, stop).ConfigureAwait(false);
        var started = TimeProvider.System.GetTimestamp();
        hub = family.Start("hub", Programs.Gateway, ["serve", "--config", folder.GatewayConfig]);
        await Family.UntilReady(hub, folder.GatewayReady, http, stop).ConfigureAwait(false);
        var took = TimeProvider.System.GetElapsedTime(started);

        var (tax, town) = (folder.Agency(ExchangePlan.Tax), folder.Agency(ExchangePlan.Chiyoda));
        foreach (var agency in plan.Contenders.Contains(Lineup.LocalApi) ? [tax, town, folder.Agency(ExchangePlan.Osaka)] : new[] { tax, town })
        {
            if (agency.IsEnrolled)
                continue;
            progress.Report($"enrolling the people of {agency.Id}");
            await family.Run($"enrol {agency.Id}", Programs.Adapter(agency.Kind), ["enrol", "--config", agency.Config], stop).ConfigureAwait(false);
            agency.MarkEnrolled();
        }
        await family.End(authority).ConfigureAwait(false);

        progress.Report("starting the provider and the requester");
        provider = family.Start("provider", Programs.Adapter(tax.Kind), ["serve", "--config", tax.Config]);
        await Family.UntilReady(provider, tax.Ready, http, stop).ConfigureAwait(false);
        requester = await Requester.Start(town, stop).ConfigureAwait(false);
        hubMemory = new HubMemory(http, new Uri(folder.GatewayReady, "/metrics"));
        StartUp = new StartUp(Math.Round(took.TotalSeconds, 2), IdleMemory.Of(hub.Id), IdleMemory.Of(provider.Id));
    }

    /// <summary>Throws when one of the measured processes has ended.</summary>
    public void Check() => family.Check();

    /// <summary>Lookups from the adapter runtime in this process.</summary>
    public Runner Lookups(string id)
    {
        var kind = id == Lineup.Warm ? LookupKind.Warm : LookupKind.Cold;
        var residents = folder.ResidentsOf(folder.Agency(ExchangePlan.Chiyoda)).ToArray();
        return new Runner(id, Questions(plan.Sizes, question => new ExchangeLookups(
            kind, question, requester!.Of<Asker>(), requester.Of<People>(), requester.Of<HandleShelf>(), [.. residents.Where(question.About)])), provider)
        {
            Middle = [hub.Id],
            HubMemory = hubMemory,
        };
    }

    /// <summary>Lookups through another town's adapter, a process of its own.</summary>
    public async Task<Runner> LocalApi(string own, CancellationToken stop)
    {
        var town = folder.Agency(ExchangePlan.Osaka);
        var processes = new Family(own);
        LocalApiLookups? lookups = null;
        try
        {
            var adapter = processes.Start("adapter with a local API", Programs.Adapter(town.Kind), ["serve", "--config", town.Config]);
            await Family.UntilReady(adapter, town.Ready, http, stop).ConfigureAwait(false);
            lookups = new LocalApiLookups(town, folder.Root, TaxQuestion.Income, [.. folder.ResidentsOf(town).Where(TaxQuestion.Income.About)], plan.Connections);
            await Family.UntilAnswers(adapter, lookups, stop).ConfigureAwait(false);
            return new Runner(Lineup.LocalApi, Questions([plan.Sizes[0]], _ => lookups), provider)
            {
                Middle = [hub.Id],
                Adapter = adapter.Id,
                HubMemory = hubMemory,
                Own = processes,
                Connections = lookups,
            };
        }
        catch
        {
            lookups?.Dispose();
            await processes.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (requester is not null)
            await requester.DisposeAsync().ConfigureAwait(false);
        await family.DisposeAsync().ConfigureAwait(false);
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
sealed record StartUp(double HubSeconds, double HubMegabytes, double AdapterMegabytes);
