using System.Text.RegularExpressions;
using Google.Protobuf.Reflection;

namespace Exchange.Adapter.LocalApi.OpenApi;

/// <summary>
/// The comments that stand before messages, fields, values and methods in the proto files, which generated code leaves
/// out. Reads the project's own files, embedded in this assembly; it knows no more of the language than they use.
/// </summary>
sealed partial class ProtoComments
{
    readonly Dictionary<string, string> byName = new(StringComparer.Ordinal);

    public static ProtoComments OfEmbeddedFiles()
    {
        var comments = new ProtoComments();
        var assembly = typeof(ProtoComments).Assembly;
        foreach (var name in assembly.GetManifestResourceNames().Where(one => one.EndsWith(".proto", StringComparison.Ordinal)))
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
            comments.Read(reader);
        }
        return comments;
    }

    /// <summary>Null when nothing is said.</summary>
    public string? Of(IDescriptor descriptor) => byName.GetValueOrDefault(descriptor.FullName);

    void Read(TextReader reader)
    {
        var scope = new Stack<string>();
        var comment = new List<string>();
        while (reader.ReadLine()?.Trim() is { } line)
        {
            if (line.StartsWith("//", StringComparison.Ordinal))
            {
                comment.Add(line[2..].Trim());
                continue;
            }
            if (Package().Match(line) is { Success: true } package)
                scope.Push(package.Groups[1].Value);
            else if (Named().Match(line) is { Success: true } named)
                Keep(string.Join('.', scope.Reverse().Append(named.Groups[1].Value)), comment);
            // Options in braces open and close a scope of their own.
            var (opened, closed) = (line.Count(one => one == '{'), line.Count(one => one == '}'));
            for (var i = closed; i < opened; i++)
                scope.Push(Block().Match(line) is { Success: true } block ? block.Groups[1].Value : "");
            for (var i = opened; i < closed; i++)
                scope.Pop();
            comment.Clear();
        }
    }

    void Keep(string name, List<string> comment)
    {
        if (comment.Count > 0)
            byName[name] = string.Join(' ', comment);
    }

    [GeneratedRegex(@"^package ([\w.]+);")]
    private static partial Regex Package();

    [GeneratedRegex(@"^(?:message|enum|service) (\w+) \{")]
    private static partial Regex Block();

    // A block, a method, a field or a value of an enum.
    [GeneratedRegex(@"^(?:message |enum |service |rpc |(?:optional |repeated )?[\w.]+ )?(\w+)(?: \{|\(| = \d+)")]
    private static partial Regex Named();
}
