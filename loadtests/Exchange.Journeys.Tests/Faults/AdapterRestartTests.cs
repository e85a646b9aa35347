using System.Diagnostics;
using Exchange.Adapter;
using Exchange.Hosting.Storage;
using Exchange.Protocol.Sessions;
using Exchange.Sandbox.Processes;
using Exchange.V1;

namespace Exchange.Journeys.Tests.Faults;

public sealed class AdapterRestartTests(Enrolled enrolled)
{
    [Fact]
    public async Task After_the_provider_restarts_the_asker_opens_a_session_with_the_new_node_by_itself_and_handles_still_work()
    {
        await using var scene = await Scene.Start(enrolled);
        var who = scene.Resident(Scene.Chiyoda, 0);
        await scene.Acquainted(who);
        await scene.RestartAgency(Scene.Tax);

        var outcome = await scene.Answered(who);

        Assert.Equal((LookupKind.Warm, "memory"), (outcome.Kind, outcome.HandleFrom));
        // Once for each session that ended with the node.
        Assert.NotEmpty(outcome.RepeatedBecause);
        Assert.All(outcome.RepeatedBecause, reason => Assert.Equal(Reason.NodeUnavailable, reason));
        scene.NothingIsAmiss();
    }

    [Fact]
    public async Task A_session_that_the_provider_has_forgotten_is_replaced_by_the_asker_itself()
    {
        await using var scene = await Scene.Start(enrolled);
        var who = scene.Resident(Scene.Osaka, 0);
        await scene.Acquainted(who);
        scene.Of<ProviderSessions>(Scene.Tax).Dispose();

        var outcome = await scene.Answered(who);

        Assert.Equal(LookupKind.Warm, outcome.Kind);
        Assert.NotEmpty(outcome.RepeatedBecause);
        Assert.All(outcome.RepeatedBecause, reason => Assert.Equal(Reason.UnknownSession, reason));
        Assert.Contains(scene.Log(), entry => entry is { Outcome: AuditOutcome.Failed, Reason: Reason.UnknownSession });
        scene.NothingIsAmiss();
    }

    [Fact]
    public async Task While_the_provider_is_away_the_asker_is_told_at_once_and_when_to_come_back()
    {
        await using var scene = await Scene.Start(enrolled);
        await scene.Exchange.StopAgency(Scene.Tax);
        var began = Stopwatch.GetTimestamp();

        var outcome = await scene.Ask(scene.Resident(Scene.Osaka, 1));

        Assert.Equal(Reason.ProviderUnavailable, outcome.Refusal?.Reason);
        Assert.InRange(outcome.Refusal!.RetryAfterMs, 1u, 60_000u);
        Assert.InRange(Stopwatch.GetElapsedTime(began), TimeSpan.Zero, TimeSpan.FromSeconds(5));
        await scene.StartAgency(Scene.Tax);
        await scene.Exchange.UntilConnected();
        await scene.Answered(scene.Resident(Scene.Osaka, 1));
    }

    [Fact]
    public async Task After_the_asker_restarts_without_Redis_everything_is_cold_again_and_right()
    {
        await using var scene = await Scene.Start(enrolled);
        var who = scene.Resident(Scene.Osaka, 2);
        await scene.Answered(who);
        Assert.Equal(LookupKind.Warm, (await scene.Answered(who)).Kind);

        await scene.RestartAgency(Scene.Osaka);

        Assert.Equal(LookupKind.Cold, (await scene.Answered(who)).Kind);
        Assert.Equal(LookupKind.Warm, (await scene.Answered(who)).Kind);
        scene.NothingIsAmiss();
    }

    [Fact]
    public async Task A_provider_that_stops_first_hands_over_what_it_has_answered()
    {
        await using var scene = await Scene.Start(enrolled, wired: [Scene.Tax]);
        var who = scene.Resident(Scene.Chiyoda, 3);
        await scene.Acquainted(who);
        var asked = scene.AnsweredBy(Scene.Tax).Count;
        scene.Wire(Scene.Tax).HoldToHub();
        var inFlight = scene.Ask(who);
        await Scene.Until(() => scene.AnsweredBy(Scene.Tax).Count > asked, "the provider's answer");

        var stopping = scene.Exchange.StopAgency(Scene.Tax);
        scene.Wire(Scene.Tax).Flow();

        var outcome = await inFlight;
        Scene.IsRight(who, outcome);
        Assert.Empty(outcome.RepeatedBecause);
        await stopping;
        scene.NothingIsAmiss();
    }

    [Fact]
    public async Task A_second_adapter_on_the_same_state_is_refused_and_the_first_goes_on()
    {
        await using var scene = await Scene.Start(enrolled);
        var agency = scene.Folder.Agency(Scene.Chiyoda);
        var refused = Assert.Throws<StoreException>(() => AdapterHost.Build(Programs.Kind(agency.Kind), AdapterOptions.Read(agency.Config, agency.Id), TimeProvider.System));
        Assert.Equal(StoreFault.InUse, refused.Fault);
        await scene.Answered(scene.Resident(Scene.Chiyoda, 0));
    }
}
