using Exchange.Adapter.Connection;
using Exchange.Gateway;
using Exchange.Gateway.Limits;
using Exchange.Gateway.Policy;
using Exchange.Hosting.Storage;
using Exchange.Reckoning;
using Exchange.V1;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Exchange.Journeys.Tests.Faults;

public sealed class HubRestartTests(Enrolled enrolled)
{
    [Fact]
    public async Task Lookups_that_run_while_the_hub_restarts_are_answered_right_and_logged_once_with_the_key_authority_off()
    {
        await using var scene = await Scene.Start(enrolled);
        using var enough = new CancellationTokenSource();
        var answers = 0;
        async Task KeepAsking(string town, int from)
        {
            for (var i = from; !enough.IsCancellationRequested; i++)
            {
                await scene.Answered(scene.Resident(town, i % 20));
                Interlocked.Increment(ref answers);
            }
        }
        var askers = Enumerable.Range(0, 6).Select(i => KeepAsking(i % 2 == 0 ? Scene.Chiyoda : Scene.Osaka, i)).ToArray();
        await Scene.Until(() => answers > 60 || askers.Any(one => one.IsFaulted), "lookups before");

        var before = Books.Log(scene.Folder.AuditLog).Count;
        await scene.Exchange.StopHub();
        Assert.Null(scene.Exchange.Authority);
        await scene.Exchange.StartHub();
        var atRestart = Volatile.Read(ref answers);
        await Scene.Until(() => Volatile.Read(ref answers) > atRestart + 60 || askers.Any(one => one.IsFaulted), "lookups after");
        await enough.CancelAsync();
        await Task.WhenAll(askers);

        Assert.True(Books.Log(scene.Folder.AuditLog).Count > before);
        // COLD needs the translation keys, which this hub has from disk.
        await scene.RestartAgency(Scene.Chiyoda);
        Assert.Equal(LookupKind.Cold, (await scene.Answered(scene.Resident(Scene.Chiyoda, 0))).Kind);
        scene.NothingIsAmiss();
    }

    [Fact]
    public async Task A_hub_that_stops_finishes_what_is_in_flight_and_the_adapters_come_back_by_themselves()
    {
        await using var scene = await Scene.Start(enrolled, wired: [Scene.Tax]);
        var who = scene.Resident(Scene.Chiyoda, 1);
        await scene.Acquainted(who);
        scene.Wire(Scene.Tax).HoldToHub();
        var asked = scene.AnsweredBy(Scene.Tax).Count;
        var inFlight = scene.Ask(who);
        await Scene.Until(() => scene.AnsweredBy(Scene.Tax).Count > asked, "the provider's answer");

        var stopping = scene.Exchange.StopHub();
        await Scene.Until(() => scene.Of<HubConnections>(Scene.Chiyoda).Pick() is null, "the word to drain");
        Assert.False(inFlight.IsCompleted);
        scene.Wire(Scene.Tax).Flow();
        var outcome = await inFlight;
        Scene.IsRight(who, outcome);
        Assert.Empty(outcome.RepeatedBecause);
        await stopping;

        await scene.Exchange.StartHub();
        Assert.NotNull(await scene.Answered(who));
        scene.NothingIsAmiss();
    }

    [Fact]
    public async Task What_was_only_counted_and_a_policy_that_came_at_the_stop_are_in_the_log_when_the_hub_is_gone()
    {
        await using var scene = await Scene.Start(enrolled);
        var hub = scene.Exchange.Hub!.Services;
        var quotas = hub.GetRequiredService<Quotas>();
        while (quotas.TakeRefusal(Scene.Osaka).IsAdmitted)
        {
        }
        var version = "";
        using var atTheStop = hub.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping.Register(() =>
        {
            File.AppendAllText(scene.Folder.Matrix, "# the same rows\n");
            Assert.True(hub.GetRequiredService<PolicyReloader>().ReloadNow());
            version = hub.GetRequiredService<PolicyReloader>().Current.Version;
        });

        await scene.Exchange.StopHub();

        var entries = Books.Log(scene.Folder.AuditLog).Select(one => AuditEntry.Parser.ParseFrom(one.Content)).ToArray();
        Assert.Equal(1ul, Assert.Single(entries, entry => entry.Throttle is { Requester: Scene.Osaka, DataSet: "(refusals)" }).Throttle.Count);
        Assert.Equal(64, version.Length);
        Assert.Single(entries, entry => entry.Policy?.PolicyVersion == version);
    }

    [Fact]
    public async Task A_second_hub_on_the_same_log_is_refused_and_the_first_goes_on()
    {
        await using var scene = await Scene.Start(enrolled);
        var refused = Assert.Throws<StoreException>(() => GatewayHost.Build(GatewayOptions.Read(scene.Folder.GatewayConfig), TimeProvider.System));
        Assert.Equal(StoreFault.InUse, refused.Fault);
        await scene.Answered(scene.Resident(Scene.Osaka, 0));
    }
}
