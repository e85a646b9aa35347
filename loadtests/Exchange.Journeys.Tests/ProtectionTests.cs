using Agency.V1;
using Exchange.Adapter.Asking;
using Exchange.Adapter.Protection;
using Exchange.Journeys.Tests.Running;
using Exchange.Sandbox.Files;
using Exchange.V1;
using Google.Protobuf;
using Grpc.Core;

namespace Exchange.Journeys.Tests;

/// <summary>A town holds somebody at risk; another town asks, and an official decides, as docs/how-to/people-at-risk.md says.</summary>
public sealed class ProtectionTests(ProtectionTests.Own own) : IClassFixture<ProtectionTests.Own>
{
    public sealed class Own : OwnExchange
    {
        public override async ValueTask InitializeAsync()
        {
            await base.InitializeAsync();
            var town = Exchange.Folder.Agency(Chiyoda);
            await Exchange.Parts.StopAgency(Chiyoda);
            await File.AppendAllTextAsync(town.Config, "approval: { data_sets: [municipality.resident-tax.v1], resolves_after: 72h, officials: 2 }\n");
            await File.AppendAllTextAsync(Path.Combine(town.Folder, "callers.yaml"), Supervisor.Rows(town));
            await Exchange.Parts.StartAgency(Chiyoda);
            await Exchange.Parts.UntilConnected();
        }
    }

    const string Chiyoda = RunningExchange.Chiyoda, Osaka = RunningExchange.Osaka;

    readonly RunningExchange exchange = own.Exchange;

    static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Two_officials_approve_and_the_town_that_asked_hears_it_when_it_asks_the_same_again()
    {
        var unknownThere = exchange.OsakaResident().TownKey;
        Assert.Equal(AnswerStatus.Found, (await Ask(Newcomers.Mover)).Status);
        using var system = new LocalSystem(exchange, Chiyoda);
        using var supervisor = new LocalSystem(exchange, Chiyoda, Supervisor.Name, Supervisor.Key(exchange.Folder.Agency(Chiyoda)));
        var desk = new ProtectionService.ProtectionServiceClient(system.Channel);
        var key = Newcomers.Moved(exchange.Folder).TownKey;
        Assert.True((await desk.ProtectAsync(new ProtectRequest { Person = key, NeedsApproval = true, Official = "suzuki" }, system.Headers(), cancellationToken: Stop)).NeedsApproval);

        var pending = await Ask(Newcomers.Mover);
        var unknown = await Ask(unknownThere);

        // COLD both: the handle from before has ended. The hub cannot tell them apart, nor from an answer.
        Assert.All(new[] { pending, unknown }, one => Assert.Equal((AnswerStatus.Pending, LookupKind.Cold), (one.Status, one.Kind)));
        var (logged, other) = (await exchange.Logged(pending.Receipt!.RequestId), await exchange.Logged(unknown.Receipt!.RequestId));
        Assert.Equal((AuditOutcome.Answered, logged.CalculateSize()), (other.Outcome, other.CalculateSize()));

        var waiting = Assert.Single((await desk.ListApprovalsAsync(new ListApprovalsRequest(), system.Headers(), cancellationToken: Stop)).Approvals);
        Assert.Equal((key, Osaka, "official-1"), (waiting.Person, waiting.Requester, waiting.Official));
        Assert.Equal("fiscal_year 2026, the record", waiting.Question);
        Assert.Equal("OPEN", (await Decide(system, "tanaka")).State);
        Assert.Equal(StatusCode.PermissionDenied, (await Assert.ThrowsAsync<RpcException>(() => Decide(system, "mori"))).StatusCode);
        Assert.Equal(AnswerStatus.Pending, (await Ask(Newcomers.Mover)).Status);
        Assert.Equal("APPROVED", (await Decide(supervisor, "mori")).State);

        var told = await Ask(Newcomers.Mover);
        Assert.Equal((AnswerStatus.Found, false), (told.Status, told.Record.IsEmpty));
        Assert.Equal(AnswerStatus.Pending, (await Ask(unknownThere)).Status);
        // The ticket of what was answered is gone, that of what still waits is kept.
        Assert.True(exchange.At<KeptTickets>(Osaka).Find(Request(Newcomers.Mover), Chiyoda).IsEmpty);
        Assert.False(exchange.At<KeptTickets>(Osaka).Find(Request(unknownThere), Chiyoda).IsEmpty);

        // Marked anew, what was approved is so no longer.
        await desk.ProtectAsync(new ProtectRequest { Person = key, HidesHistory = true, Official = "suzuki" }, system.Headers(), cancellationToken: Stop);
        Assert.Equal(AnswerStatus.Pending, (await Ask(Newcomers.Mover)).Status);

        async Task<Approval> Decide(LocalSystem caller, string official) =>
            await desk.DecideAsync(new DecideRequest { Id = waiting.Id, Approve = true, Official = official }, caller.Headers(), cancellationToken: Stop);
    }

    [Fact]
    public async Task Whoever_may_approve_alone_marks_nobody()
    {
        using var supervisor = new LocalSystem(exchange, Chiyoda, Supervisor.Name, Supervisor.Key(exchange.Folder.Agency(Chiyoda)));
        var desk = new ProtectionService.ProtectionServiceClient(supervisor.Channel);
        Assert.Equal(2u, (await desk.ListApprovalsAsync(new ListApprovalsRequest(), supervisor.Headers(), cancellationToken: Stop)).OfficialsNeeded);
        var refused = await Assert.ThrowsAsync<RpcException>(async () => await desk.ProtectAsync(new ProtectRequest { Person = "R-1", NeedsApproval = true, Official = "mori" }, supervisor.Headers(), cancellationToken: Stop));
        Assert.Contains("'may_protect'", refused.Status.Detail, StringComparison.Ordinal);
        refused = await Assert.ThrowsAsync<RpcException>(async () => await desk.LiftAsync(new LiftRequest { Person = "R-1", Official = "mori" }, supervisor.Headers(), cancellationToken: Stop));
        Assert.Contains("'may_protect'", refused.Status.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_caller_without_the_role_neither_marks_nor_decides()
    {
        using var system = new LocalSystem(exchange, Osaka);
        var desk = new ProtectionService.ProtectionServiceClient(system.Channel);
        foreach (var call in new Func<Task>[]
        {
            async () => await desk.ProtectAsync(new ProtectRequest { Person = "R-1", NeedsApproval = true, Official = "suzuki" }, system.Headers(), cancellationToken: Stop),
            async () => await desk.LiftAsync(new LiftRequest { Person = "R-1", Official = "suzuki" }, system.Headers(), cancellationToken: Stop),
            async () => await desk.ListProtectedAsync(new ListProtectedRequest(), system.Headers(), cancellationToken: Stop),
            async () => await desk.ListApprovalsAsync(new ListApprovalsRequest(), system.Headers(), cancellationToken: Stop),
            async () => await desk.DecideAsync(new DecideRequest { Id = 1, Approve = true, Official = "suzuki" }, system.Headers(), cancellationToken: Stop),
        })
        {
            var refused = await Assert.ThrowsAsync<RpcException>(call);
            Assert.Equal(StatusCode.PermissionDenied, refused.StatusCode);
            Assert.Contains("does not give this one 'may_", refused.Status.Detail, StringComparison.Ordinal);
        }
    }

    Task<AskOutcome> Ask(string person) => exchange.Parts.Asker(Osaka).Ask(Request(person), Stop);

    static AskRequest Request(string person) => new(
        person, Chiyoda, RunningExchange.Benefits, RunningExchange.ResidentTax, RunningExchange.Question(RunningExchange.ResidentTax), "official-1", "case-1", null, ByteString.Empty);
}
