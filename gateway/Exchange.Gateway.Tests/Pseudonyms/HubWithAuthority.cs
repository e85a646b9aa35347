using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Exchange.Gateway.Pseudonyms;
using Exchange.Hosting.Certificates;
using Exchange.KeyAuthority.Keys;
using Exchange.KeyAuthority.Serving;
using Exchange.Protocol.Identity;
using Exchange.Protocol.Pseudonyms;
using Exchange.V1;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using GatewayKeys = Exchange.Gateway.Pseudonyms.AuthorityKeys;

namespace Exchange.Gateway.Tests.Pseudonyms;

/// <summary>The hub's pseudonym classes against a key authority on a real socket, which can be switched off.</summary>
sealed class HubWithAuthority : IAsyncDisposable
{
    public const string A = "jp.mun.131016", B = "jp.tax";

    readonly string folder = System.IO.Directory.CreateTempSubdirectory("hub-").FullName;
    readonly ThrowawayAuthority ca = ThrowawayAuthority.Create(TimeProvider.System);
    readonly X509Certificate2 hubCertificate;
    readonly X509Certificate2 authorityCertificate;
    readonly CertificateVerifier verifier;
    WebApplication? authority;
    int nonsense;
    IPEndPoint address = new(IPAddress.Loopback, 0);

    HubWithAuthority()
    {
        hubCertificate = ca.IssueHub("hub-1");
        authorityCertificate = ca.IssueKeyAuthority();
        verifier = new CertificateVerifier(ca.Root, TimeProvider.System);
        var list = ca.SignRevocationList();
        File.WriteAllBytes(Path("ca.crl"), list);
        if (verifier.Replace(list) is { } refusal)
            throw new InvalidOperationException(refusal.Message);
        Keys = new KeyFile(Path("authority.json"));
        Keys.Create(H.PublicPoint());
    }

    public SecretScalar H { get; } = SecretScalar.Random();

    public KeyFile Keys { get; }

    public Translator Translator { get; private set; } = new();

    public AuthorityOptions Options { get; private set; } = null!;

    public AuthorityClient Client { get; private set; } = null!;

    public GatewayKeys Fetched { get; private set; } = null!;

    public static async Task<HubWithAuthority> Start(params string[] agencies)
    {
        var hub = new HubWithAuthority();
        foreach (var agency in agencies)
            hub.Keys.Admit(agency, TimeProvider.System);
        await hub.StartAuthority();
        hub.Options = new AuthorityOptions
        {
            Address = new Uri(hub.authority!.Urls.Single()),
            Certificate = hub.hubCertificate,
            TranslationKeysFile = hub.Path("state/translation.keys"),
            CommitmentsFile = hub.Path("state/commitments"),
            CallTimeout = TimeSpan.FromSeconds(20),
        };
        hub.Client = new AuthorityClient(hub.Options, hub.verifier);
        hub.Restart();
        return hub;
    }

    public string Path(string name) => System.IO.Path.Combine(folder, name);

    /// <summary>The hub's process, again: what is on disk is what it has.</summary>
    public void Restart(SecretScalar? h = null)
    {
        Translator = new Translator();
        Fetched = new GatewayKeys(Client, Options, Translator, h ?? H, NullLogger<GatewayKeys>.Instance);
    }

    public async Task StartAuthority(KeyFile? keys = null)
    {
        authority = KeyAuthorityHost.Build(new KeyAuthorityOptions
        {
            Listen = address,
            Certificate = authorityCertificate,
            Root = ca.Root,
            RevocationListFile = Path("ca.crl"),
            KeyFile = (keys ?? Keys).Path,
            BatchFile = Path("batches.db"),
            Hubs = ["hub-1"],
        }, TimeProvider.System);
        await authority.StartAsync();
        address = new IPEndPoint(IPAddress.Loopback, new Uri(authority.Urls.Single()).Port);
    }

    /// <summary>Calls answered with nonsense so far.</summary>
    public int Nonsense => nonsense;

    /// <summary>In the authority's place something with its certificate that refuses every call in words that mean nothing.</summary>
    public async Task StartNonsense()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddGrpc();
        builder.Services.AddSingleton(this);
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel => kestrel.Listen(address, listen =>
        {
            listen.Protocols = HttpProtocols.Http2;
            listen.UseHttps(authorityCertificate);
        }));
        authority = builder.Build();
        authority.MapGrpcService<NonsenseService>();
        await authority.StartAsync();
    }

    sealed class NonsenseService(HubWithAuthority hub) : AuthorityService.AuthorityServiceBase
    {
        public override Task<Commitments> GetCommitments(GetAuthorityCommitmentsRequest request, ServerCallContext context)
        {
            Interlocked.Increment(ref hub.nonsense);
            throw new Google.Rpc.Status
            {
                Code = (int)StatusCode.Unavailable,
                Details =
                {
                    Any.Pack(new ErrorInfo { Domain = "exchange", Reason = "9999", Metadata = { ["request_id"] = "not hexadecimal" } }),
                    Any.Pack(new RetryInfo()),
                },
            }.ToRpcException();
        }
    }

    public async Task StopAuthority()
    {
        if (authority is null)
            return;
        await authority.StopAsync();
        await authority.DisposeAsync();
        authority = null;
    }

    public EnrolmentBatch Batch(string agency, int people)
    {
        using var certificate = ca.IssueAgency(agency);
        using var signer = new AgencySigner(certificate);
        var batch = new EnrolmentBatch
        {
            Agency = agency,
            Epoch = 1,
            BatchId = ByteString.CopyFrom(RandomNumberGenerator.GetBytes(16)),
            TimeUnixMs = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds(),
            Points = ByteString.CopyFrom([.. Enumerable.Range(0, people).SelectMany(_ => RandomPoint())]),
            Chain = { signer.Chain },
        };
        batch.Signature = ByteString.CopyFrom(signer.Sign(EnrolmentSigning.Bytes(batch)));
        return batch;
    }

    public static byte[] RandomPoint()
    {
        using var scalar = SecretScalar.Random();
        return scalar.PublicPoint();
    }

    public async ValueTask DisposeAsync()
    {
        await StopAuthority();
        Client.Dispose();
        verifier.Dispose();
        ca.Dispose();
        H.Dispose();
        System.IO.Directory.Delete(folder, recursive: true);
    }
}
