using System.Net;
using Exchange.Hosting.Configuration;

namespace Exchange.Hosting.Telemetry;

/// <summary>Where health and metrics are served, in plain HTTP: on this machine alone, unless another address is given.</summary>
public sealed record ManagementOptions
{
    public IPAddress Address { get; init; } = IPAddress.Loopback;

    /// <summary>0 takes any free port.</summary>
    public int Port { get; init; }

    public IPEndPoint Place => new(Address, Port);

    /// <summary>Whether /metrics is served; needs telemetry with metrics on.</summary>
    public bool Metrics { get; init; } = true;

    /// <summary>How long the checks of one request may take before those that hang count as failed.</summary>
    public TimeSpan CheckTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Reads the <c>management</c> map; null stands for an absent one, and no management endpoint. Mistakes are reported, not thrown.</summary>
    public static ManagementOptions? Read(YamlMap? map)
    {
        if (map is null)
            return null;
        var options = new ManagementOptions { Port = (int)map.Whole("port", 0, IPEndPoint.MaxPort) };
        if (map.OptionalText("address") is { } text)
        {
            if (IPAddress.TryParse(text, out var address))
                options = options with { Address = address };
            else
                map.Report("address", $"'address' is '{text}'; give an IP address, such as 127.0.0.1, or 0.0.0.0 for all");
        }
        map.RefuseUnknownKeys();
        return options;
    }
}
