using System.Runtime.InteropServices;

namespace Exchange.Hosting.Storage;

/// <summary>Folders that hold what must outlive a power cut, or must be seen by their owner alone.</summary>
public static partial class Folder
{
    const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>Creates what is missing of the path for the owner alone; a folder that exists keeps its mode.</summary>
    public static void CreateForOwner(string path)
    {
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(path);
        else
            Directory.CreateDirectory(path, OwnerOnly);
    }

    /// <summary>Makes names created, renamed or deleted in the folder durable (fsync(2) of the directory). Nothing to do on Windows.</summary>
    public static void Sync(string path)
    {
        if (OperatingSystem.IsWindows())
            return;
        var descriptor = Open(path, 0);
        if (descriptor < 0)
            throw Failed("opened", path);
        try
        {
            if (FileSync(descriptor) != 0)
                throw Failed("synced", path);
        }
        finally
        {
            _ = Close(descriptor);
        }
    }

    static IOException Failed(string what, string path) =>
        new($"The folder {path} cannot be {what}: {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}");

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int FileSync(int descriptor);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);
}
