using System.Text.Encodings.Web;
using System.Text.Json;

namespace Exchange.Hammer.Results;

/// <summary>How figures are written down: for programs, and beside it for people.</summary>
static class ResultFiles
{
    public const string Figures = "figures.json";

    public static readonly JsonSerializerOptions Json = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        // What is read must be whole.
        RespectRequiredConstructorParameters = true,
        RespectNullableAnnotations = true,
    };

    public static string ToJson<T>(T figures) => JsonSerializer.Serialize(figures, Json) + "\n";

    /// <param name="more">Other files of the folder: name and content.</param>
    public static void Save<T>(string folder, T figures, string report, params ReadOnlySpan<(string Name, string Content)> more)
    {
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, Figures), ToJson(figures));
        File.WriteAllText(Path.Combine(folder, "README.md"), report);
        foreach (var (name, content) in more)
            File.WriteAllText(Path.Combine(folder, name), content);
    }
}
