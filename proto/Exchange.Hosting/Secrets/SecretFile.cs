using System.Security.Cryptography;
using Exchange.Hosting.Storage;

namespace Exchange.Hosting.Secrets;

/// <summary>
/// Keys and scalars in a file that its owner alone may read. A file anybody else could have read is refused, not mended:
/// whoever runs the program decides whether the secret in it is still one.
/// </summary>
public static class SecretFile
{
    /// <summary>No key file is larger.</summary>
    public const int MaximumBytes = 1024 * 1024;

    const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>The caller clears the array when it is done.</summary>
    /// <exception cref="SecretFileException">Absent, too large, or open to others; the message says what to run.</exception>
    public static byte[] Read(string path)
    {
        using var file = Open(path);
        // The mode of the opened file, not of the name: nobody can swap one for the other in between.
        if (!OperatingSystem.IsWindows() && File.GetUnixFileMode(file.SafeFileHandle) is var mode && (mode & ~OwnerOnly) != 0)
            throw new SecretFileException($"{path} has mode {Octal(mode)}, so others may have read the secret in it. If you are sure nobody did, run: chmod 600 '{path}'");
        if (file.Length > MaximumBytes)
            throw new SecretFileException($"{path} has {file.Length} bytes; a secret file has at most {MaximumBytes}");
        var content = new byte[file.Length];
        file.ReadExactly(content);
        return content;
    }

    /// <summary>
    /// Whole or not at all, and still there after a power cut: a file beside it with mode 0600, synced, takes the name, and the folder is synced.
    /// </summary>
    /// <exception cref="SecretFileException">The file exists and <paramref name="overwrite"/> was not asked for.</exception>
    public static void Write(string path, ReadOnlySpan<byte> content, bool overwrite = false)
    {
        if (content.Length > MaximumBytes)
            throw new SecretFileException($"{content.Length} bytes are too many for {path}; a secret file has at most {MaximumBytes}");
        path = Path.GetFullPath(path);
        if (!overwrite && File.Exists(path))
            throw Exists(path);
        var folder = Path.GetDirectoryName(path)!;
        var beside = Path.Combine(folder, $".{Path.GetFileName(path)}.{RandomNumberGenerator.GetHexString(16, lowercase: true)}");
        try
        {
            using (var file = new FileStream(beside, CreateForOwner()))
            {
                file.Write(content);
                file.Flush(flushToDisk: true);
            }
            TakeName(beside, path, overwrite);
        }
        catch
        {
            File.Delete(beside);
            throw;
        }
        Folder.Sync(folder);
    }

    static FileStream Open(string path)
    {
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new SecretFileException($"{path} does not exist", e);
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException)
        {
            throw new SecretFileException($"{path} cannot be read: {e.Message}", e);
        }
    }

    static FileStreamOptions CreateForOwner()
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.None, BufferSize = 0 };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = OwnerOnly;
        return options;
    }

    static void TakeName(string beside, string path, bool overwrite)
    {
        try
        {
            File.Move(beside, path, overwrite);
        }
        catch (IOException) when (!overwrite && File.Exists(path))
        {
            throw Exists(path);
        }
    }

    static SecretFileException Exists(string path) =>
        new($"{path} exists already and is left as it is; move it away first, or ask for it to be overwritten");

    static string Octal(UnixFileMode mode) => "0" + Convert.ToString((int)mode, 8).PadLeft(3, '0');
}
