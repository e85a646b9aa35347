using System.Security.Cryptography;
using Exchange.Hosting.Storage;

namespace Exchange.Gateway.Audit.Stores.Postgres;

/// <summary>The state folder of a hub, kept to one process, under a name that no other folder has.</summary>
static class HolderPlace
{
    /// <param name="path">Of the file that the log would be without a database.</param>
    /// <param name="place">The name drawn for the folder, with the machine's: a folder copied to another machine is another place.</param>
    /// <exception cref="StoreException">InUse: another process is in it.</exception>
    public static StoreLock Take(string path, TimeProvider time, out string place)
    {
        path = Path.GetFullPath(path);
        Folder.CreateForOwner(Path.GetDirectoryName(path)!);
        var held = StoreLock.Take(path, time);
        try
        {
            var drawn = path + ".place";
            if (!File.Exists(drawn))
                File.WriteAllText(drawn, RandomNumberGenerator.GetHexString(32, lowercase: true));
            place = $"{File.ReadAllText(drawn)} on {Environment.MachineName}";
            return held;
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }
}
