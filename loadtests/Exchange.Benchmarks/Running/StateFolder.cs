namespace Exchange.Benchmarks.Running;

/// <summary>Where cases put their files: on the disk that is measured. Cases run inside this process, and so find it here.</summary>
static class StateFolder
{
    public static string Path { get; set; } = System.IO.Path.GetTempPath();

    /// <returns>A new folder in it, which is its maker's to delete.</returns>
    public static string Make(string name) => Directory.CreateDirectory(System.IO.Path.Combine(Path, $"{name}-{Guid.NewGuid():N}")).FullName;
}
