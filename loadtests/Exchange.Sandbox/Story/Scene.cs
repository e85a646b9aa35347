using Agency.V1;
using Exchange.Protocol.DataSets;
using Exchange.Sandbox.Calls;
using Exchange.Sandbox.Files;
using Exchange.Sandbox.Parties;
using Exchange.Sandbox.Processes;
using Exchange.Sandbox.Redis;
using Exchange.Sandbox.Residents;
using Exchange.Sandbox.Traces;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Records.Municipality.V1;
using Records.Tax.V1;

namespace Exchange.Sandbox.Story;

/// <summary>What every chapter needs: the exchange, the callers of its towns, and who has not been asked about for longest.</summary>
sealed class Scene : IDisposable
{
    static readonly TimeSpan patience = TimeSpan.FromSeconds(20);

    readonly Queue<Resident> assessed;

    public Scene(ExchangeFolder folder, RunningExchange exchange, RespServer redis, TraceCollector traces, Narrator narrator, TimeProvider time)
    {
        (Folder, Exchange, Redis, Traces, Narrator, Time) = (folder, exchange, redis, traces, narrator, time);
        Chiyoda = new AgencyCaller(folder.Agency(ExchangePlan.Chiyoda), folder.Root, traces, time);
        Osaka = new AgencyCaller(folder.Agency(ExchangePlan.Osaka), folder.Root, traces, time);
        HubLog = new HubLog(folder.AuditLog);
        var asked = new AgencyBook(Chiyoda.Agency).LastAsked();
        var town = folder.ResidentsOf(Chiyoda.Agency).OrderBy(one => asked.GetValueOrDefault(one.TownKey)).ToArray();
        assessed = new Queue<Resident>(town.Where(one => one is { IsUnknownToTax: false, State: 'A', Dependants: > 0 }));
        Unknown = town.First(one => one.IsUnknownToTax);
        asked = new AgencyBook(Osaka.Agency).LastAsked();
        Mover = folder.ResidentsOf(Osaka.Agency).Where(one => one is { Town: ExchangePlan.Chiyoda, State: 'A', IsChild: false }).MinBy(one => asked.GetValueOrDefault(one.TownKey))!;
    }

    public ExchangeFolder Folder { get; }

    public RunningExchange Exchange { get; }

    public RespServer Redis { get; }

    public TraceCollector Traces { get; }

    public Narrator Narrator { get; }

    public TimeProvider Time { get; }

    public AgencyCaller Chiyoda { get; }

    public AgencyCaller Osaka { get; }

    public HubLog HubLog { get; }

    /// <summary>Reads of caches by adapters that are gone, with agency, cache and where the value came from.</summary>
    public Dictionary<(string Agency, string Cache, string From), long> ReadsBefore { get; } = [];

    /// <summary>Questions Chiyoda has asked twice, so that handles for them are kept.</summary>
    public List<LookupRequest> Known { get; } = [];

    /// <summary>Lives in Chiyoda, and the tax agency has never heard of them.</summary>
    public Resident Unknown { get; }

    /// <summary>Moved from Chiyoda to Osaka after 1 January; with Osaka's own key.</summary>
    public Resident Mover { get; }

    /// <summary>Somebody with an income whom Chiyoda has not asked about, or not for longest.</summary>
    public Resident NextResident() => assessed.Dequeue();

    public LookupRequest IncomeOf(Resident resident, string task = "benefit-eligibility") =>
        Question(resident, "tax", task, DataSetCatalogue.Income, new IncomeQuestion { Year = 2025 });

    public LookupRequest ResidentTaxOf(Resident resident) =>
        Question(resident, ExchangePlan.Chiyoda, "benefit-eligibility", DataSetCatalogue.ResidentTax, new ResidentTaxQuestion { FiscalYear = 2026 });

    /// <summary>Asks what must be answered. A start takes a moment to be known to everybody: until then it is asked again.</summary>
    public async Task<Call> Answered(AgencyCaller caller, LookupRequest request, Status status, CancellationToken cancelled)
    {
        var started = Time.GetTimestamp();
        while (true)
        {
            var call = await caller.Ask(request, cancelled).ConfigureAwait(false);
            if (call.Answer?.Status == status)
                return call;
            if (call.Problem?.Reason is not ("HUB_UNAVAILABLE" or "PROVIDER_UNAVAILABLE") || Time.GetElapsedTime(started) > patience)
                throw new StoryException(call.Problem is { } problem
                    ? $"{caller.Agency.Id} asked and was refused: {problem.Reason}. {problem.Detail} {problem.Remedy}"
                    : $"{caller.Agency.Id} asked and was answered {call.Answer!.Status} where {status} was due.");
            await Task.Delay(TimeSpan.FromMilliseconds(100), Time, cancelled).ConfigureAwait(false);
        }
    }

    public static void Expect(bool truth, string otherwise)
    {
        if (!truth)
            throw new StoryException(otherwise);
    }

    public void Dispose()
    {
        Chiyoda.Dispose();
        Osaka.Dispose();
    }

    LookupRequest Question(Resident resident, string provider, string task, DataSetContract dataSet, IMessage question) => new()
    {
        Person = resident.TownKey,
        Provider = provider,
        Task = task,
        DataSet = dataSet.Id,
        Question = Any.Pack(question),
        Official = "a.sato@welfare",
        CaseId = $"benefit-{Time.GetUtcNow():yyyy}-{resident.TownKey[2..]}",
    };
}
