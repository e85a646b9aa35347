using System.Text;
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

    /// <summary>Deepest nesting read: no file of ours needs more than a handful, and the parser's stack is finite.</summary>
    public const int MaximumDepth = 32;

    static readonly UTF8Encoding strictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Opens a file whose root is a map; on a syntax error, an absent or too large file adds the problem and returns an empty map.</summary>
    public static YamlMap Read(string path, Problems problems) =>
        ReadBytes(path, problems) is { } bytes ? Parse(path, bytes, problems) : YamlMap.Empty(path, problems);

    /// <summary>The bytes of a file, so that what is hashed is what is parsed; null, with the problem added, when it cannot be read.</summary>
    public static byte[]? ReadBytes(string path, Problems problems)
    {
        try
        {
            var file = new FileInfo(path);
            if (!file.Exists)
            {
                problems.Add(path, 0, 0, "the file does not exist; create it or correct the path");
                return null;
            }
            using var stream = file.OpenRead();
            if (stream.Length > MaximumBytes)
            {
                problems.Add(path, 0, 0, $"the file has {stream.Length} bytes; at most {MaximumBytes} are read");
                return null;
            }
            var bytes = new byte[stream.Length];
            stream.ReadExactly(bytes);
            return bytes;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            problems.Add(path, 0, 0, $"the file cannot be read: {e.Message}");
            return null;
        }
    }

    /// <param name="name">Stands for the file in problems.</param>
    /// <param name="utf8">A byte order mark is passed over; anything that is not UTF-8 is a problem with its line.</param>
    public static YamlMap Parse(string name, byte[] utf8, Problems problems)
    {
        ReadOnlySpan<byte> content = utf8;
        if (content.StartsWith(Encoding.UTF8.Preamble))
            content = content[Encoding.UTF8.Preamble.Length..];
        try
        {
            return Parse(name, strictUtf8.GetString(content), problems);
        }
        catch (DecoderFallbackException e)
        {
            var before = content[..Math.Clamp(e.Index, 0, content.Length)];
            problems.Add(name, before.Count((byte)'\n') + 1, before.Length - before.LastIndexOf((byte)'\n'), "not UTF-8 from here; save the file as UTF-8");
            return YamlMap.Empty(name, problems);
        }
    }

    /// <param name="name">Stands for the file in problems.</param>
    public static YamlMap Parse(string name, string text, Problems problems)
    {
        try
        {
            var stream = new YamlStream();
            stream.Load(new BoundedParser(new Parser(new StringReader(text)), MaximumDepth));
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
