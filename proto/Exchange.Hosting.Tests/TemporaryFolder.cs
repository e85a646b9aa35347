namespace Exchange.Hosting.Tests;

public sealed class TemporaryFolder : IDisposable
{
    readonly string path = Directory.CreateTempSubdirectory("exchange-").FullName;

    public string this[string name] => Path.Combine(path, name);

    public IEnumerable<string> Names => Directory.EnumerateFileSystemEntries(path).Select(entry => Path.GetFileName(entry));

    public void Dispose() => Directory.Delete(path, recursive: true);
}
