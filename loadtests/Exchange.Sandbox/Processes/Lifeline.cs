using System.Diagnostics;
using System.Globalization;

namespace Exchange.Sandbox.Processes;

/// <summary>
/// Ends the children when this process is gone, however it went: a shell that holds the end of a pipe, and sees it close.
/// Where there is no shell it does nothing.
/// </summary>
sealed class Lifeline : IDisposable
{
    const string Script = """trap "" INT TERM HUP; held=; while read -r id; do held="$held $id"; done; [ -z "$held" ] || kill -9 $held 2>/dev/null""";

    readonly Process? shell = OperatingSystem.IsWindows() ? null : Process.Start(new ProcessStartInfo("/bin/sh", ["-c", Script]) { RedirectStandardInput = true });

    public void Hold(int process)
    {
        if (shell is null)
            return;
        shell.StandardInput.WriteLine(process.ToString(CultureInfo.InvariantCulture));
        shell.StandardInput.Flush();
    }

    /// <summary>Lets go of everything: whoever calls this has ended the children.</summary>
    public void Dispose()
    {
        shell?.Kill();
        shell?.Dispose();
    }
}
