using System.Globalization;
using Exchange.Adapter;
using Exchange.Adapter.Enrolment;
using Exchange.Adapter.Sources;
using Exchange.Hammer.Load;
using Exchange.Hammer.Machine;
using Exchange.Protocol.DataSets;
using Exchange.Protocol.Refusals;
using Exchange.Sandbox.Files;
using Exchange.Sandbox.Processes;
using Exchange.V1;

namespace Exchange.Hammer.Parties;

/// <summary>The programs of an exchange that is measured, each a process of its own, as they ship.</summary>
sealed class ExchangeProcesses(ExchangeFolder folder, string state) : IAsyncDisposable
{
    /// <summary>From a failed call until a process that died is known to be dead, and until it is made again.</summary>
    static readonly TimeSpan untilNoticed = TimeSpan.FromSeconds(1);

    readonly Family family = new(state);
    readonly HttpClient http = new();
    ChildProcess? authority;

    /// <summary>Once it is started.</summary>
    public ChildProcess Hub { get; private set; } = null!;

    public HubMetrics Metrics => field ??= new HubMetrics(http, new Uri(folder.GatewayReady, "/metrics"));

    /// <summary>Starts the key authority, the witness and the hub.</summary>
    /// <returns>From the start of the hub until it says that it is ready.</returns>
    /// <exception cref="ChildFailedException">A program ended or did not become ready; with its last words.</exception>
    public async Task<TimeSpan> StartHub(IProgress<string> progress, CancellationToken stop)
    {
        progress.Report("starting the key authority, the witness and the hub");
        authority = family.Start("key authority", Programs.KeyAuthority, ["serve", "--config", folder.AuthorityConfig]);
        // The hub asks it for its keys at once, and then not again for a while.
        await Family.UntilSays(authority, "Listening on", stop).ConfigureAwait(false);
        var witness = family.Start("witness", Programs.KeyAuthority, ["witness", "serve", "--config", folder.WitnessConfig]);
        await Family.UntilReady(witness, folder.WitnessReady, http, stop).ConfigureAwait(false);
        var started = TimeProvider.System.GetTimestamp();
        Hub = family.Start("hub", Programs.Gateway, ["serve", "--config", folder.GatewayConfig]);
        await Family.UntilReady(Hub, folder.GatewayReady, http, stop).ConfigureAwait(false);
        return TimeProvider.System.GetElapsedTime(started);
    }

    /// <summary>Enrols the people of those who have not enrolled theirs; then the key authority is needed no more, and ends.</summary>
    /// <exception cref="ChildFailedException">An enrolment was refused, or a program ended.</exception>
    public async Task Enrol(IEnumerable<AgencyFolder> agencies, IProgress<string> progress, CancellationToken stop)
    {
        foreach (var agency in agencies.Where(one => !one.IsEnrolled))
        {
            var all = folder.ResidentsOf(agency).Count();
            progress.Report(string.Create(CultureInfo.InvariantCulture, $"enrolling the {all:#,0} people of {agency.Id}"));
            for (var started = TimeProvider.System.GetTimestamp(); await TryEnrol(agency, new Enrolled(all, progress), stop).ConfigureAwait(false) is { } refusal;)
            {
                Check();
                // A hub that has just started, on a machine that started everything at once, may not listen yet, or not know the authority; what was enrolled stays so.
                if (TimeProvider.System.GetElapsedTime(started) > Family.Patience)
                    throw new ChildFailedException($"The people of {agency.Id} could not be enrolled: {Reasons.Describe(refusal)}");
                await Task.Delay(untilNoticed, TimeProvider.System, stop).ConfigureAwait(false);
            }
            agency.MarkEnrolled();
        }
        await family.End(authority!).ConfigureAwait(false);
    }

    static async Task<Refusal?> TryEnrol(AgencyFolder agency, IProgress<EnrolmentProgress> progress, CancellationToken stop)
    {
        var options = AdapterOptions.Read(agency.Config, agency.Id);
        await using var data = MappingFile.Read(options.Sources!, DataSetCatalogue.OfKind(agency.Kind));
        var how = new EnrolmentOptions { Epoch = options.Epoch, OnlyNew = true };
        return (await AgencyEnrolment.Run(options, data.People!, how, TimeProvider.System, _ => { }, progress, stop).ConfigureAwait(false)).Refusal;
    }

    /// <exception cref="ChildFailedException">It ended or did not become ready; with its last words.</exception>
    public async Task<ChildProcess> StartAdapter(AgencyFolder agency, string name, CancellationToken stop)
    {
        var adapter = family.Start(name, Programs.Adapter(agency.Kind), ["serve", "--config", agency.Config]);
        await Family.UntilReady(adapter, agency.Ready, http, stop).ConfigureAwait(false);
        return adapter;
    }

    /// <exception cref="ChildFailedException">One of them has ended.</exception>
    public void Check() => family.Check();

    /// <summary>Runs something that needs them; when it fails because one of them has ended, that is what is told.</summary>
    public async Task<T> While<T>(Func<Task<T>> run)
    {
        try
        {
            return await run().ConfigureAwait(false);
        }
        catch (Exception e) when (e is CallFailedException or VoidRunException or IOException or HttpRequestException)
        {
            await Task.Delay(untilNoticed, TimeProvider.System).ConfigureAwait(false);
            Check();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await family.DisposeAsync().ConfigureAwait(false);
        http.Dispose();
    }

    /// <summary>A line a batch.</summary>
    sealed class Enrolled(int all, IProgress<string> progress) : IProgress<EnrolmentProgress>
    {
        public void Report(EnrolmentProgress value) => progress.Report(value.Waiting is { } waiting
            ? $"  waiting: {waiting.Message}"
            : string.Create(CultureInfo.InvariantCulture, $"  {value.Enrolled:#,0} of {all:#,0}"));
    }
}
