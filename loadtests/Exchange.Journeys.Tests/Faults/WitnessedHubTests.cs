using Exchange.Hosting.Storage;
using Exchange.Protocol.Transparency;

namespace Exchange.Journeys.Tests.Faults;

/// <summary>The witness of the hub's log: away, and seen through a hub that was put back.</summary>
public sealed class WitnessedHubTests(Enrolled enrolled) : IDisposable
{
    readonly HttpClient http = new();

    public void Dispose() => http.Dispose();

    [Fact]
    public async Task While_the_witness_is_away_lookups_are_answered_health_says_so_and_checkpoints_come_when_it_is_back()
    {
        await using var scene = await Scene.Start(enrolled);
        await scene.Answered(scene.Resident(Scene.Chiyoda, 0));
        await CosignedOver(scene, Entries(scene));
        Assert.DoesNotContain("checkpoints", await Health(scene), StringComparison.Ordinal);

        await scene.Exchange.StopWitness();
        await scene.Answered(scene.Resident(Scene.Chiyoda, 1));
        await Until(async () => (await Health(scene)).Contains("the witness privacy-commission cannot be reached", StringComparison.Ordinal));
        var before = (await Newest(scene))!.Value.Checkpoint.Size;
        await scene.Answered(scene.Resident(Scene.Osaka, 1));
        Assert.True(before < Entries(scene));
        Assert.Equal(before, (await Newest(scene))!.Value.Checkpoint.Size);

        await scene.Exchange.StartWitness();
        await CosignedOver(scene, Entries(scene));
        await Until(async () => !(await Health(scene)).Contains("checkpoints", StringComparison.Ordinal));
        scene.NothingIsAmiss();
    }

    [Fact]
    public async Task A_hub_put_back_to_yesterday_with_all_of_its_files_does_not_start()
    {
        await using var scene = await Scene.Start(enrolled);
        var state = Path.GetDirectoryName(scene.Folder.AuditLog)!;
        await scene.Exchange.StopHub();
        Copy(state, state + ".yesterday");
        await scene.Exchange.StartHub();
        await scene.Answered(scene.Resident(Scene.Chiyoda, 0));
        await CosignedOver(scene, Entries(scene));
        await scene.Exchange.StopHub();

        Directory.Delete(state, recursive: true);
        Copy(state + ".yesterday", state);
        var refused = await Assert.ThrowsAsync<StoreException>(() => scene.Exchange.StartHub());
        Assert.Equal(StoreFault.Foreign, refused.Fault);
        Assert.Contains("put back to an older copy", refused.Message, StringComparison.Ordinal);
    }

    static ulong Entries(Scene scene) => (ulong)scene.Hub<Gateway.Audit.AuditLog>().Size;

    async Task CosignedOver(Scene scene, ulong entries)
    {
        await Until(async () => await Newest(scene) is { } newest && newest.Checkpoint.Size >= entries);
        Assert.True(NoteKey.TryParse((await File.ReadAllTextAsync(Path.Combine(scene.Folder.Folder, "witness", "witness.pub"))).Trim(), out var witness));
        Assert.True((await Newest(scene))!.Value.Note.IsCosignedBy(witness, out _));
    }

    /// <summary>What everybody can read; null before the first.</summary>
    async Task<(Checkpoint Checkpoint, SignedNote Note)?> Newest(Scene scene)
    {
        using var answer = await http.GetAsync(new Uri(scene.Folder.Log, "checkpoint"));
        if (!answer.IsSuccessStatusCode)
            return null;
        Assert.True(NoteKey.TryParse((await File.ReadAllTextAsync(Path.Combine(scene.Folder.Folder, "hub", "log.pub"))).Trim(), out var log));
        Assert.True(Checkpoint.TryOpen(await answer.Content.ReadAsStringAsync(), log, out var checkpoint, out var note));
        return (checkpoint, note);
    }

    async Task<string> Health(Scene scene)
    {
        using var answer = await http.GetAsync(scene.Folder.GatewayReady);
        Assert.True(answer.IsSuccessStatusCode);
        return await answer.Content.ReadAsStringAsync();
    }

    static Task Until(Func<Task<bool>> holds) => Running.RunningExchange.Until(holds);

    static void Copy(string from, string to)
    {
        Folder.CreateForOwner(to);
        foreach (var file in Directory.EnumerateFiles(from))
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
    }
}
