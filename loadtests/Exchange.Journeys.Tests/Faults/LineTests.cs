using Exchange.Adapter.Connection;
using Exchange.Hosting.Connections;
using Exchange.V1;

namespace Exchange.Journeys.Tests.Faults;

/// <summary>The line between an adapter and the hub.</summary>
public sealed class LineTests(Enrolled enrolled)
{
    [Fact]
    public async Task Answers_that_were_logged_and_lost_on_the_way_are_asked_for_again_under_new_sequences()
    {
        await using var scene = await Scene.Start(enrolled, wired: [Scene.Chiyoda]);
        var people = Enumerable.Range(0, 5).Select(i => scene.Resident(Scene.Chiyoda, i)).ToArray();
        foreach (var who in people)
            await scene.Answered(who);
        var before = scene.Log().Count(one => one.Outcome == AuditOutcome.Answered);
        scene.Wire(Scene.Chiyoda).HoldToAdapter();
        var asking = people.Select(who => scene.Ask(who)).ToArray();
        await Scene.Until(() => scene.Log().Count(one => one.Outcome == AuditOutcome.Answered) == before + 5, "five entries for answers on their way");

        scene.Wire(Scene.Chiyoda).Cut();

        var outcomes = await Task.WhenAll(asking);
        foreach (var (who, outcome) in people.Zip(outcomes))
        {
            Scene.IsRight(who, outcome);
            Assert.Equal(Reason.ConnectionLost, outcome.RepeatedBecause[0]);
        }
        // Persisted, and never released: the log and the provider know of both as answered, the asker of one and of one that was lost.
        Assert.Equal(before + 10, scene.Log().Count(one => one.Outcome == AuditOutcome.Answered));
        Assert.Equal(before + 10, scene.AnsweredBy(Scene.Tax).Count);
        Assert.Equal(before + 5, scene.AskedBy(Scene.Chiyoda).Count(one => one.Status != 0));
        var logged = scene.Log().Select(one => Convert.ToHexString(one.QuestionCommitment.Span)).ToHashSet();
        Assert.Equal(5, scene.AskedBy(Scene.Chiyoda).Count(one =>
            one is { Reason: (long)Reason.ConnectionLost, Request: "", Question.Length: > 0 } && logged.Contains(Convert.ToHexString(one.QuestionCommitment))));
        scene.NothingIsAmiss();
    }

    [Fact]
    public async Task Questions_lost_before_they_reached_the_hub_leave_no_entry_and_are_asked_again()
    {
        await using var scene = await Scene.Start(enrolled, wired: [Scene.Chiyoda]);
        var who = scene.Resident(Scene.Chiyoda, 6);
        await scene.Acquainted(who);
        scene.Wire(Scene.Chiyoda).HoldToHub();
        var asking = scene.Ask(who);
        await Scene.Until(() => scene.Wire(Scene.Chiyoda).Connections.Any(one => one.ToHub.Held > 300), "a question held back");

        scene.Wire(Scene.Chiyoda).Cut();

        var outcome = await asking;
        Scene.IsRight(who, outcome);
        Assert.Equal(Reason.ConnectionLost, outcome.RepeatedBecause[0]);
        Assert.Equal(3, scene.Log().Count);
        scene.NothingIsAmiss();
    }

    [Fact]
    public async Task What_was_not_written_to_a_lost_connection_moves_to_the_nodes_other_one_and_what_was_is_asked_again()
    {
        await using var scene = await Scene.Start(enrolled, wired: [Scene.Tax], adapters: (id, options) =>
            id == Scene.Tax ? options with { Connections = new ConnectionLimits { Window = 1 } } : options);
        var people = Enumerable.Range(0, 6).Select(i => scene.Resident(Scene.Osaka, i)).ToArray();
        foreach (var who in people)
            await scene.Answered(who);
        var before = scene.Log().Count;
        scene.Wire(Scene.Tax).HoldToAdapter();
        var asking = people.Select(who => scene.Ask(who)).ToArray();
        // The window of one lets a single question out on each connection that a session uses.
        WireConnection? carrying = null;
        await Scene.Until(() => (carrying = scene.Wire(Scene.Tax).Connections.FirstOrDefault(one => one.ToAdapter.Held > 300)) is not null, "a question held back");

        carrying!.Cut();
        scene.Wire(Scene.Tax).Flow();

        var outcomes = await Task.WhenAll(asking);
        foreach (var (who, outcome) in people.Zip(outcomes))
            Scene.IsRight(who, outcome);
        var again = Assert.Single(outcomes, outcome => outcome.RepeatedBecause.Count > 0);
        Assert.Equal([Reason.ConnectionLost], again.RepeatedBecause);
        Assert.Equal(before + 7, scene.Log().Count);
        Assert.Single(scene.Log(), one => one is { Outcome: AuditOutcome.Failed, Reason: Reason.ConnectionLost });
        scene.NothingIsAmiss();
    }

    [Fact]
    public async Task An_answer_that_the_provider_wrote_and_the_hub_never_got_is_a_failed_lookup_and_asked_for_again()
    {
        await using var scene = await Scene.Start(enrolled, wired: [Scene.Tax]);
        var who = scene.Resident(Scene.Osaka, 7);
        await scene.Acquainted(who);
        scene.Wire(Scene.Tax).HoldToHub();
        var asking = scene.Ask(who);
        await Scene.Until(() => scene.AnsweredBy(Scene.Tax).Count == 3, "the provider's third answer");

        WireConnection? carrying = null;
        await Scene.Until(() => (carrying = scene.Wire(Scene.Tax).Connections.FirstOrDefault(one => one.ToHub.Held > 300)) is not null, "an answer held back");
        carrying!.Cut();
        scene.Wire(Scene.Tax).Flow();

        var outcome = await asking;
        Scene.IsRight(who, outcome);
        Assert.Equal(Reason.ConnectionLost, outcome.RepeatedBecause[0]);
        Assert.Single(scene.Log(), one => one is { Outcome: AuditOutcome.Failed, Reason: Reason.ConnectionLost });
        Assert.Equal(4, scene.AnsweredBy(Scene.Tax).Count);
        scene.NothingIsAmiss();
    }

    [Fact]
    public async Task A_line_that_is_open_and_silent_is_given_up_and_what_was_asked_on_it_goes_over_a_new_one()
    {
        var brisk = new ConnectionLimits { Heartbeat = TimeSpan.FromSeconds(0.5), Silence = TimeSpan.FromSeconds(3) };
        await using var scene = await Scene.Start(
            enrolled, wired: [Scene.Chiyoda], adapters: (_, options) => options with { Connections = brisk }, hub: options => options with { Connections = brisk });
        var who = scene.Resident(Scene.Chiyoda, 8);
        await scene.Acquainted(who);
        scene.Wire(Scene.Chiyoda).HoldToAdapter();
        scene.Wire(Scene.Chiyoda).HoldToHub();

        var outcome = await scene.Answered(who);

        Assert.Equal(Reason.ConnectionLost, outcome.RepeatedBecause[0]);
        Assert.InRange(outcome.Took, TimeSpan.Zero, TimeSpan.FromSeconds(10));
        scene.NothingIsAmiss();
    }

    [Fact]
    public async Task A_slow_line_slows_its_own_agency_alone()
    {
        await using var scene = await Scene.Start(enrolled, wired: [Scene.Chiyoda]);
        scene.Wire(Scene.Chiyoda).Delay = TimeSpan.FromMilliseconds(150);
        scene.Wire(Scene.Chiyoda).Cut();
        await Scene.Until(() => scene.Of<HubConnections>(Scene.Chiyoda).Open == 2 && scene.Wire(Scene.Chiyoda).Connections.Count >= 2, "slow connections");
        await scene.Acquainted(scene.Resident(Scene.Chiyoda, 9));
        await scene.Acquainted(scene.Resident(Scene.Osaka, 9));

        var slow = await scene.Answered(scene.Resident(Scene.Chiyoda, 9));
        var fast = new List<TimeSpan>();
        for (var i = 0; i < 5; i++)
            fast.Add((await scene.Answered(scene.Resident(Scene.Osaka, 9))).Took);

        Assert.True(slow.Took >= TimeSpan.FromMilliseconds(290), $"{slow.Took}");
        Assert.True(fast.Min() < TimeSpan.FromMilliseconds(250), $"{fast.Min()}");
        scene.NothingIsAmiss();
    }
}
