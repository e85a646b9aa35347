using Exchange.Adapter.Enrolment;
using Exchange.V1;

namespace Exchange.Journeys.Tests.Faults;

/// <summary>The match of a person changes between two lookups.</summary>
public sealed class MatchTests(Enrolled enrolled)
{
    [Fact]
    public async Task A_rematch_ends_the_handle_at_once_and_the_asker_repeats_cold_by_itself()
    {
        await using var scene = await Scene.Start(enrolled);
        var who = scene.Resident(Scene.Chiyoda, 0);
        await scene.Answered(who);
        Assert.Equal(LookupKind.Warm, (await scene.Answered(who)).Kind);

        Assert.True(scene.Of<People>(Scene.Tax).Rematch(who.TaxKey));

        var outcome = await scene.Answered(who);
        Assert.Equal(LookupKind.Cold, outcome.Kind);
        Assert.Equal([Reason.HandleExpired], outcome.RepeatedBecause);
        Assert.Equal(scene.Log().TakeLast(2).Select(one => one.RequestId), outcome.Receipts.Select(one => one.RequestId));
        Assert.Contains(scene.AskedBy(Scene.Chiyoda), line => line.Status == (long)AnswerStatus.HandleExpired && line.Kind == (long)LookupKind.Warm);
        Assert.Equal(LookupKind.Warm, (await scene.Answered(who)).Kind);
        scene.NothingIsAmiss();
    }

    [Fact]
    public async Task A_person_removed_at_the_provider_is_not_found_though_the_asker_holds_a_handle()
    {
        await using var scene = await Scene.Start(enrolled);
        var who = scene.Resident(Scene.Osaka, 1);
        await scene.Answered(who);

        Assert.True(scene.Of<People>(Scene.Tax).Remove(who.TaxKey));

        var outcome = await scene.Ask(who);
        Assert.Equal((AnswerStatus.NotFound, LookupKind.Cold, 0), (outcome.Status, outcome.Kind, outcome.Record.Length));
        scene.NothingIsAmiss();
    }
}
