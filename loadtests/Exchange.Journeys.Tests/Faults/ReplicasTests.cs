using Exchange.Adapter.Connection;
using Exchange.Journeys.Tests.Running;
using Exchange.Reckoning;
using Exchange.Sandbox.Files;
using Exchange.V1;
using Processes = Exchange.Sandbox.Processes;

namespace Exchange.Journeys.Tests.Faults;

/// <summary>Two replicas of the hub: one directory, matrix and enrolment key, a name and a log each. One test after another; each leaves both running.</summary>
public sealed class ReplicasTests(ReplicasTests.Own own) : IClassFixture<ReplicasTests.Own>
{
    public sealed class Own : OwnExchange
    {
        public Own() => Exchange = new RunningExchange { Plan = new ExchangePlan { People = 100, Connections = 1, Quota = (50_000, 100_000), Hubs = 2 } };

        public override async ValueTask InitializeAsync()
        {
            await base.InitializeAsync();
            await BothConnected(Exchange);
        }
    }

    readonly RunningExchange exchange = own.Exchange;

    static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Either_alone_translates_and_logs_what_goes_by_it()
    {
        for (var replica = 0; replica < 2; replica++)
        {
            var before = Logs();
            await exchange.Parts.StopHub(1 - replica);
            // Each about somebody whom nobody asked about before: COLD.
            for (var i = 20 + 8 * replica; i < 28 + 8 * replica; i++)
                Scene.IsRight(exchange.ChiyodaResident(i), await exchange.Ask(RunningExchange.Chiyoda, exchange.ChiyodaResident(i).TownKey));
            await exchange.Parts.StartHub(replica: 1 - replica);
            await BothConnected(exchange);

            var lookups = Logs().Zip(before, (now, then) => Books.Lookups(now.Entries.Skip(then.Entries.Count))).ToArray();
            Assert.Equal(8, lookups[replica].Count(one => one is { Outcome: AuditOutcome.Answered, Kind: LookupKind.Cold }));
            Assert.Empty(lookups[1 - replica]);
        }
        Assert.Empty(Amiss());
    }

    [Fact]
    public async Task Replicas_that_are_started_again_one_after_the_other_cost_nobody_an_answer()
    {
        await UnderLoad(async answered =>
        {
            for (var replica = 0; replica < 2; replica++)
            {
                await exchange.Parts.StopHub(replica);
                await answered(20);
                await exchange.Parts.StartHub(replica: replica);
                await BothConnected(exchange);
                await answered(20);
            }
        });
        Assert.Empty(Amiss());
    }

    [Fact]
    public async Task A_replica_that_is_killed_costs_what_was_in_flight_and_that_is_asked_again_by_the_other()
    {
        await exchange.Parts.StopHub(1);
        await using var processes = new Processes.RunningExchange(exchange.Folder, TimeProvider.System);
        await processes.StartHub(exchange.Folder.Hubs[1], Stop);
        await BothConnected(exchange);

        await UnderLoad(async answered =>
        {
            // Sessions go where they were opened: to the one that will be killed.
            await exchange.Parts.StopHub(0);
            await answered(20);
            await exchange.Parts.StartHub(replica: 0);
            await BothConnected(exchange);
            var before = Books.Log(exchange.Folder.Hubs[1].AuditLog).Count;
            await RunningExchange.Until(() => Books.Log(exchange.Folder.Hubs[1].AuditLog).Count > before + 20);
            await processes.Kill("hub-2");
            await answered(40);
            await exchange.Parts.StartHub(replica: 1);
            await BothConnected(exchange);
            await answered(20);
        });
        Assert.Empty(Amiss());
    }

    /// <summary>While six ask all the time, who must all be answered, and with the right record.</summary>
    /// <param name="meanwhile">Hears how to wait for so many answers more.</param>
    async Task UnderLoad(Func<Func<int, Task>, Task> meanwhile)
    {
        using var enough = new CancellationTokenSource();
        var answers = 0;
        var askers = Enumerable.Range(0, 6).Select(async n =>
        {
            for (var i = n; !enough.IsCancellationRequested; i++)
            {
                var who = n % 2 == 0 ? exchange.ChiyodaResident(i % 20) : exchange.OsakaResident(i % 20);
                Scene.IsRight(who, await exchange.Ask(who.Town, who.TownKey));
                Interlocked.Increment(ref answers);
            }
        }).ToArray();
        await meanwhile(more =>
        {
            var goal = Volatile.Read(ref answers) + more;
            return RunningExchange.Until(() => Volatile.Read(ref answers) >= goal || askers.Any(one => one.IsFaulted));
        });
        await enough.CancelAsync();
        await Task.WhenAll(askers);
    }

    /// <summary>Every agency has each of its connections to each replica.</summary>
    static Task BothConnected(RunningExchange exchange) => RunningExchange.Until(() => exchange.Folder.Agencies.All(agency =>
        exchange.At<HubConnections>(agency.Id).Open == exchange.At<HubChannels>(agency.Id).All.Count));

    List<(string? Name, IReadOnlyList<(long Number, byte[] Content, byte[] LeafHash)> Entries)> Logs() => [.. exchange.Folder.Hubs.Select(hub => (hub.Name, Books.Log(hub.AuditLog)))];

    IReadOnlyList<Violation> Amiss() => Invariants.Check(Logs, exchange.Folder.Agencies.ToDictionary(one => one.Id, one => new Journal(one.Journal, one.JournalKeys)));
}
