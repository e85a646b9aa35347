using Exchange.Adapter.Asking;
using Exchange.Reckoning;
using Exchange.Sandbox.Residents;
using Exchange.V1;
using Microsoft.Data.Sqlite;

namespace Exchange.Journeys.Tests.Faults;

/// <summary>Logs and journals that take nothing more.</summary>
public sealed class UnwritableStoreTests(Enrolled enrolled)
{
    [Fact]
    public async Task A_full_audit_log_releases_nothing_until_it_has_room()
    {
        await using var scene = await Scene.Start(enrolled, hub: options => options with { LargestAuditBytes = 1 });
        var who = scene.Resident(Scene.Chiyoda, 0);

        var refused = await UntilRefused(scene, who);

        Assert.Equal((Reason.AuditUnavailable, 0), (refused.Refusal!.Reason, refused.Record.Length));
        Assert.NotEmpty(refused.Refusal.Remedy);
        Assert.Equal(Reason.AuditUnavailable, (await scene.Ask(who)).Refusal!.Reason);
        // Nothing is released: each answer that the agency has stands in the log.
        var logged = scene.Log().Count(one => one.Outcome == AuditOutcome.Answered);
        Assert.Equal(logged, scene.AskedBy(Scene.Chiyoda).Count(line => line.Status != 0));
        scene.NothingIsAmiss();

        await scene.Exchange.StopHub();
        await scene.Exchange.StartHub();
        await scene.Answered(who);
        scene.NothingIsAmiss();
    }

    [Fact]
    public async Task An_audit_log_locked_by_a_tool_refuses_lookups_and_goes_on_when_it_is_let_go()
    {
        await using var scene = await Scene.Start(enrolled);
        var who = scene.Resident(Scene.Chiyoda, 1);
        await scene.Acquainted(who);
        AskOutcome refused;
        using (Lock(scene.Folder.AuditLog))
            refused = await scene.Ask(who);
        Assert.Equal((Reason.AuditUnavailable, 0), (refused.Refusal!.Reason, refused.Record.Length));
        await scene.Answered(who);
        scene.NothingIsAmiss();
    }

    [Fact]
    public async Task A_full_journal_at_the_asker_hands_nothing_on_though_the_hub_has_released_it()
    {
        await using var scene = await Scene.Start(enrolled, adapters: (id, options) => id == Scene.Chiyoda ? options with { LargestJournalBytes = 1 } : options);
        var who = scene.Resident(Scene.Chiyoda, 2);

        var refused = await UntilRefused(scene, who);

        Assert.Equal((Reason.JournalUnavailable, 0), (refused.Refusal!.Reason, refused.Record.Length));
        Assert.True(scene.Log().Count(one => one.Outcome == AuditOutcome.Answered) > scene.AskedBy(Scene.Chiyoda).Count);
        await scene.Answered(scene.Resident(Scene.Osaka, 2));
        // What could not be written down is missing there, and log and provider show it; nothing else is amiss.
        Assert.All(scene.Amiss(), violation => Assert.Equal(Breach.UnknownToRequester, violation.Breach));
        Assert.NotEmpty(scene.Amiss());
    }

    [Fact]
    public async Task A_full_journal_at_the_provider_lets_no_answer_leave()
    {
        await using var scene = await Scene.Start(enrolled, adapters: (id, options) => id == Scene.Tax ? options with { LargestJournalBytes = 1 } : options);
        var who = scene.Resident(Scene.Osaka, 3);

        var refused = await UntilRefused(scene, who);

        Assert.Equal((Reason.JournalUnavailable, 0), (refused.Refusal!.Reason, refused.Record.Length));
        Assert.Equal(scene.AnsweredBy(Scene.Tax).Count, scene.Log().Count(one => one.Outcome == AuditOutcome.Answered));
        Assert.Contains(scene.Log(), one => one is { Outcome: AuditOutcome.Failed, Reason: Reason.JournalUnavailable });
        scene.NothingIsAmiss();
    }

    /// <summary>What fits in the last page is still taken.</summary>
    static async Task<AskOutcome> UntilRefused(Scene scene, Resident who)
    {
        for (var i = 0; i < 200; i++)
        {
            if (await scene.Ask(who) is { Refusal: not null } refused)
                return refused;
        }
        throw new InvalidOperationException("The store took everything.");
    }

    static SqliteConnection Lock(string path)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString());
        connection.Open();
        using var begin = connection.CreateCommand();
        begin.CommandText = "BEGIN IMMEDIATE";
        begin.ExecuteNonQuery();
        return connection;
    }
}
