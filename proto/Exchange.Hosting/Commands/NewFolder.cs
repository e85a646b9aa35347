using Exchange.Hosting.Secrets;
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

    /// <summary>A key. It is drawn with what is known of it to others, and never anew beside that: another one would not fit what they were given.</summary>
    /// <param name="known">A file that is made after it.</param>
    /// <exception cref="SecretFileException">What is known of it is there, and the key is not.</exception>
    public void MakeSecret(string file, string known, string what, Action<string> make)
    {
        if (!File.Exists(this[file]) && File.Exists(this[known]))
            throw new SecretFileException($"{this[known]} is there, and {file} is not: put the key back from its copy, since another would not fit what others were given. To begin anew, name an empty folder.");
        Make(file, what, make);
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
