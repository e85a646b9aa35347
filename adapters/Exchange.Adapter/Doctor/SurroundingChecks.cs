using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Exchange.Hosting.Telemetry;

namespace Exchange.Adapter.Doctor;

/// <summary>What this machine listens for, and whether it reaches the Internet.</summary>
static class SurroundingChecks
{
    static readonly TimeSpan patience = TimeSpan.FromSeconds(3);

    /// <summary>Two servers of the domain name system's root, which answer everybody who can reach them (a and k).</summary>
    public static readonly IReadOnlyList<IPEndPoint> Outside = [new(IPAddress.Parse("198.41.0.4"), 53), new(IPAddress.Parse("193.0.14.129"), 53)];

    public static IEnumerable<Diagnosis> Listeners(AdapterOptions options, IReadOnlyCollection<IPEndPoint> listening)
    {
        yield return IPAddress.IsLoopback(options.LocalApi.Listen.Address)
            ? Diagnosis.Good("local-api", Concern.Separation, $"The local API listens on {options.LocalApi.Listen}, for this machine alone.")
            : new Diagnosis("local-api", Concern.Separation, Mark.Look, $"The local API listens on {options.LocalApi.Listen}, for other machines too.", "Leave it so only where systems of this agency on other machines call it, and let the firewall admit them alone.");
        if (options.Management is ManagementOptions management && !IPAddress.IsLoopback(management.Address))
            yield return new Diagnosis("management", Concern.Separation, Mark.Look, $"Health and metrics are served on {management.Address}:{management.Port}, without encryption, for other machines too.", "Let the firewall admit the monitoring alone.");
        // Ours are named above.
        var others = listening.Where(one => !IPAddress.IsLoopback(one.Address) && one.Port != options.LocalApi.Listen.Port && one.Port != options.Management?.Port)
            .Select(one => one.Port).Distinct().Order().ToList();
        yield return others.Count == 0
            ? Diagnosis.Good("listeners", Concern.Separation, "Nothing else on this machine listens for other machines.")
            : new Diagnosis("listeners", Concern.Separation, Mark.Look, $"Other programs on this machine listen for other machines, on port{(others.Count == 1 ? "" : "s")} {string.Join(", ", others)}. The adapter needs none of them.", "Turn off what is not needed; let the firewall admit the rest by name.");
    }

    public static IReadOnlyCollection<IPEndPoint> Listening()
    {
        try
        {
            return IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners();
        }
        catch (NetworkInformationException)
        {
            return [];
        }
    }

    public static async Task<Diagnosis> Internet(IReadOnlyList<IPEndPoint> outside, CancellationToken stop)
    {
        foreach (var place in outside)
            if (await Reaches(place, stop).ConfigureAwait(false))
                return new Diagnosis("internet", Concern.Separation, Mark.Look, $"This machine reaches the Internet ({place.Address} answers on port {place.Port}).", "A machine that holds residents' data or reaches their database should reach the hub, or its proxy, and nothing else: close the way out in the firewall.");
        return Diagnosis.Good("internet", Concern.Separation, "This machine does not reach the Internet, as far as a connection to two well-known servers tells.");
    }

    static async Task<bool> Reaches(IPEndPoint place, CancellationToken stop)
    {
        using var socket = new Socket(place.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(patience);
        try
        {
            await socket.ConnectAsync(place, limit.Token).ConfigureAwait(false);
            return true;
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException && !stop.IsCancellationRequested)
        {
            return false;
        }
    }
}
