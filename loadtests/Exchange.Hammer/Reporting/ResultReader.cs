using System.Text.Json;
using Exchange.Hammer.Results;

namespace Exchange.Hammer.Reporting;

/// <summary>Folders with results, read back.</summary>
static class ResultReader
{
    /// <returns>What the folder has, or why it cannot be read.</returns>
    public static (WrittenResult? Result, string? Why) Read(string folder)
    {
        try
        {
            using var figures = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, ResultFiles.Figures)));
            return ResultKind.Read(figures.RootElement, folder) is { } result ? (result, null) : (null, $"its {ResultFiles.Figures} is no result of {ResultKind.Verbs}");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException or IOException or UnauthorizedAccessException)
        {
            return (null, $"its {ResultFiles.Figures} is of an earlier form, or damaged: {e.Message}");
        }
    }

    public static bool HasFigures(string folder) => File.Exists(Path.Combine(folder, ResultFiles.Figures));

    /// <summary>Folders in this one that have figures, by name.</summary>
    public static IReadOnlyList<string> Among(string folder) => [.. Directory.EnumerateDirectories(folder).Where(HasFigures).Order(StringComparer.Ordinal)];
}
