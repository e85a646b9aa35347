using Exchange.Hosting.Configuration;
using Exchange.Protocol.Transparency;

namespace Exchange.Adapter.Evidence;

/// <summary>A log that this agency holds to its receipts: one item of <c>logs</c> in adapter.yaml, one for each replica of the hub.</summary>
/// <param name="Key">The log's, as the hub's operator gave it out.</param>
/// <param name="Witnesses">Each must have cosigned a checkpoint before it counts.</param>
public sealed record LogPin(NoteKey Key, IReadOnlyList<NoteKey> Witnesses)
{
    /// <summary>Mistakes are reported, not thrown.</summary>
    internal static IReadOnlyList<LogPin> ReadAll(YamlMap map)
    {
        var pins = new List<LogPin>();
        foreach (var item in map.Maps("logs"))
        {
            var key = Line(item.Text("key"), NoteKeyUse.Note);
            if (key is null)
                item.Report("key", "'key' is not the key of a log; give the line that the hub's operator gave out (log.pub), NAME+HASH+KEY");
            else if (pins.Exists(pin => pin.Key.Name == key.Name))
                item.Report("key", $"'key' is of the log '{key.Name}', which is pinned already");
            var witnesses = new List<NoteKey>();
            foreach (var line in item.Items("witnesses"))
            {
                if (Line(line.Value, NoteKeyUse.Cosignature) is { } witness)
                    witnesses.Add(witness);
                else
                    item.Report(line, $"'{line.Value}' is not the key of a witness; give the line that the witness prints, NAME+HASH+KEY");
            }
            item.RefuseUnknownKeys();
            if (key is not null)
                pins.Add(new LogPin(key, witnesses));
        }
        return pins;
    }

    static NoteKey? Line(string text, NoteKeyUse use) => NoteKey.TryParse(text, out var key) && key.Use == use ? key : null;
}
