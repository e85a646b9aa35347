using System.Net;
using Exchange.Gateway.Audit;
using Exchange.Gateway.Audit.Reading;
using Exchange.Gateway.Audit.Tree;
using Exchange.Hosting.Certificates;
using Exchange.Hosting.Configuration;
using Exchange.Hosting.Connections;
using Exchange.Hosting.Telemetry;
using Exchange.Protocol.Identity;

namespace Exchange.Gateway;

/// <summary>Everything <c>gateway.yaml</c> says. Paths are relative to the file.</summary>
public sealed record GatewayOptions
{
    /// <summary>Names this hub's log in receipts; lower-case letters, digits, dots and hyphens.</summary>
    public required string Name { get; init; }

    /// <summary>Where agencies connect: TLS 1.3 with client certificates. Port 0 takes a free one.</summary>
    public required IPEndPoint Listen { get; init; }

    /// <summary>Health and metrics; null serves none.</summary>
    public ManagementOptions? Management { get; init; }

    /// <summary>This hub's certificate (SAN URI <c>urn:xhub:hub:NAME</c>), its key (0600), and the pinned root.</summary>
    public required string Certificate { get; init; }

    public required string Key { get; init; }

    public required string Root { get; init; }

    /// <summary>The CA's revocation list, DER; read again when it changes, at most 24 h old.</summary>
    public required string Crl { get; init; }

    /// <summary>Agencies and data sets.</summary>
    public required string Directory { get; init; }

    public required string Matrix { get; init; }

    /// <summary>Null: the default limits.</summary>
    public string? Quotas { get; init; }

    /// <summary>Folder of the audit log, the translation keys and the openings.</summary>
    public required string State { get; init; }

    /// <summary>Where entries are kept instead of a file in the state folder; null: there.</summary>
    public AuditDatabase? Audit { get; init; }

    /// <summary>The audit log itself, unless it is in a database.</summary>
    public string AuditFile => Path.Combine(State, LogFiles.Log);

    /// <summary>Letters and mailboxes.</summary>
    public string MailFile => Path.Combine(State, "mail.db");

    /// <summary>What agencies have said of when they are closed.</summary>
    public string OpeningsFile => Path.Combine(State, "openings.db");

    /// <summary>How the log is shown, and who watches it.</summary>
    public required LogOptions Log { get; init; }

    /// <summary>Bytes beyond which the audit log does not grow, and lookups are refused, before the disk is full. From 1 MiB; null leaves it to the disk.</summary>
    public long? LargestAuditBytes { get; init; }

    /// <summary>The enrolment scalar h (0600), made by <c>init</c>.</summary>
    public required string EnrolmentKey { get; init; }

    /// <summary>Address of the key authority; without it nobody can be enrolled.</summary>
    public Uri? Authority { get; init; }

    /// <summary>HOST:PORT of a Redis that replicas share; without it quotas are this replica's own.</summary>
    public string? Redis { get; init; }

    /// <summary>Connections at once. Default 4,096.</summary>
    public int MaximumConnections { get; init; } = 4096;

    public ConnectionLimits Connections { get; init; } = new();

    public required TelemetryOptions Telemetry { get; init; }

    /// <exception cref="ConfigurationException">With every mistake of the file.</exception>
    public static GatewayOptions Read(string path)
    {
        var problems = new Problems();
        var options = Read(YamlFile.Read(path, problems), Folder(path));
        problems.ThrowIfAny();
        return options;
    }

    /// <summary>As a hub that serves needs them: judges also whether its certificate, its root and the revocation list are good now. Mistakes are reported, not thrown.</summary>
    /// <param name="waits">Whether what heals by itself, such as an old list, is waited for rather than reported.</param>
    public static GatewayOptions ReadToServe(string path, Problems problems, TimeProvider time, bool waits)
    {
        var map = YamlFile.Read(path, problems);
        var options = Read(map, Folder(path));
        var name = AgencyNames.IsId(options.Name) ? CertificateName.Hub(options.Name) : null;
        if (name is null && options.Name.Length > 0)
            map.Report("name", $"'name' is '{options.Name}'; write the name in the hub's certificate, the part after urn:xhub:hub:");
        var (certificate, root) = new ServerFiles(options.Certificate, options.Key, options.Root, "crl", options.Crl) { WaitsForWhatHeals = waits }.Read(map, name, time);
        certificate?.Dispose();
        root?.Dispose();
        return options;
    }

    static string Folder(string path) => Path.GetDirectoryName(Path.GetFullPath(path))!;

    static GatewayOptions Read(YamlMap map, string folder)
    {
        var options = new GatewayOptions
        {
            Name = map.Text("name"),
            Listen = map.EndPoint("listen"),
            Management = ManagementOptions.Read(map.Map("management")),
            Certificate = map.File("certificate", folder),
            Key = map.File("key", folder),
            Root = map.File("root", folder),
            Crl = map.File("crl", folder),
            Directory = map.File("directory", folder),
            Matrix = map.File("matrix", folder),
            Quotas = map.OptionalFile("quotas", folder),
            State = map.Path("state", folder),
            Audit = map.Map("audit") is { } audit ? AuditDatabase.Read(audit, folder) : null,
            Log = ReadLog(map, folder),
            LargestAuditBytes = map.Has("largest_audit_bytes") ? map.Whole("largest_audit_bytes", 1 << 20, long.MaxValue) : null,
            EnrolmentKey = map.File("enrolment_key", folder),
            Authority = map.OptionalAddress("authority"),
            Redis = map.OptionalText("redis"),
            MaximumConnections = (int)map.Whole("maximum_connections", 1, 1_000_000, 4096),
            Telemetry = TelemetryOptions.Read(map.Map("telemetry"), "exchange-gateway"),
        };
        if (map.Has("audit") && map.Has("largest_audit_bytes"))
            map.Report("largest_audit_bytes", "'largest_audit_bytes' bounds the file of a log, and 'audit' keeps this one in a database; bound that where it runs");
        map.RefuseUnknownKeys();
        return options;
    }

    static LogOptions ReadLog(YamlMap map, string folder)
    {
        if (map.Map("log") is { } log)
            return LogOptions.Read(log, folder, map.Path("state", folder));
        if (!map.Has("log"))
            map.Report("log", "'log' is missing; it names at least the key that signs checkpoints: log: { key: log.key }");
        return new LogOptions("", "");
    }
}
