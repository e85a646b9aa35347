using System.Globalization;
using Dapper;
using Exchange.Adapter.Enrolment;
using Exchange.Sandbox.Residents;
using Exchange.V1;
using Microsoft.Data.Sqlite;

namespace Exchange.Journeys.Tests.Faults;

public sealed class EnrolmentTests(Enrolled enrolled)
{
    sealed class Told(Action<EnrolmentProgress> hear) : IProgress<EnrolmentProgress>
    {
        public void Report(EnrolmentProgress value) => hear(value);
    }

    [Fact]
    public async Task While_the_key_authority_is_off_enrolment_says_so_and_lookups_go_on_and_it_resumes_when_the_authority_is_back()
    {
        await using var scene = await Scene.Start(enrolled);
        await scene.Exchange.StopAgency(Scene.Osaka);

        var refused = await scene.Exchange.Enrol(Scene.Osaka, how: one => one with { Patience = TimeSpan.Zero });
        Assert.Equal(Reason.AuthorityUnavailable, refused.Refusal?.Reason);
        Assert.True(refused.Refusal!.RetryAfterMs > 0);
        await scene.Answered(scene.Resident(Scene.Chiyoda, 0));

        var waited = new List<Reason>();
        Task? starting = null;
        var result = await scene.Exchange.Enrol(Scene.Osaka, progress: new Told(told =>
        {
            if (told.Waiting is not { } why)
                return;
            waited.Add(why.Reason);
            starting ??= scene.Exchange.StartAuthority();
        }));
        await starting!;

        Assert.Contains(Reason.AuthorityUnavailable, waited);
        Assert.Null(result.Refusal);
        Assert.Equal(new EnrolmentCounts(0, 0, 0, Everybody(scene)), result.Counts);
        await scene.StartAgency(Scene.Osaka);
        await scene.Exchange.UntilConnected();
        await scene.Answered(scene.Resident(Scene.Osaka, 0));
    }

    [Fact]
    public async Task An_enrolment_stopped_between_two_batches_keeps_what_was_saved_and_goes_on_from_there()
    {
        await using var scene = await WithNobodyOf(Scene.Osaka);
        using var stop = new CancellationTokenSource();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => scene.Exchange.Enrol(
            Scene.Osaka, how: one => one with { BatchSize = 4 }, progress: new Told(told =>
            {
                if (told.Enrolled == 8)
                    stop.Cancel();
            }), cancellation: stop.Token));
        var result = await scene.Exchange.Enrol(Scene.Osaka, how: one => one with { BatchSize = 4 });

        Assert.Null(result.Refusal);
        Assert.Equal(new EnrolmentCounts(Everybody(scene) - 8, 0, 0, 8), result.Counts);
        await IsComplete(scene);
    }

    [Fact]
    public async Task An_enrolment_stopped_while_it_waits_for_the_hub_ends_as_stopped_and_not_as_broken()
    {
        await using var scene = await WithNobodyOf(Scene.Osaka);
        await using var wire = new Wire(scene.Folder.Gateway.Port);
        using var stop = new CancellationTokenSource();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => scene.Exchange.Enrol(
            Scene.Osaka, options => options with { Hubs = [wire.Address] }, one => one with { BatchSize = 4 }, new Told(told =>
            {
                wire.HoldToAdapter();
                stop.CancelAfter(TimeSpan.FromMilliseconds(200));
            }), stop.Token));
    }

    [Fact]
    public async Task A_line_cut_in_the_middle_of_an_enrolment_is_mended_by_itself()
    {
        await using var scene = await WithNobodyOf(Scene.Osaka);
        await using var wire = new Wire(scene.Folder.Gateway.Port);
        var cuts = 0;

        var result = await scene.Exchange.Enrol(
            Scene.Osaka, options => options with { Hubs = [wire.Address] }, one => one with { BatchSize = 4 }, new Told(told =>
            {
                if (told is { Enrolled: 8, Waiting: null } && cuts++ == 0)
                    wire.Cut();
            }));

        Assert.Equal(1, cuts);
        Assert.Null(result.Refusal);
        Assert.Equal(new EnrolmentCounts(Everybody(scene), 0, 0, 0), result.Counts);
        await IsComplete(scene);
    }

    [Fact]
    public async Task Two_local_persons_with_one_number_are_listed_and_neither_is_asked_about_or_answered_about()
    {
        await using var scene = await Scene.Start(enrolled);
        var (asked, answered, well) = (scene.Resident(Scene.Osaka, 1), scene.Resident(Scene.Osaka, 2), scene.Resident(Scene.Osaka, 3));
        await scene.Exchange.StartAuthority();
        await scene.Exchange.StopAgency(Scene.Osaka);
        await scene.Exchange.StopAgency(Scene.Tax);
        Execute(scene.Folder.Agency(Scene.Osaka).Records("town.db"), "INSERT INTO resident VALUES ('R-twin', @Number)", asked);
        Execute(scene.Folder.Agency(Scene.Tax).Records("income.db"), "INSERT INTO taxpayer (taxpayer_no, my_number) VALUES ('T-twin', @Number)", answered);

        var town = await scene.Exchange.Enrol(Scene.Osaka);
        var tax = await scene.Exchange.Enrol(Scene.Tax);
        Assert.Equal([[asked.TownKey, "R-twin"]], town.Quarantined.Select(group => group.Order(StringComparer.Ordinal).ToArray()));
        Assert.Equal([[answered.TaxKey, "T-twin"]], tax.Quarantined.Select(group => group.Order(StringComparer.Ordinal).ToArray()));
        await scene.StartAgency(Scene.Osaka);
        await scene.StartAgency(Scene.Tax);
        await scene.Exchange.UntilConnected();

        Assert.Equal(Reason.PersonQuarantined, (await scene.Ask(asked)).Refusal?.Reason);
        Assert.Equal(Reason.PersonQuarantined, (await scene.Ask(asked with { TownKey = "R-twin" })).Refusal?.Reason);
        var outcome = await scene.Ask(answered);
        Assert.Equal((AnswerStatus.Quarantined, 0), (outcome.Status, outcome.Record.Length));
        await scene.Answered(well);
        scene.NothingIsAmiss();
    }

    [Fact]
    public async Task When_a_mistyped_number_is_corrected_its_owner_is_found_again_and_no_handle_leads_to_the_wrong_person_any_more()
    {
        await using var scene = await Scene.Start(enrolled);
        var (owner, mistyped) = (scene.Resident(Scene.Osaka, 1), scene.Resident(Scene.Osaka, 2));
        var taxpayers = scene.Folder.Agency(Scene.Tax).Records("income.db");
        await scene.Exchange.StartAuthority();
        Assert.True(scene.Of<People>(Scene.Tax).Remove(owner.TaxKey));
        Execute(taxpayers, "DELETE FROM taxpayer WHERE my_number = @Number", owner);
        Execute(taxpayers, $"UPDATE taxpayer SET my_number = @Number WHERE taxpayer_no = '{mistyped.TaxKey}'", owner);
        Assert.Equal(1, (await EnrolTax()).Corrected);
        Scene.IsRight(mistyped, await scene.Ask(owner));
        Assert.Equal(LookupKind.Warm, (await scene.Ask(owner)).Kind);

        Execute(taxpayers, $"UPDATE taxpayer SET my_number = @Number WHERE taxpayer_no = '{mistyped.TaxKey}'", mistyped);
        Execute(taxpayers, $"INSERT INTO taxpayer (taxpayer_no, my_number) VALUES ('{owner.TaxKey}', @Number)", owner);
        var counts = await EnrolTax();

        Assert.Equal((1, 1, 0), (counts.New, counts.Corrected, counts.Changed));
        var outcome = await scene.Answered(owner);
        Assert.Equal((LookupKind.Cold, Reason.HandleExpired), (outcome.Kind, outcome.RepeatedBecause[^1]));
        await scene.Answered(mistyped);

        async Task<EnrolmentCounts> EnrolTax()
        {
            await scene.Exchange.StopAgency(Scene.Tax);
            var result = await scene.Exchange.Enrol(Scene.Tax);
            Assert.Null(result.Refusal);
            Assert.Empty(result.Quarantined);
            await scene.StartAgency(Scene.Tax);
            await scene.Exchange.UntilConnected();
            return result.Counts;
        }
    }

    /// <summary>The agency is stopped and has enrolled nobody; the key authority runs.</summary>
    async Task<Scene> WithNobodyOf(string agency)
    {
        var scene = await Scene.Start(enrolled);
        await scene.Exchange.StartAuthority();
        await scene.Exchange.StopAgency(agency);
        foreach (var file in new[] { "", "-wal", "-shm" })
            File.Delete(scene.Folder.Agency(agency).PeopleDb + file);
        return scene;
    }

    static int Everybody(Scene scene) => scene.Folder.ResidentsOf(scene.Folder.Agency(Scene.Osaka)).Count();

    static async Task IsComplete(Scene scene)
    {
        await scene.StartAgency(Scene.Osaka);
        await scene.Exchange.UntilConnected();
        Assert.Equal(Everybody(scene), scene.Of<People>(Scene.Osaka).Count);
        for (var i = 0; i < 20; i += 5)
            await scene.Answered(scene.Resident(Scene.Osaka, i));
        scene.NothingIsAmiss();
    }

    static void Execute(string database, string sql, Resident of)
    {
        using var connection = new SqliteConnection(string.Create(CultureInfo.InvariantCulture, $"Data Source={database};Pooling=False"));
        connection.Execute(sql, new { of.Number });
    }
}
