using System.Xml.Linq;

namespace Exchange.Journeys.Tests;

public sealed class ReferencesTests
{
    static readonly Dictionary<string, string[]> allowed = new()
    {
        ["Exchange.Protocol"] = [],
        ["Exchange.Hosting"] = ["Exchange.Protocol"],
        ["Exchange.Gateway"] = ["Exchange.Hosting", "Exchange.Protocol"],
        ["Exchange.KeyAuthority"] = ["Exchange.Hosting", "Exchange.Protocol"],
        ["Exchange.Adapter"] = ["Exchange.Hosting", "Exchange.Protocol"],
        ["Exchange.Municipality"] = ["Exchange.Adapter"],
        ["Exchange.Pension"] = ["Exchange.Adapter"],
        ["Exchange.Tax"] = ["Exchange.Adapter"],
    };

    [Fact]
    public void Only_the_load_tests_see_both_sides()
    {
        var projects = new[] { "proto", "gateway", "adapters" }
            .SelectMany(folder => Directory.GetFiles(Path.Combine(Root(), folder), "*.csproj", SearchOption.AllDirectories))
            .Where(project => !project.EndsWith(".Tests.csproj", StringComparison.Ordinal)).ToList();
        Assert.Equal(allowed.Keys.Order(), projects.Select(Path.GetFileNameWithoutExtension).Order());
        foreach (var project in projects)
            Assert.Subset(allowed[Path.GetFileNameWithoutExtension(project)].ToHashSet(), References(project).ToHashSet());
    }

    static IEnumerable<string> References(string project) =>
        XDocument.Load(project).Descendants("ProjectReference").Select(one => Path.GetFileNameWithoutExtension(one.Attribute("Include")!.Value));

    static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Exchange.sln")))
            folder = folder.Parent ?? throw new DirectoryNotFoundException("No folder above the tests holds Exchange.sln.");
        return folder.FullName;
    }
}
