using Exchange.Adapter.Evidence;
using Exchange.Adapter.Journal;
using Exchange.Protocol.Transparency;
using Google.Protobuf;

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
