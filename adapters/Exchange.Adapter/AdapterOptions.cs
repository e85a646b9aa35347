using Exchange.Adapter.Connection;
using Exchange.Adapter.Doctor;
using Exchange.Adapter.Evidence;
using Exchange.Adapter.LocalApi;
using Exchange.Adapter.Protection;
using Exchange.Hosting.Configuration;
using Exchange.Hosting.Connections;
using Exchange.Hosting.Telemetry;
using Exchange.Protocol.Identity;

namespace Exchange.Adapter;

/// <summary>Everything <c>adapter.yaml</c> says. Paths are relative to the file.</summary>
public sealed record AdapterOptions
{
    /// <summary>This agency's id, as in its certificate.</summary>
    public required string Agency { get; init; }

    /// <summary>The key epoch of this agency's pseudonyms.</summary>
    public ulong Epoch { get; init; } = 1;

    /// <summary>The hub's replicas.</summary>
    public required IReadOnlyList<Uri> Hubs { get; init; }

    /// <summary>Through which they are reached; null: straight, whatever the environment names.</summary>
    public HubProxy? Proxy { get; init; }

    /// <summary>Connections to each replica, 1 to 8. Default 2.</summary>
    public int ConnectionsPerHub { get; init; } = 2;

    /// <summary>This agency's certificate, its key (0600), and the pinned root.</summary>
    public required string Certificate { get; init; }

    public required string Key { get; init; }

    public required string Root { get; init; }

    /// <summary>Closing scalar, handle root and cache keys (0600), made by <c>init-keys</c>; kept apart from the database.</summary>
    public required string Keys { get; init; }

    /// <summary>What the journal is sealed with (0600), made by <c>init-keys</c>; outside <see cref="State"/>.</summary>
    public required string JournalKeys { get; init; }

    /// <summary>How long entries of the journal are kept, 1 day to 100 years; nothing removes them but <c>journal purge</c>. Default 7 years.</summary>
    public TimeSpan JournalRetention { get; init; } = Journal.Keeping.Retention.Default;

    /// <summary>The key authority's certificate, pinned; with the hub's point it is what enrolment is proven against.</summary>
    public required string AuthorityCertificate { get; init; }

    /// <summary>h*G, 32 bytes in hexadecimal, pinned.</summary>
    public required string HubPoint { get; init; }

    /// <summary>Folder of the people table and the journal.</summary>
    public required string State { get; init; }

    public string PeopleFile => Path.Combine(State, "people.db");

    public string ProtectionFile => Path.Combine(State, "protection.db");

    public string MailFile => Path.Combine(State, "mail.db");

    /// <summary>The journal's file.</summary>
    public string JournalFile => Path.Combine(State, "journal.db");

    /// <summary>Bytes beyond which the journal does not grow, and nothing is asked or answered, before the disk is full. From 1 MiB; null leaves it to the disk.</summary>
    public long? LargestJournalBytes { get; init; }

    /// <summary>The hub's logs that receipts are held against, one for each replica; without any, nothing is.</summary>
    public IReadOnlyList<LogPin> Logs { get; init; } = [];

    /// <summary>Where records are; null when this agency only asks.</summary>
    public string? Sources { get; init; }

    /// <summary>Who may be told what; required with <see cref="Sources"/>.</summary>
    public string? Allow { get; init; }

    /// <summary>Hours, closed days and maintenance; null: always open.</summary>
    public string? Opening { get; init; }

    /// <summary>In which data sets an official decides about people at risk.</summary>
    public ApprovalRules Approval { get; init; } = ApprovalRules.None;

    /// <summary>Of a municipality: the benefit programmes it decides on; null: those that its program has. No other kind has any.</summary>
    public string? Programmes { get; init; }

    /// <summary>Where this agency's own systems call, and who may ask what. Never for the hub.</summary>
    public required LocalApiOptions LocalApi { get; init; }

    /// <summary>Health and metrics; null serves none.</summary>
    public ManagementOptions? Management { get; init; }

    /// <summary>Where copies of keys, journal and people are put by whatever makes them; the doctor looks how old the newest is. Null: not said.</summary>
    public string? Backup { get; init; }

    /// <summary>Whom the doctor asks about; null: nobody.</summary>
    public CanaryQuestion? Canary { get; init; }

    /// <summary>HOST:PORT of a Redis as second level of the caches; memory only without it.</summary>
    public string? Redis { get; init; }

    public ConnectionLimits Connections { get; init; } = new();

    public required TelemetryOptions Telemetry { get; init; }

    /// <exception cref="ConfigurationException">With every mistake of the file.</exception>
    public static AdapterOptions Read(string path, string serviceName)
    {
        var problems = new Problems();
        var map = YamlFile.Read(path, problems);
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        var local = map.Map("local_api");
        if (local is null && !problems.Any)
            map.Report("local_api", "'local_api' is missing; give it at least 'certificate', 'key' and 'callers'");
        var options = new AdapterOptions
        {
            Agency = map.Text("agency"),
            Epoch = (ulong)map.Whole("epoch", 1, int.MaxValue, 1),
            Hubs = map.Addresses("hub"),
            Proxy = HubProxy.Read(map, folder),
            ConnectionsPerHub = (int)map.Whole("connections", 1, 8, 2),
            Certificate = map.File("certificate", folder),
            Key = map.File("key", folder),
            Root = map.File("root", folder),
            Keys = map.File("keys", folder),
            JournalKeys = map.File("journal_keys", folder),
            JournalRetention = map.Duration("journal_retention", TimeSpan.FromDays(1), TimeSpan.FromDays(36_525), Journal.Keeping.Retention.Default),
            AuthorityCertificate = map.File("authority_certificate", folder),
            HubPoint = map.Text("hub_point"),
            State = map.Path("state", folder),
            LargestJournalBytes = map.Has("largest_journal_bytes") ? map.Whole("largest_journal_bytes", 1 << 20, long.MaxValue) : null,
            Logs = LogPin.ReadAll(map),
            Sources = map.OptionalFile("sources", folder),
            Allow = map.OptionalFile("allow", folder),
            Opening = map.OptionalFile("opening", folder),
            Approval = ApprovalRules.Read(map.Map("approval")),
            Programmes = map.OptionalFile("programmes", folder),
            LocalApi = LocalApiOptions.Read(local ?? YamlFile.Parse(path, "{}", new Problems()), folder),
            Management = ManagementOptions.Read(map.Map("management")),
            Backup = map.OptionalText("backup") is { Length: > 0 } backup ? Path.GetFullPath(backup, folder) : null,
            Canary = CanaryQuestion.Read(map.Map("canary")),
            Redis = map.OptionalText("redis"),
            Telemetry = TelemetryOptions.Read(map.Map("telemetry"), serviceName),
        };
        if (options.Agency.Length > 0 && !AgencyNames.IsId(options.Agency))
            map.Report("agency", $"'{options.Agency}' is no agency id: lower-case letters, digits, dots and hyphens, such as jp.mun.131016");
        if (options.HubPoint.Length > 0 && (options.HubPoint.Length != 64 || !options.HubPoint.All(char.IsAsciiHexDigit)))
            map.Report("hub_point", "'hub_point' must be 64 hexadecimal digits, as the hub's operator gives them");
        if (options.State.Length > 0 && options.JournalKeys.StartsWith(options.State + Path.DirectorySeparatorChar, StringComparison.Ordinal))
            map.Report("journal_keys", $"'journal_keys' lies in the state folder; whoever copies that would have the journal and its key. Keep it elsewhere");
        if (options.Sources is not null && options.Allow is null)
            map.Report("allow", "'allow' is missing: an agency with 'sources' says who may be told what");
        map.RefuseUnknownKeys();
        problems.ThrowIfAny();
        return options;
    }
}
