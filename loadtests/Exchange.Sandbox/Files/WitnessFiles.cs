using Exchange.KeyAuthority.Witnessing;

namespace Exchange.Sandbox.Files;

/// <summary>What the privacy commission writes to watch the hub's log.</summary>
static class WitnessFiles
{
    const string Name = "privacy-commission";

    /// <summary>Key and store, once; the line that the hub pins.</summary>
    public static void Draw(ExchangeFolder folder)
    {
        if (!File.Exists(folder.In("witness", "witness.key")))
            NewWitness.Draw(folder.In("witness", "witness.key"), folder.In("witness", "witness.pub"), Name, folder.In("witness", "witness.db"), TimeProvider.System);
    }

    public static void Write(ExchangeFolder folder) => File.WriteAllText(folder.WitnessConfig, $"""
        # The witness: it cosigns that the hub's log only ever grows.
        listen: 127.0.0.1:{folder.Witness.Port}
        management: {"{"} address: 127.0.0.1, port: {folder.WitnessReady.Port} {"}"}
        key: witness.key
        name: {Name}
        state: witness.db
        logs: [{string.Join(", ", folder.Hubs.Select(hub => $"\"{hub.LogLine}\""))}]

        """);
}
