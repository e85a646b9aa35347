using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Exchange.Hosting.Certificates;
using Exchange.KeyAuthority.Keys;
using Exchange.KeyAuthority.Serving;
using Exchange.Protocol.Identity;
using Exchange.Protocol.Pseudonyms;
using Exchange.V1;
using Google.Protobuf;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Time.Testing;

namespace Exchange.KeyAuthority.Tests.Serving;

/// <summary>A serving authority on a real socket, its CA, and clients to call it with.</summary>
sealed class Authority : IAsyncDisposable
{
    public const string Agency = "jp.mun.131016", Hub = "hub-1";

    readonly TemporaryFolder folder = new();
    readonly List<IDisposable> owned = [];
    WebApplication? app;

    public Authority()
    {
        Time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        Ca = ThrowawayAuthority.Create(Time);
        Keys = new KeyFile(folder["authority.json"]);
        Keys.Create(HubScalar.PublicPoint());
        Keys.Admit(Agency, Time);
        Certificate = Ca.IssueKeyAuthority();
        WriteRevocationList();
    }

    public FakeTimeProvider Time { get; }

    public ThrowawayAuthority Ca { get; }

    public KeyFile Keys { get; }

    public SecretScalar HubScalar { get; } = SecretScalar.Random();

    public X509Certificate2 Certificate { get; }

    public string RevocationListFile => folder["ca.crl"];

    public long PeoplePerHour { get; init; } = KeyAuthorityOptions.DefaultPeoplePerHour;

    public async Task<Authority> Start()
    {
        app = KeyAuthorityHost.Build(new KeyAuthorityOptions
        {
            Listen = new IPEndPoint(IPAddress.Loopback, 0),
            Certificate = Certificate,
            Root = Ca.Root,
            RevocationListFile = RevocationListFile,
            KeyFile = Keys.Path,
            BatchFile = folder["batches.db"],
            Hubs = [Hub],
            PeoplePerHour = PeoplePerHour,
        }, Time);
        await app.StartAsync();
        return this;
    }

    public async Task Stop()
    {
        await app!.StopAsync();
        await app.DisposeAsync();
        app = null;
    }

    public void WriteRevocationList() => File.WriteAllBytes(RevocationListFile, Ca.SignRevocationList());

    public GrpcChannel Channel(X509Certificate2? certificate, SslProtocols protocols = SslProtocols.Tls13)
    {
        var handler = new SocketsHttpHandler
        {
            SslOptions = new SslClientAuthenticationOptions
            {
                EnabledSslProtocols = protocols,
                ClientCertificates = certificate is null ? null : [certificate],
                RemoteCertificateValidationCallback = (_, server, _, _) => server is X509Certificate2 shown && shown.RawData.AsSpan().SequenceEqual(Certificate.RawData),
            },
        };
        var channel = GrpcChannel.ForAddress(app!.Urls.Single(), new GrpcChannelOptions { HttpHandler = handler, DisposeHttpClient = true });
        owned.Add(channel);
        return channel;
    }

    public AuthorityService.AuthorityServiceClient Client(X509Certificate2? certificate) => new(Channel(certificate));

    public AuthorityService.AuthorityServiceClient HubClient() => Client(Ca.IssueHub(Hub));

    /// <summary>A batch as an agency makes it; <paramref name="change"/> comes before the signature.</summary>
    public EnrolmentBatch Batch(AgencySigner signer, int people = 3, Action<EnrolmentBatch>? change = null)
    {
        var batch = new EnrolmentBatch
        {
            Agency = Agency,
            Epoch = 1,
            BatchId = ByteString.CopyFrom(RandomNumberGenerator.GetBytes(16)),
            TimeUnixMs = Time.GetUtcNow().ToUnixTimeMilliseconds(),
            Points = ByteString.CopyFrom(Points(people)),
            Chain = { signer.Chain },
        };
        change?.Invoke(batch);
        batch.Signature = ByteString.CopyFrom(signer.Sign(EnrolmentSigning.Bytes(batch)));
        return batch;
    }

    public AgencySigner Signer(string agency = Agency)
    {
        var signer = new AgencySigner(Ca.IssueAgency(agency));
        owned.Add(signer);
        return signer;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var one in owned)
            one.Dispose();
        if (app is not null)
            await Stop();
        Ca.Dispose();
        Certificate.Dispose();
        HubScalar.Dispose();
        folder.Dispose();
    }

    static byte[] Points(int count)
    {
        var points = new byte[count * 32];
        for (var i = 0; i < count; i++)
        {
            using var scalar = SecretScalar.Random();
            scalar.PublicPoint().CopyTo(points, i * 32);
        }
        return points;
    }
}
