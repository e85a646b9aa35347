using Exchange.Adapter.Sources;
using Exchange.Adapter.Sources.Csv;
using Exchange.Sandbox.Files;
using Exchange.V1;

namespace Exchange.Journeys.Tests.Faults;

public sealed class SourceTests(Enrolled enrolled)
{
    [Fact]
    public async Task A_database_that_is_away_is_told_to_the_asker_alone_and_serves_again_when_it_is_back()
    {
        await using var scene = await Scene.Start(enrolled);
        var who = scene.Resident(Scene.Chiyoda, 0);
        Move(scene, "income.db", "away.db");

        var outcome = await scene.Ask(who);

        Assert.Equal((Reason.SourceUnavailable, 0), (outcome.Refusal!.Reason, outcome.Record.Length));
        Assert.True(outcome.Refusal.RetryAfterMs > 0);
        // To the hub it is an answer like any other: a refusal in the clear would tell that the person is held.
        var logged = Assert.Single(scene.Log());
        Assert.Equal(AuditOutcome.Answered, logged.Outcome);
        Assert.Equal((Scene.Tax, logged.RequestId, logged.RequestId), (outcome.Provider, outcome.Refusal.RequestId, Assert.Single(outcome.Receipts).RequestId));
        Move(scene, "away.db", "income.db");
        await scene.Answered(who);
        scene.NothingIsAmiss();
    }

    [Fact]
    public async Task A_database_taken_away_while_it_is_in_use_is_noticed()
    {
        await using var scene = await Scene.Start(enrolled, prepare: Briskly);
        await scene.Answered(scene.Resident(Scene.Chiyoda, 1));
        Move(scene, "income.db", "away.db");
        var refused = 0;
        for (var i = 2; i < 20 && refused == 0; i++)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, TestContext.Current.CancellationToken);
            refused += (await scene.Ask(scene.Resident(Scene.Chiyoda, i))).Refusal?.Reason == Reason.SourceUnavailable ? 1 : 0;
        }
        Assert.Equal(1, refused);
        Move(scene, "away.db", "income.db");
        await Scene.Until(() => scene.Ask(scene.Resident(Scene.Chiyoda, 1)).GetAwaiter().GetResult().Status == AnswerStatus.Found, "the database is back");
        scene.NothingIsAmiss();
    }

    [Fact]
    public async Task A_bad_file_in_place_of_a_good_one_is_refused_and_the_rows_read_before_stay_in_use()
    {
        await using var scene = await Scene.Start(enrolled);
        var source = Assert.IsType<CsvSource>(scene.Of<AgencyData>(Scene.Chiyoda).Sources["municipality.resident-tax.v1"]);
        var rows = source.State.Rows;
        var path = scene.Folder.Agency(Scene.Chiyoda).Records("resident_tax.csv");
        var good = File.ReadAllBytes(path);
        File.WriteAllText(path, "nothing,of,the,kind\n1,2,3,4\n");

        await Scene.Until(() => source.Poll().GetAwaiter().GetResult() || source.State.Refused is not null, "the bad file is seen");

        Assert.Equal(rows, source.State.Rows);
        Assert.NotNull(source.State.Refused);
        Assert.Equal(AnswerStatus.NotFound, (await scene.AskOtherTown(scene.Resident(Scene.Osaka, 0))).Status);
        File.WriteAllBytes(path, good);
        await Scene.Until(() => source.Poll().GetAwaiter().GetResult() || source.State.Refused is null, "the good file is seen");
        Assert.Equal(rows, source.State.Rows);
    }

    static void Briskly(ExchangeFolder folder)
    {
        var sources = Path.Combine(folder.Agency(Scene.Tax).Folder, "sources.yaml");
        File.WriteAllText(sources, File.ReadAllText(sources).Replace("    table: income\n", "    table: income\n    poll: 100ms\n", StringComparison.Ordinal));
        Assert.Contains("poll: 100ms", File.ReadAllText(sources), StringComparison.Ordinal);
    }

    static void Move(Scene scene, string from, string to)
    {
        var tax = scene.Folder.Agency(Scene.Tax);
        foreach (var more in new[] { "", "-wal", "-shm" })
            if (File.Exists(tax.Records(from + more)))
                File.Move(tax.Records(from + more), tax.Records(to + more));
    }
}
