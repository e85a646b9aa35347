using System.Text;
using Exchange.Gateway.Policy;
using Exchange.Hosting.Configuration;
using Exchange.Hosting.Storage;
using YamlDotNet.RepresentationModel;

namespace Exchange.Gateway.Directory;

/// <summary>
/// Changes one row of <c>directory.yaml</c> and leaves every other letter of it as it is, comments included. The changed file
/// is held against matrix and quotas first and takes the name at once, or not at all.
/// </summary>
public sealed class DirectoryEdit(PolicyFiles files)
{
    /// <exception cref="ConfigurationException">The file has mistakes, before or after.</exception>
    /// <exception cref="DirectoryEditException">The agency is there already.</exception>
    public void Add(AgencyEntry agency)
    {
        var (text, list, rows) = Read();
        if (rows.Any(row => Scalar(row, "id")?.Value == agency.Id))
            throw new DirectoryEditException($"{agency.Id} is in the directory already.");
        var row = $"- {{ id: {agency.Id}, kind: {agency.Kind}, name: {Quote(agency.Name)}, status: active, epochs: [{string.Join(", ", agency.Epochs)}] }}";
        if (rows.Count == 0)
        {
            var from = (int)list.Start.Index;
            Write($"{text[..from].TrimEnd(' ')}\n  {row}{text[(text.IndexOf(']', from) + 1)..]}");
            return;
        }
        var lines = text.Split('\n').ToList();
        var last = rows[^1];
        var first = lines[(int)last.Start.Line - 1];
        var indent = first[..first.LastIndexOf('-', (int)last.Start.Column - 1)];
        // Behind the line of its last word; were there a closing brace alone in the next one, the check before the file is replaced would say so.
        var after = last.AllNodes.Max(node => (int)node.End.Line);
        lines.Insert(after, indent + row);
        Write(string.Join('\n', lines));
    }

    /// <returns>False when it had the status already.</returns>
    /// <exception cref="ConfigurationException">The file has mistakes, before or after.</exception>
    /// <exception cref="DirectoryEditException">There is no such agency, or it may not have this status any more.</exception>
    public bool SetStatus(string agency, AgencyStatus status)
    {
        var (text, _, rows) = Read();
        if (rows.FirstOrDefault(row => Scalar(row, "id")?.Value == agency) is not { } found || Scalar(found, "status") is not { } word)
            throw new DirectoryEditException($"{agency} is not in the directory{(Spelling.Nearest(agency, rows.Select(row => Scalar(row, "id")?.Value ?? "")) is { } near ? $"; is it {near}?" : ".")}");
        var wanted = DirectoryFile.Word(status);
        if (word.Value == wanted)
            return false;
        if (word.Value == DirectoryFile.Word(AgencyStatus.Revoked))
            throw new DirectoryEditException($"{agency} was revoked, and does not come back by this. An agency that is admitted anew gets a new id or a new epoch.");
        var (from, to) = ((int)word.Start.Index, (int)word.End.Index);
        Write(text[..from] + wanted + text[to..]);
        return true;
    }

    (string Text, YamlSequenceNode List, IReadOnlyList<YamlMappingNode> Rows) Read()
    {
        var problems = new Problems();
        _ = files.Read(problems);
        problems.ThrowIfAny();
        var text = File.ReadAllText(files.Directory);
        var stream = new YamlStream();
        stream.Load(new StringReader(text));
        var root = (YamlMappingNode)stream.Documents[0].RootNode;
        if (root.Children[new YamlScalarNode("agencies")] is not YamlSequenceNode list)
            throw new DirectoryEditException($"{files.Directory} has 'agencies' and no list behind it; write agencies: []");
        return (text, list, [.. list.Children.Cast<YamlMappingNode>()]);
    }

    void Write(string text)
    {
        var content = Encoding.UTF8.GetBytes(text);
        var problems = new Problems();
        _ = files.Read(content, problems);
        problems.ThrowIfAny();
        var beside = files.Directory + ".new";
        try
        {
            using (var file = new FileStream(beside, FileMode.Create, FileAccess.Write))
            {
                file.Write(content);
                file.Flush(flushToDisk: true);
            }
            File.Move(beside, files.Directory, overwrite: true);
            Folder.Sync(Path.GetDirectoryName(Path.GetFullPath(files.Directory))!);
        }
        finally
        {
            File.Delete(beside);
        }
    }

    static YamlScalarNode? Scalar(YamlMappingNode row, string key) => row.Children.TryGetValue(new YamlScalarNode(key), out var value) ? value as YamlScalarNode : null;

    static string Quote(string text) => $"\"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";
}

/// <summary>The directory cannot be changed so; the message says why.</summary>
public sealed class DirectoryEditException(string message) : Exception(message);
