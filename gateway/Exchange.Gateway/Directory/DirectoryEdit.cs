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
        var (text, rows) = Read();
        if (rows.Any(row => Scalar(row, "id")?.Value == agency.Id))
            throw new DirectoryEditException($"{agency.Id} is in the directory already.");
        if (rows.Count == 0)
            throw new DirectoryEditException($"{files.Directory} lists no agency to write the new one beside; write the first by hand.");
        var lines = text.Split('\n').ToList();
        var last = rows[^1];
        var first = lines[(int)last.Start.Line - 1];
        var indent = first[..first.LastIndexOf('-', (int)last.Start.Column - 1)];
        // A row in braces ends in its own line; one over several lines where the next thing begins.
        var after = last.End.Column == 1 ? (int)last.End.Line - 1 : (int)last.End.Line;
        while (after > last.Start.Line && lines[after - 1].Trim().Length == 0)
            after--;
        lines.Insert(after, $"{indent}- {{ id: {agency.Id}, kind: {agency.Kind}, name: {Quote(agency.Name)}, status: active, epochs: [{string.Join(", ", agency.Epochs)}] }}");
        Write(string.Join('\n', lines));
    }

    /// <returns>False when it had the status already.</returns>
    /// <exception cref="ConfigurationException">The file has mistakes, before or after.</exception>
    /// <exception cref="DirectoryEditException">There is no such agency, or it may not have this status any more.</exception>
    public bool SetStatus(string agency, AgencyStatus status)
    {
        var (text, rows) = Read();
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

    (string Text, IReadOnlyList<YamlMappingNode> Rows) Read()
    {
        var problems = new Problems();
        _ = files.Read(problems);
        problems.ThrowIfAny();
        var text = File.ReadAllText(files.Directory);
        var stream = new YamlStream();
        stream.Load(new StringReader(text));
        var root = (YamlMappingNode)stream.Documents[0].RootNode;
        return (text, [.. ((YamlSequenceNode)root.Children[new YamlScalarNode("agencies")]).Children.Cast<YamlMappingNode>()]);
    }

    void Write(string text)
    {
        var beside = files.Directory + ".new";
        try
        {
            using (var file = new FileStream(beside, FileMode.Create, FileAccess.Write))
            {
                file.Write(Encoding.UTF8.GetBytes(text));
                file.Flush(flushToDisk: true);
            }
            var problems = new Problems();
            _ = (files with { Directory = beside }).Read(problems);
            problems.ThrowIfAny();
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
