using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Exchange.Adapter.Asking;
using Exchange.Adapter.LocalApi;
using Exchange.Adapter.LocalApi.Callers;
using Exchange.Hosting.Certificates;
using Exchange.Protocol.DataSets;
using Exchange.Protocol.Identity;
using Exchange.V1;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Records.Municipality.V1;
using Records.Tax.V1;

namespace Exchange.Adapter.Tests.LocalApi;

/// <summary>The local API on a loopback port with certificates of its own; what stands behind it is given by each test.</summary>
public sealed class RunningApi : IAsyncDisposable
{
    public const string Agency = "jp.mun.131016", Task = "benefit-eligibility", DataSet = "tax.income.v1";

    readonly string folder = Directory.CreateTempSubdirectory("exchange-").FullName;
    readonly ThrowawayAuthority authority;
    readonly List<IDisposable> opened = [];
    WebApplication? app;

    public RunningApi()
    {
        authority = ThrowawayAuthority.Create(Time);
        PemFiles.Write(authority.Issue(CertificateName.Agency(Agency)), this["server.pem"], this["server.key"]);
        PemFiles.Write(authority.Root, this["ca.pem"]);
        LocalTokens.CreateKey(this["benefits.key"], this["benefits.pub"]);
        LocalTokens.CreateKey(this["schools.key"], this["schools.pub"]);
        BenefitsCertificate = Certificate("urn:town:benefits", lifetime: TimeSpan.FromHours(1));
        File.WriteAllText(this["callers.yaml"], $"""
            certificate_authority: ca.pem
            callers:
              - name: benefits
                certificate:
                  sha256: {BenefitsCertificate.GetCertHashString(HashAlgorithmName.SHA256)}
                token:
                  issuer: town
                  audience: exchange
                  subject: benefits
                  key: benefits.pub
                may_ask:
                  - task: {Task}
                    data_sets: [{DataSet}]
              - name: schools
                certificate:
                  san: urn:town:schools
                token:
                  issuer: town
                  audience: exchange
                  subject: schools
                  key: schools.pub
                may_ask:
                  - task: school-meals
                    data_sets: [municipality.resident-tax.v1]
            """);
    }

    public FakeTimeProvider Time { get; } = new(TimeProvider.System.GetUtcNow());

    public string this[string file] => Path.Combine(folder, file);

    public X509Certificate2 BenefitsCertificate { get; }

    public static IReadOnlyList<DataSetContract> DataSets { get; } =
    [
        new(DataSet, "Income", IncomeQuestion.Descriptor, IncomeStatement.Descriptor, 1024, false, "tax"),
        new("municipality.resident-tax.v1", "Resident tax", ResidentTaxQuestion.Descriptor, ResidentTax.Descriptor, 1024, false, "municipality"),
    ];

    public Func<AskRequest, CancellationToken, Task<AskOutcome>> Ask { get; set; } =
        (_, _) => System.Threading.Tasks.Task.FromResult(new AskOutcome { Status = AnswerStatus.NotFound, Provider = "jp.tax" });

    public Func<CancellationToken, Task<GetGrantsResponse>> Grants { get; set; } = _ => System.Threading.Tasks.Task.FromResult(new GetGrantsResponse());

    /// <summary>What reached the backend.</summary>
    public ConcurrentQueue<AskRequest> Asked { get; } = new();

    public ConcurrentQueue<string> Logged { get; } = new();

    public TimeSpan Reserve { get; init; } = TimeSpan.FromMilliseconds(100);

    public LocalApiOptions Options => new()
    {
        Listen = new IPEndPoint(IPAddress.Loopback, 0),
        CertificateFile = this["server.pem"],
        KeyFile = this["server.key"],
        CallersFile = this["callers.yaml"],
        Reserve = Reserve,
    };

    public Uri Address => new(app!.Urls.Single());

    public CallerRegister Callers => app!.Services.GetRequiredService<CallerRegister>();

    public async Task<RunningApi> StartAsync(string environment = "Production")
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = environment, ContentRootPath = folder });
        builder.Logging.ClearProviders().AddProvider(new HeardLines(Logged)).SetMinimumLevel(LogLevel.Trace);
        builder.Services.AddSingleton<TimeProvider>(Time);
        builder.AddLocalApi(Options, _ => new LocalApiBackend(Agency, DataSets, AskAsync, token => Grants(token)));
        app = builder.Build();
        app.MapLocalApi();
        await app.StartAsync();
        return this;
    }

    public static async Task<RunningApi> NewAsync() => await new RunningApi().StartAsync();

    public X509Certificate2 Certificate(string uri, ThrowawayAuthority? by = null, TimeSpan? lifetime = null)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=caller, O=Town", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddUri(new Uri(uri));
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.2")], false));
        return (by ?? authority).Sign(request, key, lifetime);
    }

    public string Token(string caller = "benefits", string? key = null, TimeSpan? lifetime = null) =>
        LocalTokens.Issue(Callers.Current.Find(caller)!, this[key ?? $"{caller}.key"], lifetime ?? TimeSpan.FromHours(8), Time.GetUtcNow());

    /// <summary>A client that trusts this test's CA alone.</summary>
    public HttpClient Client(string? token = null, X509Certificate2? certificate = null)
    {
        var client = new HttpClient(Handler(certificate)) { BaseAddress = Address };
        if (token is not null)
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        opened.Add(client);
        return client;
    }

    public GrpcChannel Channel(X509Certificate2? certificate = null)
    {
        var channel = GrpcChannel.ForAddress(Address, new GrpcChannelOptions { HttpHandler = Handler(certificate), DisposeHttpClient = true });
        opened.Add(channel);
        return channel;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var one in opened)
            one.Dispose();
        if (app is not null)
            await app.DisposeAsync();
        authority.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    SocketsHttpHandler Handler(X509Certificate2? certificate) => new()
    {
        SslOptions = new SslClientAuthenticationOptions
        {
            CertificateChainPolicy = PinnedRoots.Policy(authority.Root),
            ClientCertificates = certificate is null ? null : [certificate],
        },
    };

    Task<AskOutcome> AskAsync(AskRequest request, CancellationToken cancellation)
    {
        Asked.Enqueue(request);
        return Ask(request, cancellation);
    }
}
