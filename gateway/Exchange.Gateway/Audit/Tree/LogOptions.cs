using System.Net;
using Exchange.Gateway.Audit.Reading;
using Exchange.Hosting.Configuration;
using Exchange.Protocol.Transparency;

namespace Exchange.Gateway.Audit.Tree;

/// <summary>How the log is shown: the <c>log</c> map of gateway.yaml.</summary>
/// <param name="Key">File of the key that signs checkpoints, 0600, made by <c>init</c>.</param>
/// <param name="Checkpoints">Folder of the newest checkpoint and the hashes above the entries; best on another disk than the log.</param>
public sealed record LogOptions(string Key, string Checkpoints)
{
    public string CheckpointFile => Path.Combine(Checkpoints, LogFiles.Tree);

    /// <summary>Where everybody reads checkpoints and hash tiles, in plain HTTP; null: agencies alone do, at the hub's own address.</summary>
    public IPEndPoint? Listen { get; init; }

    /// <summary>Who must have cosigned a checkpoint before it is shown.</summary>
    public IReadOnlyList<WitnessAddress> Witnesses { get; init; } = [];

    /// <summary>Mistakes are reported, not thrown.</summary>
    /// <param name="state">Where checkpoints are kept when the map names no other place.</param>
    internal static LogOptions Read(YamlMap map, string folder, string state)
    {
        var options = new LogOptions(map.File("key", folder), map.Has("checkpoints") ? map.Path("checkpoints", folder) : state)
        {
            Listen = map.Has("listen") ? map.EndPoint("listen") : null,
            Witnesses = [.. map.Maps("witnesses").Select(WitnessAddress.Read).OfType<WitnessAddress>()],
        };
        map.RefuseUnknownKeys();
        return options;
    }
}

/// <param name="Address">Ends with a slash.</param>
public sealed record WitnessAddress(NoteKey Key, Uri Address)
{
    internal static WitnessAddress? Read(YamlMap map)
    {
        var isKey = NoteKey.TryParse(map.Text("key"), out var key) && key.Use == NoteKeyUse.Cosignature;
        if (!isKey)
            map.Report("key", "'key' is not the key of a witness; give the line that the witness prints, NAME+HASH+KEY");
        var text = map.Text("address");
        var isAddress = Uri.TryCreate(text.TrimEnd('/') + "/", UriKind.Absolute, out var address) && address.Scheme is "http" or "https";
        if (!isAddress)
            map.Report("address", $"'address' is '{text}'; give an address such as https://witness.example");
        map.RefuseUnknownKeys();
        return isKey && isAddress ? new WitnessAddress(key!, address!) : null;
    }
}
