using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Exchange.Hosting.Configuration;

/// <summary>
/// Reads a YAML file strictly: unknown keys, wrong types and values out of range are problems with line and column,
/// collected rather than thrown, so that a reader hears of all of them at once.
/// </summary>
public static class YamlFile
{
    /// <summary>Largest file read. A matrix of 100,000 rows fits.</summary>
    public const long MaximumBytes = 64 * 1024 * 1024;

    /// <summary>Opens a file whose root is a map; on a syntax error, an absent or too large file adds the problem and returns an empty map.</summary>
    public static YamlMap Read(string path, Problems problems)
    {
        var file = new FileInfo(path);
        if (!file.Exists)
        {
            problems.Add(path, 0, 0, "the file does not exist; create it or correct the path");
            return YamlMap.Empty(path, problems);
        }
        if (file.Length > MaximumBytes)
        {
            problems.Add(path, 0, 0, $"the file has {file.Length} bytes; at most {MaximumBytes} are read");
            return YamlMap.Empty(path, problems);
        }
        return Parse(path, File.ReadAllText(path), problems);
    }

    /// <param name="name">Stands for the file in problems.</param>
    public static YamlMap Parse(string name, string text, Problems problems)
    {
        try
        {
            var stream = new YamlStream();
            stream.Load(new StringReader(text));
            if (stream.Documents.Count == 1 && stream.Documents[0].RootNode is YamlMappingNode root)
                return new YamlMap(name, root, problems);
            problems.Add(name, 1, 1, "expected one document that is a map of keys to values");
        }
        catch (YamlException e)
        {
            problems.Add(name, (int)e.Start.Line, (int)e.Start.Column, $"not valid YAML: {e.Message}");
        }
        return YamlMap.Empty(name, problems);
    }
}
