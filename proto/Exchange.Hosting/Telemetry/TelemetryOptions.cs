using System.Globalization;
using Exchange.Hosting.Configuration;

namespace Exchange.Hosting.Telemetry;

/// <summary>How the collector is spoken to.</summary>
public enum OtlpProtocol
{
    Grpc,
    Http,
}

/// <summary>What a process tells about itself, and to whom. Nothing is sent anywhere unless an endpoint is given.</summary>
public sealed record TelemetryOptions
{
    /// <summary><c>service.name</c> of every span, metric and log line.</summary>
    public required string ServiceName { get; init; }

    /// <summary>Told apart from other processes of the same service: the hub replica or adapter node. Empty: drawn at start.</summary>
    public string Instance { get; init; } = "";

    /// <summary>This body's own collector, such as <c>http://127.0.0.1:4317</c>; null sends nothing.</summary>
    public Uri? Endpoint { get; init; }

    public OtlpProtocol Protocol { get; init; } = OtlpProtocol.Grpc;

    /// <summary>Share of traces begun here that are recorded, 0 to 1. A trace begun elsewhere is recorded when its beginner said so.</summary>
    public double SampleRatio { get; init; } = 0.01;

    /// <summary>Whether spans are made at all. Without, no trace context goes out either, and what others begin is not recorded here.</summary>
    public bool Traces { get; init; } = true;

    /// <summary>Whether the management port serves /metrics.</summary>
    public bool Metrics { get; init; } = true;

    /// <summary>Log lines as JSON for a machine, instead of one readable line each.</summary>
    public bool JsonLogs { get; init; }

    /// <summary>Spans that wait for the collector; beyond it they are dropped, and nobody waits.</summary>
    public int QueueSize { get; init; } = 8192;

    /// <summary>How long one export may take before it is given up.</summary>
    public TimeSpan ExportTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Reads the <c>telemetry</c> map; null stands for an absent one. Mistakes are reported, not thrown.</summary>
    public static TelemetryOptions Read(YamlMap? map, string serviceName)
    {
        var options = new TelemetryOptions { ServiceName = serviceName };
        if (map is null)
            return options;
        options = options with
        {
            ServiceName = map.OptionalText("service") is { Length: > 0 } service ? service : serviceName,
            Instance = map.OptionalText("instance") ?? "",
            Endpoint = ReadEndpoint(map),
            Protocol = map.Has("protocol") && map.Choice("protocol", "grpc", "http") == "http" ? OtlpProtocol.Http : OtlpProtocol.Grpc,
            SampleRatio = ReadRatio(map, options.SampleRatio),
            Traces = map.Flag("traces", options.Traces),
            Metrics = map.Flag("metrics", options.Metrics),
            JsonLogs = map.Flag("json_logs", options.JsonLogs),
            QueueSize = (int)map.Whole("queue_size", 512, 1_000_000, options.QueueSize),
            ExportTimeout = map.Duration("export_timeout", TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(1), options.ExportTimeout),
        };
        map.RefuseUnknownKeys();
        return options;
    }

    static Uri? ReadEndpoint(YamlMap map)
    {
        var text = map.OptionalText("endpoint");
        if (string.IsNullOrEmpty(text))
            return null;
        if (Uri.TryCreate(text, UriKind.Absolute, out var endpoint) && (endpoint.Scheme == Uri.UriSchemeHttp || endpoint.Scheme == Uri.UriSchemeHttps))
            return endpoint;
        map.Report("endpoint", $"'endpoint' is '{text}'; give the collector's address, such as http://127.0.0.1:4317");
        return null;
    }

    static double ReadRatio(YamlMap map, double otherwise)
    {
        var text = map.OptionalText("sample_ratio");
        if (text is null)
            return otherwise;
        if (double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var ratio) && ratio <= 1)
            return ratio;
        map.Report("sample_ratio", $"'sample_ratio' is '{text}'; give a number from 0 to 1, such as 0.01 for one trace in a hundred");
        return otherwise;
    }
}
