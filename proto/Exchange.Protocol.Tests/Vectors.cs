using System.Text.Json;

namespace Exchange.Protocol.Tests;

/// <summary>The vector files beside the repository; a test that wants one skips, saying so, where the folder is absent.</summary>
static class Vectors
{
    static readonly string? folder = Find();

    public static JsonElement Load(string name)
    {
        var path = folder is null ? null : Path.Combine(folder, name);
        Assert.SkipUnless(File.Exists(path), $"{name} is not in ../shared/vectors beside the repository");
        using var document = JsonDocument.Parse(File.ReadAllBytes(path!));
        return document.RootElement.Clone();
    }

    public static byte[] Hex(this JsonElement element, string property) => Convert.FromHexString(element.GetProperty(property).GetString()!);

    /// <summary>Values separated by commas.</summary>
    public static byte[][] HexList(this JsonElement element, string property) =>
        [.. element.GetProperty(property).GetString()!.Split(',').Select(Convert.FromHexString)];

    static string? Find()
    {
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
            if (File.Exists(Path.Combine(at.FullName, "Exchange.sln")))
                return Path.GetFullPath(Path.Combine(at.FullName, "..", "shared", "vectors"));
        return null;
    }
}
