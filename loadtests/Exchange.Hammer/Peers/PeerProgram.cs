using System.Diagnostics;
using Exchange.Hammer.Parties;

namespace Exchange.Hammer.Peers;

/// <summary>How a peer is run, in the foreground, until it is stopped.</summary>
/// <param name="Version">For people.</param>
sealed record PeerProgram(string Path, IReadOnlyList<string> Arguments, string Version)
{
    /// <summary>Where Debian puts servers, which is not on everybody's path.</summary>
    static readonly string[] besides = ["/usr/sbin", "/usr/local/sbin"];

    static readonly TimeSpan patience = TimeSpan.FromSeconds(10);

    /// <summary>A hidden verb of this program.</summary>
    public static PeerProgram OwnVerb(string verb, PeerPlace place, string version) => new(typeof(PeerProgram).Assembly.Location,
    [
        verb, "--certificate", place.Files.Certificate, "--key", place.Files.Key, "--root", place.Files.Root, "--crl", place.Files.RevocationList, "--port", $"{place.Port}",
        "--provider-port", $"{place.ProviderPort}", "--connections", $"{place.Connections}", "--state", place.Folder,
    ], version);

    /// <summary>A program of a Debian package.</summary>
    /// <param name="name">Of the program and of the package.</param>
    /// <exception cref="ChildFailedException">It is not installed.</exception>
    public static async Task<PeerProgram> Installed(string name, string versionOption, IReadOnlyList<string> arguments, CancellationToken stop)
    {
        var path = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Concat(besides).Select(folder => System.IO.Path.Combine(folder, name)).FirstOrDefault(File.Exists)
            ?? throw new ChildFailedException($"{name} is not installed; on Debian: apt-get install {name}");
        using var asked = Process.Start(new ProcessStartInfo(path, [versionOption]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        try
        {
            // One says it here, another there.
            var said = await Task.WhenAll(asked.StandardOutput.ReadToEndAsync(stop), asked.StandardError.ReadToEndAsync(stop)).WaitAsync(patience, TimeProvider.System, stop).ConfigureAwait(false);
            return new PeerProgram(path, arguments, string.Concat(said).Split('\n')[0].Trim());
        }
        catch (TimeoutException)
        {
            asked.Kill();
            throw new ChildFailedException($"{path} {versionOption} did not end within {patience.TotalSeconds:0} s");
        }
    }
}
