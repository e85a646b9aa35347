using System.Diagnostics;
using Exchange.Adapter;
using Exchange.Adapter.Asking;
using Exchange.Adapter.Connection;
using Exchange.Gateway;
using Exchange.Reckoning;
using Exchange.Sandbox.Files;
using Exchange.Sandbox.InProcess;
using Exchange.Sandbox.Residents;
using Exchange.V1;
using Google.Protobuf;
using Microsoft.Extensions.DependencyInjection;
using Records.Municipality.V1;
using Records.Tax.V1;

namespace Exchange.Journeys.Tests.Faults;

/// <summary>A running exchange that may be broken: lines between, parts stopped and started, and what came of it all.</summary>
sealed class Scene : IAsyncDisposable
{
    public const string Tax = ExchangePlan.Tax, Chiyoda = ExchangePlan.Chiyoda, Osaka = ExchangePlan.Osaka;

    static readonly TimeSpan patience = TimeSpan.FromSeconds(40);

    readonly Dictionary<string, Wire> wires = [];
    readonly Dictionary<string, Func<AdapterOptions, AdapterOptions>> changes = [];

    Scene(InProcessExchange exchange) => Exchange = exchange;

    public InProcessExchange Exchange { get; }

    public ExchangeFolder Folder => Exchange.Folder;

    /// <summary>Everything runs and is connected, save the key authority.</summary>
    /// <param name="wired">Agencies that reach the hub over a <see cref="Wire"/>.</param>
    public static async Task<Scene> Start(
        Enrolled enrolled, string[]? wired = null, Func<string, AdapterOptions, AdapterOptions>? adapters = null, Func<GatewayOptions, GatewayOptions>? hub = null,
        Action<ExchangeFolder>? prepare = null)
    {
        var scene = new Scene(InProcessExchange.Open(await enrolled.Copy(), Enrolled.Plan));
        try
        {
            prepare?.Invoke(scene.Folder);
            foreach (var agency in wired ?? [])
                scene.wires[agency] = new Wire(scene.Folder.Gateway.Port);
            await scene.Exchange.StartWitness();
            await scene.Exchange.StartHub(hub);
            foreach (var agency in scene.Folder.Agencies)
            {
                scene.changes[agency.Id] = options =>
                {
                    options = adapters?.Invoke(agency.Id, options) ?? options;
                    return scene.wires.TryGetValue(agency.Id, out var wire) ? options with { Hubs = [wire.Address] } : options;
                };
                await scene.StartAgency(agency.Id);
            }
            await scene.Exchange.UntilConnected();
            // With all their connections: one that comes later would go round what a test does to those there are.
            await Until(() => scene.Folder.Agencies.All(agency => scene.Of<HubConnections>(agency.Id).Open == scene.Of<HubChannels>(agency.Id).All.Count), "every connection");
            return scene;
        }
        catch
        {
            await scene.DisposeAsync();
            throw;
        }
    }

    public Wire Wire(string agency) => wires[agency];

    public Task StartAgency(string id) => Exchange.StartAgency(id, changes[id]);

    public async Task RestartAgency(string id)
    {
        await Exchange.StopAgency(id);
        await StartAgency(id);
        await Exchange.UntilConnected();
    }

    public T Of<T>(string agency)
        where T : notnull => Exchange.Agency(agency).Services.GetRequiredService<T>();

    public T Hub<T>()
        where T : notnull => Exchange.Hub!.Services.GetRequiredService<T>();

    public Resident Resident(string town, int n) => Folder.Residents.Where(one => one.Town == town).ElementAt(n);

    /// <summary>The resident's town asks the tax agency.</summary>
    public Task<AskOutcome> Ask(Resident who, string provider = "tax", CancellationToken cancelled = default) => Exchange.Asker(who.Town).Ask(
        new AskRequest(who.TownKey, provider, "benefit-eligibility", "tax.income.v1", new IncomeQuestion { Year = 2025 }.ToByteString(), "official-1", "case-1", null, ByteString.Empty), cancelled);

    /// <summary>The resident's town asks the other town, which does not know the resident.</summary>
    public Task<AskOutcome> AskOtherTown(Resident who) => Exchange.Asker(who.Town).Ask(
        new AskRequest(who.TownKey, who.Town == Osaka ? Chiyoda : Osaka, "benefit-eligibility", "municipality.resident-tax.v1",
            new ResidentTaxQuestion { FiscalYear = 2026 }.ToByteString(), "official-1", "case-1", null, ByteString.Empty), default);

    /// <summary>Asked and answered with the resident's own record.</summary>
    public async Task<AskOutcome> Answered(Resident who)
    {
        var outcome = await Ask(who);
        IsRight(who, outcome);
        return outcome;
    }

    /// <summary>As often as there are sessions with one provider, so that the next question travels on one that is open.</summary>
    public async Task Acquainted(Resident who)
    {
        await Answered(who);
        await Answered(who);
    }

    public static void IsRight(Resident who, AskOutcome outcome)
    {
        Assert.Equal("", outcome.Refusal?.Reason.ToString() ?? "");
        Assert.Equal(AnswerStatus.Found, outcome.Status);
        var record = IncomeStatement.Parser.ParseFrom(outcome.Record);
        var isKnown = who.State is 'A' or 'E';
        Assert.Equal(2025, record.Year);
        Assert.Equal(isKnown ? who.TotalIncome : 0, record.TotalIncome);
        Assert.Equal(isKnown ? who.TaxableIncome : 0, record.TaxableIncome);
        Assert.Equal(isKnown ? who.Deductions : 0, record.TotalDeductions);
    }

    public IReadOnlyList<LookupEvent> Log() => Books.Lookups(Books.Log(Folder.AuditLog));

    public IReadOnlyList<Line> AskedBy(string agency) => Books.Asked(agency, BookOf(Folder.Agency(agency)));

    public IReadOnlyList<Line> AnsweredBy(string agency) => Books.Answered(agency, BookOf(Folder.Agency(agency)));

    public IReadOnlyList<Violation> Amiss() => Invariants.Check(() => Books.Log(Folder.AuditLog), Folder.Agencies.ToDictionary(one => one.Id, BookOf), Identity);

    public void NothingIsAmiss() => Assert.Empty(Amiss());

    /// <summary>Waits until it holds, with an end.</summary>
    public static async Task Until(Func<bool> holds, string what)
    {
        var began = Stopwatch.GetTimestamp();
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(15));
        while (!holds())
        {
            Assert.True(Stopwatch.GetElapsedTime(began) < patience, $"did not come about: {what}");
            await timer.WaitForNextTickAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var wire in wires.Values)
            wire.Flow();
        await Exchange.DisposeAsync();
        foreach (var wire in wires.Values)
            await wire.DisposeAsync();
        Directory.Delete(Folder.Folder, recursive: true);
    }

    static Journal BookOf(AgencyFolder agency) => new(agency.Journal, agency.JournalKeys);

    string? Identity(string agency, string key) => Folder.Residents.FirstOrDefault(one =>
        (agency == Tax ? one.TaxKey : agency == one.Town ? one.TownKey : agency == one.MovedTo ? one.KeyAfterMove : null) == key)?.Number;
}
