using System.Text.Json;

namespace Exchange.Protocol.Tests;

/// <summary>The vector files beside the repository; a test that wants one skips, saying so, where the folder is absent.</summary>
static class Vectors
{
    static readonly string? folder = Find();

    public static JsonElement Load(string name)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(Locate("vectors", name)));
        return document.RootElement.Clone();
    }

    /// <summary>Every case of a Wycheproof file, with the group that gives its sizes or key.</summary>
    public static IEnumerable<(JsonElement Group, JsonElement Test)> Wycheproof(string name) =>
        from one in Load(name).GetProperty("testGroups").EnumerateArray()
        from test in one.GetProperty("tests").EnumerateArray()
        select (one, test);

    public static bool IsValid(this JsonElement test) => test.GetProperty("result").GetString() == "valid";

    public static string[] Lines(string name) => File.ReadAllLines(Locate("data", name));

    public static byte[] Hex(this JsonElement element, string property) => Convert.FromHexString(element.GetProperty(property).GetString()!);

    /// <summary>Values separated by commas.</summary>
    public static byte[][] HexList(this JsonElement element, string property) =>
        [.. element.GetProperty(property).GetString()!.Split(',').Select(Convert.FromHexString)];

    static string Locate(string kind, string name)
    {
        var path = Path.Combine(folder ?? "", kind, name);
        Assert.SkipUnless(File.Exists(path), $"{name} is not in ../shared/{kind} beside the repository");
        return path;
    }

    static string? Find()
    {
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
            if (File.Exists(Path.Combine(at.FullName, "Exchange.sln")))
                return Path.GetFullPath(Path.Combine(at.FullName, "..", "shared"));
        return null;
    }
}
