using System.Globalization;
using System.Reflection;

namespace Exchange.Hosting.Storage;

/// <summary>
/// Keeps a store to one process on one machine. The operating system holds the lock and frees it when the process ends, however it ends.
/// A second file says who holds it, for people only.
/// </summary>
public sealed class StoreLock : IDisposable
{
    readonly FileStream held;

    StoreLock(FileStream held) => this.held = held;

    /// <param name="store">Path of the store; the lock is kept in files beside it.</param>
    /// <exception cref="StoreException">InUse: the message names the process that holds it.</exception>
    public static StoreLock Take(string store, TimeProvider time)
    {
        var holder = store + ".holder";
        try
        {
            var held = new FileStream(store + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            File.WriteAllText(holder, string.Create(CultureInfo.InvariantCulture,
                $"process {Environment.ProcessId} ({Assembly.GetEntryAssembly()?.GetName().Name}) on {Environment.MachineName} since {time.GetUtcNow():yyyy-MM-dd HH:mm:ss}Z"));
            return new StoreLock(held);
        }
        catch (IOException e) when (e is not (DirectoryNotFoundException or PathTooLongException))
        {
            throw new StoreException(StoreFault.InUse, $"{store} is held by {WhoHolds(holder)}; stop that process, or give this one a store of its own", e);
        }
    }

    public void Dispose() => held.Dispose();

    static string WhoHolds(string holder)
    {
        try
        {
            return File.ReadAllText(holder);
        }
        catch (IOException)
        {
            return "another process";
        }
    }
}
