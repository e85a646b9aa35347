using System.Net;
using Exchange.Hosting.Configuration;
using Exchange.Hosting.Telemetry;
using Exchange.Protocol.Transparency;

namespace Exchange.KeyAuthority.Witnessing;

/// <summary>Everything <c>witness.yaml</c> says. Paths are relative to the file.</summary>
public sealed record WitnessOptions
{
    /// <summary>Where logs bring their checkpoints, plain HTTP. Port 0 takes a free one.</summary>
    public required IPEndPoint Listen { get; init; }

    /// <summary>Health and metrics; null serves none.</summary>
    public ManagementOptions? Management { get; init; }

    /// <summary>File of the key that cosigns, 0600, made by <c>witness init</c>.</summary>
    public required string Key { get; init; }

    /// <summary>As given to <c>witness init</c>: it stands in every cosignature.</summary>
    public required string Name { get; init; }

    /// <summary>SQLite file of what was cosigned, made by <c>witness init</c>.</summary>
    public required string State { get; init; }

    /// <summary>The keys of the logs that are watched, by the log's name.</summary>
    public required IReadOnlyDictionary<string, NoteKey> Logs { get; init; }

    public required TelemetryOptions Telemetry { get; init; }

    /// <exception cref="ConfigurationException">With every mistake of the file.</exception>
    public static WitnessOptions Read(string path)
    {
        var problems = new Problems();
        var map = YamlFile.Read(path, problems);
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        var options = new WitnessOptions
        {
            Listen = map.EndPoint("listen"),
            Management = ManagementOptions.Read(map.Map("management")),
            Key = map.File("key", folder),
            Name = ReadName(map),
            State = map.Path("state", folder),
            Logs = ReadLogs(map),
            Telemetry = TelemetryOptions.Read(map.Map("telemetry"), "exchange-witness"),
        };
        map.RefuseUnknownKeys();
        problems.ThrowIfAny();
        return options;
    }

    static string ReadName(YamlMap map)
    {
        var name = map.Text("name");
        if (name.Length > 0 && !NoteKey.IsName(name))
            map.Report("name", $"'name' is '{name}'; write the one given to witness init, without spaces and plus signs");
        return name;
    }

    static Dictionary<string, NoteKey> ReadLogs(YamlMap map)
    {
        var logs = new Dictionary<string, NoteKey>(StringComparer.Ordinal);
        var lines = map.Items("logs");
        if (lines.Count == 0 && (!map.Has("logs") || map.OptionalText("logs") is null or ""))
            map.Report("logs", "'logs' names no log; give the line that the gateway's init wrote, NAME+HASH+KEY, for each that is watched");
        foreach (var line in lines)
        {
            if (!NoteKey.TryParse(line.Value, out var key) || key.Use != NoteKeyUse.Note)
                map.Report(line, $"'{line.Value}' is not the key of a log; give the line that the gateway's init wrote, NAME+HASH+KEY");
            else if (!logs.TryAdd(key.Name, key))
                map.Report(line, $"'{key.Name}' stands twice; a log has one key");
        }
        return logs;
    }
}
