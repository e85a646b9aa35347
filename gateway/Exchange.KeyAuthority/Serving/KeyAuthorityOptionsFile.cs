using Exchange.Hosting.Certificates;
using Exchange.Hosting.Configuration;
using Exchange.Protocol.Identity;
using Exchange.Protocol.Pseudonyms;

namespace Exchange.KeyAuthority.Serving;

/// <summary>Reads the options of <c>serve</c> from YAML; paths are relative to the file.</summary>
public static class KeyAuthorityOptionsFile
{
    /// <exception cref="ConfigurationException">Every mistake of the file, of the certificate and of the revocation list.</exception>
    public static KeyAuthorityOptions Read(string path, TimeProvider time, bool waits = false)
    {
        var problems = new Problems();
        var map = YamlFile.Read(path, problems);
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        var listen = map.EndPoint("listen");
        var files = new ServerFiles(map.File("certificate", folder), map.File("key", folder), map.File("root", folder), "revocation_list", map.File("revocation_list", folder)) { WaitsForWhatHeals = waits };
        var (certificate, root) = files.Read(map, CertificateName.Authority, time);
        var keyFile = map.File("key_file", folder);
        var batchFile = map.Path("batch_file", folder);
        var hubs = map.Items("hub");
        if (hubs.Count == 0)
            map.Report("hub", "'hub' is missing; write the name in the hub's certificate, the part after urn:xhub:hub:, or a list of them");
        foreach (var hub in hubs.Where(one => !AgencyNames.IsId(one.Value)))
            map.Report(hub, $"'hub' is '{hub.Value}'; write the name in the hub's certificate, the part after urn:xhub:hub:");
        var people = map.Whole("people_per_hour", BlindedBatch.MaximumPeople, 1_000_000_000, KeyAuthorityOptions.DefaultPeoplePerHour);
        map.RefuseUnknownKeys();
        problems.ThrowIfAny();
        return new KeyAuthorityOptions
        {
            Listen = listen,
            Certificate = certificate!,
            Root = root!,
            RevocationListFile = files.RevocationList,
            KeyFile = keyFile,
            BatchFile = batchFile,
            Hubs = [.. hubs.Select(one => one.Value).Distinct()],
            PeoplePerHour = people,
        };
    }
}
