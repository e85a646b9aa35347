using System.Diagnostics;
using Exchange.V1;

namespace Exchange.Journeys.Tests.Faults;

public sealed class StalledProviderTests(Enrolled enrolled)
{
    [Fact]
    public async Task A_provider_that_does_not_answer_in_time_is_a_deadline_audited_as_failed_slows_nobody_else_and_its_late_answer_reaches_nobody()
    {
        await using var scene = await Scene.Start(enrolled, wired: [Scene.Tax]);
        var (who, other) = (scene.Resident(Scene.Chiyoda, 0), scene.Resident(Scene.Chiyoda, 1));
        await scene.Acquainted(who);
        Assert.Equal(AnswerStatus.NotFound, (await scene.AskOtherTown(other)).Status);
        Assert.Equal(AnswerStatus.NotFound, (await scene.AskOtherTown(other)).Status);
        scene.Wire(Scene.Tax).HoldToHub();
        var began = Stopwatch.GetTimestamp();
        var stalled = Enumerable.Range(0, 20).Select(_ => scene.Ask(who)).ToArray();
        await Scene.Until(() => scene.AnsweredBy(Scene.Tax).Count == 22, "twenty answers that do not leave");

        for (var i = 0; i < 20; i++)
        {
            var answered = await scene.AskOtherTown(other);
            Assert.Equal(AnswerStatus.NotFound, answered.Status);
            Assert.InRange(answered.Took, TimeSpan.Zero, TimeSpan.FromSeconds(4));
        }
        Assert.All(stalled, one => Assert.False(one.IsCompleted));
        var outcomes = await Task.WhenAll(stalled);
        Assert.InRange(Stopwatch.GetElapsedTime(began), TimeSpan.FromSeconds(9.5), TimeSpan.FromSeconds(25));
        Assert.All(outcomes, outcome => Assert.Equal((Reason.DeadlineExceeded, 0), (outcome.Refusal!.Reason, outcome.Record.Length)));
        Assert.All(outcomes, outcome => Assert.NotEmpty(outcome.Refusal!.Remedy));
        await Scene.Until(() => scene.Log().Count(one => one is { Outcome: AuditOutcome.Failed, Reason: Reason.DeadlineExceeded or Reason.Cancelled }) == 20, "twenty failures in the log");

        scene.Wire(Scene.Tax).Flow();
        Scene.IsRight(other, await scene.Ask(other));
        Assert.Equal(3, scene.AskedBy(Scene.Chiyoda).Count(line => line.DataSet == "tax.income.v1" && line.Status != 0));
        scene.NothingIsAmiss();
    }
}
