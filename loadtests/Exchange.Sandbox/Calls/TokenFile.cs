namespace Exchange.Sandbox.Calls;

/// <summary>A caller's token in a file, for the owner alone: whoever has it asks as that caller.</summary>
static class TokenFile
{
    public static void Write(string path, string token)
    {
        File.Delete(path);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using var writer = new StreamWriter(path, options);
        writer.WriteLine(token);
    }
}
