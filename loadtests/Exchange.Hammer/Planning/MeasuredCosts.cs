using System.Text.Json;

namespace Exchange.Hammer.Planning;

/// <summary>CPU that a run measured of one kind of lookup, medians, in microseconds of one core per lookup.</summary>
/// <param name="RequesterCpu">The load generator is in it.</param>
sealed record LookupCosts(double HubCpu, double ProviderCpu, double RequesterCpu);

/// <summary>What a plan takes from the figures.json of a <c>run</c>.</summary>
/// <param name="From">The file.</param>
/// <param name="Cores">Shared by all processes of that run.</param>
/// <param name="FsyncMicroseconds">One durable write of 4 KiB.</param>
/// <param name="LoadBefore">Load average of the machine before that run.</param>
sealed record MeasuredCosts(string From, string Commit, string Cpu, int Cores, double FsyncMicroseconds, double LoadBefore, int AtOnce, LookupCosts Warm, LookupCosts Cold)
{
    /// <summary>Others were using the machine, so that every figure of CPU is rather too high.</summary>
    public bool WasShared => LoadBefore > Cores / 2.0;

    /// <param name="path">The file, or the folder of a run.</param>
    /// <exception cref="PlanException">It cannot be read, or something that is needed is not in it; everything missing is named.</exception>
    public static MeasuredCosts Read(string path, int atOnce)
    {
        var file = Directory.Exists(path) ? Path.Combine(path, "figures.json") : path;
        try
        {
            using var json = JsonDocument.Parse(File.ReadAllBytes(file));
            return new Figures(json.RootElement).Costs(file, atOnce);
        }
        catch (JsonException e)
        {
            throw new PlanException($"{file} is not JSON: {e.Message}");
        }
        catch (FileNotFoundException)
        {
            throw new PlanException($"{file} is not there; name a folder that 'run --output' wrote.");
        }
    }

    /// <summary>Reads what is there, and keeps the names of what is not.</summary>
    sealed class Figures(JsonElement root)
    {
        readonly List<string> missing = [];

        public MeasuredCosts Costs(string file, int atOnce)
        {
            var costs = new MeasuredCosts(
                file, Text("machine.commit"), Text("machine.cpu"), (int)Number(root, "machine.cores"), Number(root, "machine.fsync_microseconds"), Number(root, "load_before", mayBeZero: true),
                atOnce, Lookup("T5 exchange WARM", atOnce), Lookup("T5 exchange COLD", atOnce));
            return missing.Count == 0 ? costs : throw new PlanException($"{file} lacks what a plan is made of; a folder that 'run --output' wrote has it:\n{string.Join('\n', missing.Select(name => $"  {name}"))}");
        }

        LookupCosts Lookup(string contender, int atOnce)
        {
            var place = $"closed[contender \"{contender}\", concurrency {atOnce}]";
            if (Cell(contender, atOnce) is { } cell)
                return new LookupCosts(Number(cell, "hub_cpu.median", place), Number(cell, "provider_cpu.median", place), Number(cell, "generator_cpu.median", place));
            missing.Add(place);
            return new LookupCosts(0, 0, 0);
        }

        /// <summary>Where answers of several sizes were measured, of the smallest.</summary>
        JsonElement? Cell(string contender, int atOnce) =>
            Find(root, "closed") is not { ValueKind: JsonValueKind.Array } closed ? null : closed.EnumerateArray()
                .Where(cell => Find(cell, "contender") is { ValueKind: JsonValueKind.String } name && name.GetString() == contender
                    && Find(cell, "concurrency") is { ValueKind: JsonValueKind.Number } at && at.TryGetInt32(out var concurrency) && concurrency == atOnce)
                .Select(cell => (JsonElement?)cell).MinBy(cell => Find(cell!.Value, "size") is { ValueKind: JsonValueKind.Number } size ? size.GetDouble() : 0);

        string Text(string name)
        {
            if (Find(root, name) is { ValueKind: JsonValueKind.String } text)
                return text.GetString()!;
            missing.Add(name);
            return "";
        }

        /// <param name="mayBeZero">What costs something cannot.</param>
        double Number(JsonElement from, string name, string place = "", bool mayBeZero = false)
        {
            if (Find(from, name) is { ValueKind: JsonValueKind.Number } number && number.TryGetDouble(out var value) && double.IsFinite(value) && (value > 0 || (mayBeZero && value == 0)))
                return value;
            missing.Add(place.Length == 0 ? name : $"{place}.{name}");
            return 0;
        }

        static JsonElement? Find(JsonElement from, string name)
        {
            foreach (var part in name.Split('.'))
                if (from.ValueKind != JsonValueKind.Object || !from.TryGetProperty(part, out from))
                    return null;
            return from;
        }
    }
}

/// <summary>Nothing can be planned from what was given; the message says what is missing.</summary>
sealed class PlanException(string message) : Exception(message);
