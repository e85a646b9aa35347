using Exchange.Adapter.LocalApi;
using Exchange.Hosting.Telemetry;

namespace Exchange.Adapter.Tests;

/// <summary>Options of an agency of which a test uses a part that reads no file.</summary>
static class BareOptions
{
    public static AdapterOptions Of(string agency) => new()
    {
        Agency = agency,
        Hubs = [],
        Certificate = "",
        Key = "",
        Root = "",
        Keys = "",
        JournalKeys = "",
        AuthorityCertificate = "",
        HubPoint = "",
        State = "",
        LocalApi = new LocalApiOptions { CertificateFile = "", KeyFile = "", CallersFile = "" },
        Telemetry = new TelemetryOptions { ServiceName = "test" },
    };
}
