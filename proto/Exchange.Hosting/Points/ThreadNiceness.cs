using System.Runtime.InteropServices;

namespace Exchange.Hosting.Points;

/// <summary>How much the calling thread yields to others. The runtime has no such thing on Linux, where each thread has a niceness (nice(2), "C library/kernel differences").</summary>
static class ThreadNiceness
{
    /// <param name="by">Added to the niceness of the program. Elsewhere than on Linux nothing happens.</param>
    public static void Raise(int by)
    {
        if (!OperatingSystem.IsLinux())
            return;
        try
        {
            _ = nice(by);
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException)
        {
            // A system without such a C library: it does without.
        }
    }

    [DllImport("libc", EntryPoint = "nice"), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    static extern int nice(int by);
}
