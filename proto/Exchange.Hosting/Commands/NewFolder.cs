using Exchange.Hosting.Storage;

namespace Exchange.Hosting.Commands;

/// <summary>The folder of somebody who begins, made for its owner alone. What is there already stays as it is, so that an interrupted beginning may be repeated.</summary>
public sealed class NewFolder
{
    readonly string folder;
    readonly HashSet<string> before;
    readonly List<(string File, string What)> files = [];

    public NewFolder(string folder)
    {
        Folder.CreateForOwner(folder);
        this.folder = folder;
        before = [.. System.IO.Directory.EnumerateFiles(folder).Select(path => Path.GetFileName(path))];
    }

    public string this[string file] => Path.Combine(folder, file);

    /// <param name="what">It is, in a few words.</param>
    /// <param name="make">Writes the file whose path it is given; not called when it is there.</param>
    public void Make(string file, string what, Action<string> make)
    {
        if (!File.Exists(this[file]))
            make(this[file]);
        files.Add((file, what));
    }

    /// <summary>A table of the files: which are new, and what each is.</summary>
    public void Tell(TextWriter output)
    {
        var rows = new RowWriter(output, RowFormat.Table, ["file", "", "what it is"]);
        foreach (var (file, what) in files)
            rows.Write([file, before.Contains(file) ? "kept" : "new", what]);
        rows.Finish();
    }
}
