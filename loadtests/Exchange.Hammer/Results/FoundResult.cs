using System.Text.Json;
using Exchange.Hammer.Ablation;
using Exchange.Hammer.Appending;
using Exchange.Hammer.Bulk;
using Exchange.Hammer.Connections;
using Exchange.Hammer.Fairness;
using Exchange.Hammer.Soak;

namespace Exchange.Hammer.Results;

/// <summary>A result that was read from its folder.</summary>
/// <param name="Name">Of the folder.</param>
sealed record FoundResult(string Name, IMeasured Result)
{
    static readonly Dictionary<string, Func<JsonElement, IMeasured?>> readers = new()
    {
        [AppendFigures.Name] = json => json.Deserialize<AppendFigures>(ResultFiles.Json),
        [ConnectionsFigures.Name] = json => json.Deserialize<ConnectionsFigures>(ResultFiles.Json),
        [SoakFigures.Name] = json => json.Deserialize<SoakFigures>(ResultFiles.Json),
        [BulkFigures.Name] = json => json.Deserialize<BulkFigures>(ResultFiles.Json),
        [FairnessFigures.Name] = json => json.Deserialize<FairnessFigures>(ResultFiles.Json),
        [AblationFigures.Name] = json => json.Deserialize<AblationFigures>(ResultFiles.Json),
    };

    public static string Verbs => string.Join(", ", readers.Keys);

    /// <summary>From folders of one result each, and from folders of such folders, where what is no such result is passed over.</summary>
    /// <param name="mistakes">What cannot be read, all of it.</param>
    public static IReadOnlyList<FoundResult> Read(IEnumerable<string> folders, List<string> mistakes)
    {
        var found = new List<FoundResult>();
        foreach (var folder in folders)
        {
            var isOne = File.Exists(Path.Combine(folder, ResultFiles.Figures));
            string[] among = isOne ? [folder] : Directory.Exists(folder) ? [.. Directory.EnumerateDirectories(folder).Where(one => File.Exists(Path.Combine(one, ResultFiles.Figures))).Order(StringComparer.Ordinal)] : [];
            if (among.Length == 0)
                mistakes.Add($"--merge {folder}: there is no {ResultFiles.Figures}, and no folder with one");
            foreach (var one in among)
                if (Read(one, mistakes) is { } result)
                    found.Add(new FoundResult(Path.GetFileName(Path.GetFullPath(one).TrimEnd(Path.DirectorySeparatorChar)), result));
                else if (isOne)
                    mistakes.Add($"--merge {folder}: its {ResultFiles.Figures} is no result of {Verbs}");
        }
        return found;
    }

    /// <returns>Null when it is none of theirs.</returns>
    static IMeasured? Read(string folder, List<string> mistakes)
    {
        try
        {
            using var json = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, ResultFiles.Figures)));
            return json.RootElement.ValueKind == JsonValueKind.Object && json.RootElement.TryGetProperty("verb", out var verb) && verb.GetString() is { } name && readers.TryGetValue(name, out var read)
                ? read(json.RootElement)
                : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            mistakes.Add($"--merge {folder}: its {ResultFiles.Figures} cannot be read: {e.Message}");
            return null;
        }
    }
}
