using Exchange.Adapter.Asking;
using Exchange.Adapter.Enrolment;
using Exchange.Adapter.Journal;
using Exchange.Gateway.Audit;
using Exchange.Gateway.Policy;
using Exchange.Sandbox.Files;
using Exchange.Sandbox.InProcess;
using Exchange.Sandbox.Residents;
using Exchange.V1;
using Google.Protobuf;
using Microsoft.Extensions.DependencyInjection;
using Records.Municipality.V1;
using Records.Tax.V1;

[assembly: AssemblyFixture(typeof(Exchange.Journeys.Tests.Running.RunningExchange))]

namespace Exchange.Journeys.Tests.Running;

/// <summary>
/// A whole exchange of a few residents in a folder of its own. The one that the assembly shares is never changed; who
/// changes policy, certificates or connections starts another. An error in any log that no test expects fails it.
/// </summary>
public sealed class RunningExchange : IAsyncLifetime
{
    public const string Tax = ExchangePlan.Tax, Chiyoda = ExchangePlan.Chiyoda, Osaka = ExchangePlan.Osaka;
    public const string Income = "tax.income.v1", ResidentTax = "municipality.resident-tax.v1";
    public const string Benefits = "benefit-eligibility";

    static readonly TimeSpan patience = TimeSpan.FromSeconds(20);

    readonly string folder = Directory.CreateTempSubdirectory("exchange-").FullName;
    InProcessExchange? exchange;

    /// <summary>Enough people that the tax agency does not know one of them.</summary>
    public ExchangePlan Plan { get; init; } = new() { People = 100, Connections = 1, Quota = (50_000, 100_000) };

    /// <summary>What is changed in the agencies' records before anything starts.</summary>
    public Action<ExchangeFolder> Prepare { get; init; } = Newcomers.Add;

    public LogLines Log { get; } = new();

    public InProcessExchange Parts => exchange!;

    public ExchangeFolder Folder => Parts.Folder;

    public async ValueTask InitializeAsync()
    {
        using (var files = ExchangeFolder.Open(folder, Plan, TimeProvider.System))
            Prepare(files);
        exchange = await InProcessExchange.Start(folder, Plan, log: Log);
    }

    public async ValueTask DisposeAsync()
    {
        if (exchange is not null)
            await exchange.DisposeAsync();
        Directory.Delete(folder, recursive: true);
        Assert.Empty(Log.Unexpected);
    }

    /// <summary>A resident of Chiyoda whom the tax agency knows: the n-th.</summary>
    public Resident ChiyodaResident(int n = 0) => Known(Chiyoda, n);

    public Resident OsakaResident(int n = 0) => Known(Osaka, n);

    /// <summary>Asks as the agency's own systems do, through its adapter.</summary>
    public Task<AskOutcome> Ask(
        string agency, string person, string provider = Tax, string task = Benefits, string dataSet = Income, ByteString? question = null,
        string official = "official-1", string caseId = "case-1") =>
        Parts.Asker(agency).Ask(
            new AskRequest(person, provider, task, dataSet, question ?? Question(dataSet), official, caseId, null, ByteString.Empty), TestContext.Current.CancellationToken);

    /// <summary>Opens all sessions an adapter keeps with the provider, so that the next question meets no closed door on its way to one.</summary>
    public async Task OpenSessions(string agency, string person)
    {
        for (var i = 0; i < 4; i++)
            Assert.Null((await Ask(agency, person)).Refusal);
    }

    public static ByteString Question(string dataSet) => dataSet == ResidentTax
        ? new ResidentTaxQuestion { FiscalYear = 2026 }.ToByteString()
        : new IncomeQuestion { Year = 2025 }.ToByteString();

    public T Hub<T>()
        where T : notnull => Parts.Hub!.Services.GetRequiredService<T>();

    public T At<T>(string agency)
        where T : notnull => Parts.Agency(agency).Services.GetRequiredService<T>();

    public AgencyJournal Journal(string agency) => At<AgencyJournal>(agency);

    public Person Enrolled(string agency, string key) =>
        At<People>(agency).TryFind(key, out var person) ? person : throw new InvalidOperationException($"{agency} has enrolled nobody under this key.");

    /// <summary>The hub's log, each entry with its bytes.</summary>
    public async Task<IReadOnlyList<(long Index, byte[] Bytes, AuditEntry Entry)>> AuditLog()
    {
        var entries = new List<(long, byte[], AuditEntry)>();
        await foreach (var (index, bytes) in Hub<AuditLog>().Read(0, long.MaxValue))
            entries.Add((index, bytes, AuditEntry.Parser.ParseFrom(bytes)));
        return entries;
    }

    /// <summary>What the log says of one request.</summary>
    public async Task<LookupEvent> Logged(ByteString requestId) =>
        Assert.Single(await AuditLog(), one => one.Entry.Lookup?.RequestId == requestId).Entry.Lookup;

    /// <summary>Replaces the matrix and has the hub read it at once.</summary>
    public bool UseMatrix(string yaml) => Use(Folder.Matrix, yaml);

    public bool Use(string file, string yaml)
    {
        // As an operator should: the new file replaces the old one whole.
        File.WriteAllText(file + ".new", yaml);
        File.Move(file + ".new", file, overwrite: true);
        return Hub<PolicyReloader>().ReloadNow();
    }

    /// <summary>Waits until it holds; fails the test when it takes too long.</summary>
    public static async Task Until(Func<bool> holds)
    {
        using var enough = new CancellationTokenSource(patience);
        while (!holds())
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, enough.Token);
    }

    public static async Task Until(Func<Task<bool>> holds)
    {
        using var enough = new CancellationTokenSource(patience);
        while (!await holds())
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, enough.Token);
    }

    Resident Known(string town, int n) => Folder.Residents.Where(one => one.Town == town && !one.IsUnknownToTax && one.State == 'A').ElementAt(n);
}
