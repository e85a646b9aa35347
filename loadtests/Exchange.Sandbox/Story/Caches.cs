using System.Globalization;
using Exchange.Sandbox.Files;
using Exchange.Sandbox.Parties;
using Exchange.Sandbox.Redis;
using Spectre.Console;

namespace Exchange.Sandbox.Story;

/// <summary>Where lookups found what they needed, and what lies in Redis for whoever takes it.</summary>
static class Caches
{
    /// <summary>An adapter's counts end with its process, so they are taken before it is killed.</summary>
    public static async Task Count(Scene scene, CancellationToken cancelled)
    {
        foreach (var (read, count) in await CacheReads.Of(scene.Chiyoda.Agency, cancelled).ConfigureAwait(false))
            scene.ReadsBefore[(scene.Chiyoda.Agency.Id, read.Cache, read.From)] = count;
    }

    public static async Task Tell(Scene scene, CancellationToken cancelled)
    {
        var tell = scene.Narrator;
        tell.Chapter("Cache hits by level, and what Redis holds");
        var table = Narrator.Table("agency", "cache", "from memory", "from Redis", "from the source", "not there");
        foreach (var (id, cache) in new[] { (ExchangePlan.Chiyoda, "handle"), (ExchangePlan.Tax, "record") })
        {
            var agency = scene.Folder.Agency(id);
            var reads = await CacheReads.Of(agency, cancelled).ConfigureAwait(false);
            string From(string level) => (reads.GetValueOrDefault((cache, level)) + scene.ReadsBefore.GetValueOrDefault((id, cache, level))).ToString(CultureInfo.InvariantCulture);
            table.AddRow(agency.Name, cache == "handle" ? "handles (asking)" : "records (answering)", From("memory"), From("redis"), From("source"), From("none"));
        }
        tell.Show(table);

        var contents = await RespContents.Read(scene.Redis.Address).ConfigureAwait(false);
        tell.Say($"{(scene.Redis.IsEmbedded ? "Garnet, in this process," : "Redis")} at {scene.Redis.Address} holds [bold]{contents.Count}[/] keys of this exchange:");
        table = Narrator.Table("keys of", "keys", "an example", "its value");
        foreach (var group in contents.ByPrefix)
            table.AddRow(Markup.Escape(group.Key), group.Count().ToString(CultureInfo.InvariantCulture), Markup.Escape(group.First().Key[(group.Key.Length + 1)..]), $"{group.First().Bytes.Length} bytes");
        tell.Show(table);

        var secrets = RespContents.Secrets(scene.Folder).ToArray();
        var readable = contents.Readable(secrets);
        Scene.Expect(readable == 0, $"{readable} numbers, names, keys or pseudonyms of residents can be read in Redis.");
        tell.Say(string.Create(CultureInfo.InvariantCulture,
            $"Searched all of it for the {secrets.Length:N0} numbers, names, keys and pseudonyms of the residents: [green]none is there[/]. Names of keys are HMACs; values are sealed with keys that only the adapters hold."));
    }
}
