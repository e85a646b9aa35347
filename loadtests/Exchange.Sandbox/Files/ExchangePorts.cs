using System.Text.Json;
using Exchange.Sandbox.Processes;

namespace Exchange.Sandbox.Files;

/// <summary>The ports of an exchange, kept between starts as long as nobody else takes them.</summary>
sealed class ExchangePorts
{
    readonly Dictionary<string, int> ports;

    ExchangePorts(Dictionary<string, int> ports) => this.ports = ports;

    public int this[string name] => ports[name];

    public static ExchangePorts ReadOrDraw(string file, IReadOnlyList<string> names)
    {
        var kept = File.Exists(file) ? JsonSerializer.Deserialize<Dictionary<string, int>>(File.ReadAllText(file)) ?? [] : [];
        var missing = names.Where(name => !kept.TryGetValue(name, out var port) || !Ports.IsFree(port)).ToArray();
        foreach (var (name, port) in missing.Zip(Ports.Free(missing.Length)))
            kept[name] = port;
        File.WriteAllText(file, JsonSerializer.Serialize(kept));
        return new ExchangePorts(kept);
    }
}
