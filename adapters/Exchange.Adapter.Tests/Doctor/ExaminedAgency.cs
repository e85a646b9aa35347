using System.Net;
using Exchange.Adapter.Enrolment;
using Exchange.Adapter.Journal.Sealing;
using Exchange.Adapter.LocalApi;
using Exchange.Hosting.Certificates;
using Exchange.Hosting.Storage;
using Exchange.Hosting.Telemetry;

namespace Exchange.Adapter.Tests.Doctor;

/// <summary>The files of an agency in which nothing is wrong, for a test to spoil.</summary>
sealed class ExaminedAgency : IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("exchange-doctor-").FullName;

    public ExaminedAgency()
    {
        PemFiles.Write(Authority.IssueAgency("jp.mun.131016"), this["agency.pem"], this["agency.key"]);
        using (var local = Authority.IssueAgency("jp.mun.131016"))
            PemFiles.Write(local, this["local.pem"], this["local.key"]);
        PemFiles.Write(Authority.Root, this["root.pem"]);
        AgencyKeys.Create(this["agency-keys.json"]);
        JournalKeys.Create(this["journal-keys.json"]);
        Folder.CreateForOwner(this["state"]);
        Options = new AdapterOptions
        {
            Agency = "jp.mun.131016",
            Hubs = [new Uri("https://127.0.0.1:1")],
            Certificate = this["agency.pem"],
            Key = this["agency.key"],
            Root = this["root.pem"],
            Keys = this["agency-keys.json"],
            JournalKeys = this["journal-keys.json"],
            AuthorityCertificate = this["root.pem"],
            HubPoint = new string('0', 64),
            State = this["state"],
            LocalApi = new LocalApiOptions { Listen = new IPEndPoint(IPAddress.Loopback, 7443), CertificateFile = this["local.pem"], KeyFile = this["local.key"], CallersFile = this["callers.yaml"] },
            Telemetry = new TelemetryOptions { ServiceName = "exchange-municipality" },
        };
    }

    public ThrowawayAuthority Authority { get; } = ThrowawayAuthority.Create(TimeProvider.System);

    public AdapterOptions Options { get; }

    public string this[string name] => Path.Combine(folder, name);

    public void Dispose()
    {
        Authority.Dispose();
        Directory.Delete(folder, recursive: true);
    }
}
