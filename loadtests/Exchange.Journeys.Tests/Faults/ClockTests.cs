using Exchange.V1;

namespace Exchange.Journeys.Tests.Faults;

public sealed class ClockTests(Enrolled enrolled)
{
    sealed class Ahead(TimeSpan by) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + by;
    }

    [Fact]
    public async Task An_adapter_whose_clock_is_forty_seconds_ahead_is_told_to_set_it()
    {
        await using var scene = await Scene.Start(enrolled);
        await scene.Exchange.StopAgency(Scene.Chiyoda);
        await scene.Exchange.StartAgency(Scene.Chiyoda, clock: new Ahead(TimeSpan.FromSeconds(40)));
        await scene.Exchange.UntilConnected();

        var outcome = await scene.Ask(scene.Resident(Scene.Chiyoda, 0));

        Assert.Equal(Reason.TimeOutOfRange, outcome.Refusal?.Reason);
        Assert.Contains("clock", outcome.Refusal!.Remedy, StringComparison.Ordinal);
        Assert.Contains(scene.Log(), one => one is { Outcome: AuditOutcome.Refused, Reason: Reason.TimeOutOfRange });
        await scene.Answered(scene.Resident(Scene.Osaka, 0));
        scene.NothingIsAmiss();
    }
}
