using System.Net;
using Exchange.Hosting.Configuration;

namespace Exchange.Adapter.LocalApi;

/// <summary>Where and how an adapter serves its agency's own systems.</summary>
public sealed record LocalApiOptions
{
    static readonly TimeSpan longest = TimeSpan.FromMinutes(5);

    /// <summary>Default 127.0.0.1:7443. Anything but loopback means that other machines of the agency may call.</summary>
    public IPEndPoint Listen { get; init; } = new(IPAddress.Loopback, 7443);

    /// <summary>PEM; must name the host by which callers reach it.</summary>
    public required string CertificateFile { get; init; }

    /// <summary>PEM, mode 0600.</summary>
    public required string KeyFile { get; init; }

    /// <summary>Who may call, and what for.</summary>
    public required string CallersFile { get; init; }

    /// <summary>Bytes of one request. Default 64 KiB, at most 1 MiB: a question is a handful of fields.</summary>
    public int MaximumRequestBytes { get; init; } = 64 * 1024;

    /// <summary>Default 256, at most 10,000; Kestrel itself sets no limit.</summary>
    public int MaximumConnections { get; init; } = 256;

    /// <summary>How long a caller waits who names no deadline. Default 10 s.</summary>
    public TimeSpan DefaultDeadline { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>No call waits longer. Default 60 s.</summary>
    public TimeSpan MaximumDeadline { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Taken off the caller's deadline, so that the answer or the reason still reaches it. Default 100 ms.</summary>
    public TimeSpan Reserve { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Reads the map; paths in it are relative to <paramref name="folder"/>. Mistakes go to the map's problems.</summary>
    public static LocalApiOptions Read(YamlMap map, string folder)
    {
        var defaults = new LocalApiOptions { CertificateFile = "", KeyFile = "", CallersFile = "" };
        var options = defaults with
        {
            Listen = ReadEndPoint(map, defaults.Listen),
            CertificateFile = Path.Combine(folder, map.Text("certificate")),
            KeyFile = Path.Combine(folder, map.Text("key")),
            CallersFile = Path.Combine(folder, map.Text("callers")),
            MaximumRequestBytes = (int)map.Whole("max_request_bytes", 1024, 1024 * 1024, defaults.MaximumRequestBytes),
            MaximumConnections = (int)map.Whole("max_connections", 1, 10_000, defaults.MaximumConnections),
            DefaultDeadline = map.Duration("default_deadline", TimeSpan.FromMilliseconds(100), longest, defaults.DefaultDeadline),
            MaximumDeadline = map.Duration("max_deadline", TimeSpan.FromMilliseconds(100), longest, defaults.MaximumDeadline),
            Reserve = map.Duration("reserve", TimeSpan.FromMilliseconds(1), TimeSpan.FromSeconds(5), defaults.Reserve),
        };
        if (options.DefaultDeadline > options.MaximumDeadline)
            map.Report("default_deadline", "'default_deadline' is longer than 'max_deadline'");
        map.RefuseUnknownKeys();
        return options;
    }

    static IPEndPoint ReadEndPoint(YamlMap map, IPEndPoint otherwise)
    {
        var text = map.OptionalText("listen");
        if (text is null)
            return otherwise;
        if (IPEndPoint.TryParse(text, out var endPoint) && text.EndsWith($":{endPoint.Port}", StringComparison.Ordinal))
            return endPoint;
        map.Report("listen", $"'listen' is '{text}'; write an address and a port, such as 127.0.0.1:7443");
        return otherwise;
    }
}
