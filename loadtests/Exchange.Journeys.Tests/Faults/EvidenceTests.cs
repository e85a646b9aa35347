using Dapper;
using Exchange.Adapter;
using Exchange.Adapter.Evidence;
using Exchange.Adapter.Journal;
using Exchange.Protocol.Transparency;
using Exchange.Sandbox.Processes;
using Google.Protobuf;
using Microsoft.Data.Sqlite;

namespace Exchange.Journeys.Tests.Faults;

/// <summary>Both agencies end with a proof of each lookup, whatever was away in between.</summary>
public sealed class EvidenceTests(Enrolled enrolled)
{
    [Fact]
    public async Task Both_agencies_prove_a_lookup_by_themselves()
    {
        await using var scene = await Scene.Start(enrolled);
        var asked = (await scene.Answered(scene.Resident(Scene.Chiyoda, 0))).Receipt!.RequestId;

        await BothProve(scene, Scene.Chiyoda, asked);

        NobodyIsAlarmed(scene);
    }

    [Fact]
    public async Task What_was_asked_before_a_restart_is_proven_after_it()
    {
        await using var scene = await Scene.Start(enrolled);
        // No checkpoint comes, so nothing can be proven before the restart.
        await scene.Exchange.StopWitness();
        var asked = (await scene.Answered(scene.Resident(Scene.Osaka, 0))).Receipt!.RequestId;
        await Scene.Until(() => Of(scene, Scene.Tax).Find(asked.Span).Count == 1, "the provider's receipt");
        Assert.Equal(ReceiptState.Waiting, Assert.Single(Of(scene, Scene.Osaka).Find(asked.Span)).State);

        await scene.RestartAgency(Scene.Osaka);
        await scene.RestartAgency(Scene.Tax);
        await scene.Exchange.StartWitness();

        await BothProve(scene, Scene.Osaka, asked);
        NobodyIsAlarmed(scene);
    }

    [Fact]
    public async Task A_hub_that_was_away_proves_what_it_promised_when_it_is_back()
    {
        await using var scene = await Scene.Start(enrolled);
        await scene.Exchange.StopWitness();
        var asked = (await scene.Answered(scene.Resident(Scene.Chiyoda, 1))).Receipt!.RequestId;
        await Scene.Until(() => Of(scene, Scene.Tax).Find(asked.Span).Count == 1, "the provider's receipt");

        await scene.Exchange.StopHub();
        await scene.Exchange.StartWitness();
        await scene.Exchange.StartHub();
        await scene.Exchange.UntilConnected();

        await BothProve(scene, Scene.Chiyoda, asked);
        NobodyIsAlarmed(scene);
    }

    [Fact]
    public async Task A_court_is_shown_one_lookup_out_of_either_journal_and_checks_it_with_public_keys_alone()
    {
        await using var scene = await Scene.Start(enrolled);
        var asked = (await scene.Answered(scene.Resident(Scene.Chiyoda, 2))).Receipt!.RequestId;
        await scene.Answered(scene.Resident(Scene.Chiyoda, 3));
        await BothProve(scene, Scene.Chiyoda, asked);
        var id = Convert.ToHexStringLower(asked.Span);
        var (key, witness) = (Path.Combine(scene.Folder.Folder, "hub", "log.pub"), Path.Combine(scene.Folder.Folder, "witness", "witness.pub"));

        foreach (var agency in new[] { Scene.Chiyoda, Scene.Tax })
        {
            var (kept, whole) = (Path.Combine(scene.Folder.Folder, agency + ".kept"), Path.Combine(scene.Folder.Folder, agency + ".whole"));
            Assert.Equal(0, await Run(scene, agency, "audit", "prove", id, "--bundle", kept));
            // At the hub's own address, where the entry is shown to an agency.
            Assert.Equal(0, await Run(scene, agency, "audit", "prove", id, "--bundle", whole, "--log", new Uri(scene.Folder.Gateway, "/log/").ToString(), "--format", "json"));
            Assert.Equal(0, await Run(scene, agency, "audit", "alarms"));
            // By the journal alone: it kept the entry beside its proof.
            Assert.Equal(0, await Check(kept));
            var shown = await File.ReadAllTextAsync(whole);
            Assert.Contains("\"entry\"", shown, StringComparison.Ordinal);
            Assert.Equal(0, await Check(whole));
            // Without the entry nothing ties the messages to the log.
            var without = System.Text.Json.Nodes.JsonNode.Parse(shown)!.AsObject();
            Assert.True(without.Remove("entry"));
            await File.WriteAllTextAsync(kept, without.ToJsonString());
            Assert.Equal(1, await Check(kept));

            // One letter of it.
            var leaf = System.Text.Json.JsonDocument.Parse(shown).RootElement.GetProperty("answer_commitment").GetString()!;
            await File.WriteAllTextAsync(whole, shown.Replace(leaf, (leaf[0] == '0' ? '1' : '0') + leaf[1..], StringComparison.Ordinal));
            Assert.Equal(1, await Check(whole));
        }
        Assert.Equal(2, await Run(scene, Scene.Osaka, "audit", "prove", id));

        Task<int> Check(string file) => AdapterProgram.Run(Programs.Kind("tax"), ["audit", "check", file, "--key", key, "--witness", witness]);
    }

    [Fact]
    public async Task All_exchanges_about_one_resident_are_proven_out_of_the_journal_and_afresh()
    {
        await using var scene = await Scene.Start(enrolled);
        var who = scene.Resident(Scene.Chiyoda, 4);
        ByteString[] asked = [(await scene.Answered(who)).Receipt!.RequestId, (await scene.Answered(who)).Receipt!.RequestId];
        await scene.Answered(scene.Resident(Scene.Chiyoda, 5));
        foreach (var one in asked)
            await BothProve(scene, Scene.Chiyoda, one);
        var log = new Uri(scene.Folder.Gateway, "/log/").ToString();
        var copy = Path.Combine(scene.Folder.Folder, "journal.copy");

        Assert.Equal(0, await Run(scene, Scene.Chiyoda, "journal", "prove", "--person", who.TownKey));
        Assert.Equal(0, await Run(scene, Scene.Tax, "journal", "prove", "--person", who.TaxKey, "--log", log, "--format", "csv"));

        using var journal = new SqliteConnection($"Data Source={scene.Folder.Agency(Scene.Chiyoda).Journal};Pooling=False");
        journal.Open();
        journal.Execute("VACUUM INTO @copy", new { copy });
        Assert.Equal(0, await Run(scene, Scene.Chiyoda, "journal", "prove", "--person", who.TownKey, "--journal", copy, "--format", "json"));
        Assert.Equal(0, await Run(scene, Scene.Chiyoda, "audit", "prove", Convert.ToHexStringLower(asked[0].Span), "--journal", copy));
        // A receipt that leads elsewhere.
        using (var file = new SqliteConnection($"Data Source={copy};Pooling=False"))
            Assert.Equal(1, file.Execute("UPDATE receipt SET log_index = log_index - 1 WHERE request_id = @id", new { id = asked[1].ToByteArray() }));
        Assert.Equal(1, await Run(scene, Scene.Chiyoda, "journal", "prove", "--person", who.TownKey, "--journal", copy));

        Assert.Equal(["prove", "prove", "prove", "prove"], journal.Query<string>("SELECT command FROM reading ORDER BY id"));
    }

    /// <summary>The agency's own program, beside its running adapter.</summary>
    static Task<int> Run(Scene scene, string agency, params string[] arguments)
    {
        var folder = scene.Folder.Agency(agency);
        return AdapterProgram.Run(Programs.Kind(folder.Kind), [.. arguments, "--config", folder.Config]);
    }

    static async Task BothProve(Scene scene, string requester, ByteString asked)
    {
        foreach (var agency in new[] { requester, Scene.Tax })
        {
            await Scene.Until(() => Of(scene, agency).Find(asked.Span) is [{ State: ReceiptState.Proven }], $"{agency}'s proof");
            var known = Assert.Single(Of(scene, agency).Find(asked.Span));
            Assert.True(NoteKey.TryParse((await File.ReadAllTextAsync(Path.Combine(scene.Folder.Folder, "hub", "log.pub"))).Trim(), out var key));
            Assert.True(Checkpoint.TryOpen(known.Under!.Note, key, out var checkpoint, out _));
            Assert.True(TreeProof.Includes(checkpoint.Size, checkpoint.Root, known.Index, known.LeafHash, known.Path));
        }
    }

    static void NobodyIsAlarmed(Scene scene)
    {
        foreach (var agency in scene.Folder.Agencies)
        {
            var alarms = scene.Of<LogAlarms>(agency.Id);
            Assert.Empty(alarms.Lasting.Select(one => one.Says).Concat(alarms.Passing.Select(one => one.Says)));
        }
    }

    static EvidenceTables Of(Scene scene, string agency) => scene.Of<AgencyJournal>(agency).Evidence;
}
