using Exchange.Gateway.Pseudonyms;
using System.Security.Cryptography.X509Certificates;
using Exchange.Hosting.Certificates;
using Exchange.Hosting.Joining;
using Exchange.Hosting.Secrets;
using Exchange.KeyAuthority.Keys;
using Exchange.Protocol.Identity;
using Exchange.Protocol.Transparency;
using Exchange.Sandbox.Residents;

namespace Exchange.Sandbox.Files;

/// <summary>
/// Every file of an exchange on this machine: CA, certificates, keys, configuration, the agencies' records. Secrets are
/// drawn once and kept; configuration is written at each start, since ports and places may have changed.
/// </summary>
public sealed class ExchangeFolder : IDisposable
{
    static readonly (string Id, string Kind, string Name)[] agencies =
    [
        (ExchangePlan.Tax, "tax", "National Tax Agency"),
        (ExchangePlan.Pension, "pension", "Japan Pension Service"),
        (ExchangePlan.Chiyoda, "municipality", "Chiyoda"),
        (ExchangePlan.Osaka, "municipality", "Osaka"),
    ];

    readonly ThrowawayAuthority ca;

    ExchangeFolder(string folder, ThrowawayAuthority ca, bool isNew, IReadOnlyList<Resident> residents)
    {
        Folder = folder;
        this.ca = ca;
        IsNew = isNew;
        Residents = residents;
    }

    public string Folder { get; }

    /// <summary>Nothing was here before: people are not enrolled.</summary>
    public bool IsNew { get; }

    public IReadOnlyList<Resident> Residents { get; }

    public IReadOnlyList<AgencyFolder> Agencies { get; private init; } = [];

    /// <summary>Pinned by everyone; also what a caller of a local API trusts.</summary>
    public string Root => In("ca", "ca.pem");

    public string RevocationList => In("ca", "ca.crl");

    /// <summary>Every replica of the hub; what is said of the hub alone is of the first.</summary>
    public required IReadOnlyList<HubFolder> Hubs { get; init; }

    public string GatewayConfig => Hubs[0].Config;

    public string AuthorityConfig => In("authority", "authority.yaml");

    public string WitnessConfig => In("witness", "witness.yaml");

    public string Matrix => In("hub", "matrix.yaml");

    public string Directory => In("hub", "directory.yaml");

    public string AuthorityKeys => In("authority", "master.key");

    public string AuthorityCertificate => In("authority", "authority.pem");

    public string AuditLog => Hubs[0].AuditLog;

    /// <summary>Where agencies connect.</summary>
    public Uri Gateway => Hubs[0].Address;

    public Uri GatewayReady => Hubs[0].Ready;

    /// <summary>Checkpoints and hash tiles of the hub's log, for everybody.</summary>
    public Uri Log => Hubs[0].Log;

    /// <summary>Where the hub has its checkpoints cosigned.</summary>
    public required Uri Witness { get; init; }

    public required Uri WitnessReady { get; init; }

    public AgencyFolder Agency(string id) => Agencies.Single(agency => agency.Id == id);

    /// <summary>The residents an agency knows.</summary>
    public IEnumerable<Resident> ResidentsOf(AgencyFolder agency) =>
        agency.Kind == "tax" ? Residents.Where(resident => !resident.IsUnknownToTax)
        : agency.Kind == "pension" ? Residents.Where(resident => resident.IsKnownToPension)
        : Residents.Where(resident => resident.Town == agency.Id)
            .Concat(Residents.Where(resident => resident.MovedTo == agency.Id).Select(resident => resident with { TownKey = resident.KeyAfterMove }));

    public static ExchangeFolder Open(string folder, ExchangePlan plan, TimeProvider time)
    {
        folder = Path.GetFullPath(folder);
        System.IO.Directory.CreateDirectory(folder);
        (string Id, string Kind, string Name)[] all = [.. agencies, .. plan.MoreTowns.Select(town => (town, "municipality", town))];
        var isNew = !File.Exists(Path.Combine(folder, "ca", "ca.pem"));
        string[] hubs = ["hub", .. Enumerable.Range(2, plan.Hubs - 1).Select(n => $"hub-{n}")];
        var ports = ExchangePorts.ReadOrDraw(Path.Combine(folder, "ports.json"),
            [.. hubs.SelectMany(hub => new[] { hub, hub + "-management", hub + "-log" }), "authority", "witness", "witness-management", .. all.SelectMany(agency => new[] { agency.Id, agency.Id + "-management" })]);
        var made = new ExchangeFolder(
            folder, ThrowawayAuthority.LoadOrCreate(Path.Combine(folder, "ca"), time), isNew,
            Population.Draw(plan.People, [ExchangePlan.Chiyoda, ExchangePlan.Osaka, .. plan.MoreTowns]))
        {
            Hubs = [.. hubs.Select((hub, n) => new HubFolder(
                $"hub-{n + 1}", Path.Combine(folder, hub),
                new Uri($"https://localhost:{ports[hub]}"), new Uri($"http://127.0.0.1:{ports[hub + "-management"]}/readyz"), new Uri($"http://127.0.0.1:{ports[hub + "-log"]}/log/")))],
            Witness = new Uri($"http://127.0.0.1:{ports["witness"]}"),
            WitnessReady = new Uri($"http://127.0.0.1:{ports["witness-management"]}/readyz"),
            Agencies = [.. all.Select(agency => new AgencyFolder(
                agency.Id, agency.Kind, agency.Name, Path.Combine(folder, agency.Id),
                new Uri($"https://localhost:{ports[agency.Id]}"), new Uri($"http://127.0.0.1:{ports[agency.Id + "-management"]}/readyz")))],
        };
        System.IO.Directory.CreateDirectory(Path.Combine(folder, JoinRequest.Door));
        made.SignRevocationList();
        WitnessFiles.Draw(made);
        foreach (var hub in made.Hubs)
            made.WriteHub(hub, plan, ports);
        WitnessFiles.Write(made);
        made.WriteAuthority(ports);
        foreach (var agency in made.Agencies)
            AgencyFiles.Write(agency, made, plan);
        return made;
    }

    /// <summary>Those who joined through the door, and run by themselves.</summary>
    public IReadOnlyList<Invitation> JoinedAgencies => [.. System.IO.Directory.EnumerateFiles(Path.Combine(Folder, JoinRequest.Door), "*.invitation").Select(Invitation.Read)];

    /// <summary>As the CA certifies whatever is asked for here.</summary>
    public X509Certificate2 Certify(CertificateRequest request) => ca.Sign(request);

    /// <summary>A fresh list, good for 24 h; whoever runs longer signs again.</summary>
    public void SignRevocationList() => File.WriteAllBytes(RevocationList, ca.SignRevocationList());

    /// <summary>Revokes an agency's certificate and signs the list that says so.</summary>
    public void Revoke(string agency)
    {
        using var certificate = PemFiles.Read(Path.Combine(Folder, agency, "agency.pem"), Path.Combine(Folder, agency, "agency.key"));
        ca.Revoke(certificate);
        SignRevocationList();
    }

    public void Dispose() => ca.Dispose();

    internal string In(params ReadOnlySpan<string> parts)
    {
        var path = Path.Combine([Folder, .. parts]);
        System.IO.Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        return path;
    }

    internal string HubPoint => File.ReadAllText(In("hub", "hub-point.txt")).Trim();

    /// <summary>Issues what is missing; a certificate that is there is kept.</summary>
    internal void Certify(CertificateName name, string certificate, string key)
    {
        if (File.Exists(certificate) && File.Exists(key))
            return;
        using var issued = ca.Issue(name);
        PemFiles.Write(issued, certificate, key);
    }

    void WriteHub(HubFolder hub, ExchangePlan plan, ExchangePorts ports)
    {
        string At(string file) => In(hub.Folder, file);
        Certify(CertificateName.Hub(hub.Name), At("hub.pem"), At("hub.key"));
        if (!File.Exists(In("hub", "enrolment.key")))
            HubScalarFile.Create(In("hub", "enrolment.key"), In("hub", "hub-point.txt"));
        if (!File.Exists(At("log.key")))
            NoteKeyFile.Create(At("log.key"), At("log.pub"), hub.Name, NoteKeyUse.Note);
        HubFiles.Write(this, hub, plan, ports);
    }

    void WriteAuthority(ExchangePorts ports)
    {
        Certify(CertificateName.Authority, In("authority", "authority.pem"), In("authority", "authority.key"));
        var keys = new KeyFile(AuthorityKeys);
        if (!File.Exists(keys.Path))
            keys.Create(Convert.FromHexString(HubPoint));
        foreach (var agency in Agencies)
            keys.Admit(agency.Id, TimeProvider.System);
        File.WriteAllText(AuthorityConfig, $"""
            # The key authority: the second key holder, needed when people are enrolled and agencies admitted.
            listen: 127.0.0.1:{ports["authority"]}
            certificate: authority.pem
            key: authority.key
            root: ../ca/ca.pem
            revocation_list: ../ca/ca.crl
            key_file: master.key
            batch_file: batches.db
            hub: {HubFiles.OneOrMore(Hubs.Select(hub => hub.Name))}

            """);
    }
}
