using System.Text.RegularExpressions;

namespace Exchange.Journeys.Tests.Pages;

/// <summary>What the pages point at is there: files, headings and tests.</summary>
public sealed partial class LinksTests
{
    static readonly string[] pages =
    [
        .. Directory.GetFiles(Repository.Root, "*.md"),
        .. Directory.GetFiles(Path.Combine(Repository.Root, "docs"), "*.md", SearchOption.AllDirectories),
    ];

    [Fact]
    public void Every_link_leads_to_a_file_and_a_heading_that_are_there()
    {
        var broken = new List<string>();
        foreach (var page in pages)
            foreach (Match link in Link().Matches(File.ReadAllText(page)))
            {
                var (path, heading) = (link.Groups["path"].Value, link.Groups["heading"].Value);
                if (path.Contains("://", StringComparison.Ordinal))
                    continue;
                var target = path.Length == 0 ? page : Path.GetFullPath(path, Path.GetDirectoryName(page)!);
                if (!Path.Exists(target) || (heading.Length > 0 && !Headings(target).Contains(heading)))
                    broken.Add($"{Path.GetRelativePath(Repository.Root, page)}: {link.Value}");
            }
        Assert.Empty(broken);
    }

    [Fact]
    public void Every_test_named_on_a_page_exists()
    {
        var tests = Directory.GetFiles(Repository.Root, "*Tests.cs", SearchOption.AllDirectories)
            .Where(file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
            .GroupBy(Path.GetFileNameWithoutExtension)
            .ToDictionary(group => group.Key!, group => string.Concat(group.Select(File.ReadAllText)));
        var missing = new List<string>();
        foreach (var page in pages)
            foreach (Match named in Test().Matches(File.ReadAllText(page)))
            {
                var (set, test) = (named.Groups["set"].Value, named.Groups["test"].Value);
                if (!tests.TryGetValue(set, out var text) || (test.Length > 0 && !text.Contains($" {test}(", StringComparison.Ordinal)))
                    missing.Add($"{Path.GetRelativePath(Repository.Root, page)}: {named.Value}");
            }
        Assert.Empty(missing);
    }

    /// <summary>Anchors as GitHub makes them.</summary>
    static HashSet<string> Headings(string page) =>
        [.. File.ReadLines(page).Where(line => line.StartsWith('#')).Select(line => NotInAnchor().Replace(line.TrimStart('#').Trim().ToLowerInvariant(), "").Replace(' ', '-'))];

    [GeneratedRegex(@"\]\((?<path>[^)#\s]*)(#(?<heading>[^)\s]+))?\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"`(?<set>[A-Za-z0-9]+Tests)(\.(?<test>[A-Za-z0-9_]+))?`")]
    private static partial Regex Test();

    [GeneratedRegex(@"[^\p{L}\p{N}\s_-]")]
    private static partial Regex NotInAnchor();
}
