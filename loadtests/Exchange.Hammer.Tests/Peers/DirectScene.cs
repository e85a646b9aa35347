using Exchange.Hammer.Direct;
using Exchange.Hosting.Certificates;
using Exchange.Protocol.Identity;
using Exchange.Sandbox.Processes;
using Microsoft.AspNetCore.Builder;

namespace Exchange.Hammer.Tests.Peers;

/// <summary>The direct provider, and the certificates of a requester, of the provider and of whatever stands between them.</summary>
public sealed class DirectScene : IAsyncLifetime
{
    readonly ThrowawayAuthority ca = ThrowawayAuthority.Create(TimeProvider.System);
    WebApplication? provider;

    public string Folder { get; } = Directory.CreateTempSubdirectory("exchange-peers-").FullName;

    public int ProviderPort { get; } = Ports.Free(1)[0];

    internal DirectFiles Requester => Files("requester", CertificateName.Agency("jp.mun.131016"));

    internal DirectFiles Middle => Files("middle", CertificateName.Hub("hub-1"));

    public async ValueTask InitializeAsync()
    {
        provider = DirectProvider.Build(Files("provider", CertificateName.Agency("jp.tax")), ProviderPort);
        await provider.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (provider is not null)
            await provider.DisposeAsync();
        ca.Dispose();
        Directory.Delete(Folder, recursive: true);
    }

    DirectFiles Files(string name, CertificateName speaksFor)
    {
        string In(string file) => Path.Combine(Folder, file);
        var files = new DirectFiles(In(name + ".pem"), In(name + ".key"), In("ca.pem"), In("ca.crl"));
        if (File.Exists(files.Certificate))
            return files;
        using (var issued = ca.Issue(speaksFor))
            PemFiles.Write(issued, files.Certificate, files.Key);
        PemFiles.Write(ca.Root, files.Root);
        File.WriteAllBytes(files.RevocationList, ca.SignRevocationList());
        return files;
    }
}
