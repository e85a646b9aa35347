using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Exchange.Adapter;
using Exchange.Adapter.Enrolment;
using Exchange.Adapter.LocalApi;
using Exchange.Adapter.LocalApi.Callers;
using Exchange.Hosting.Certificates;
using Exchange.Hosting.Telemetry;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace Exchange.Municipality.Tests;

/// <summary>The program of a municipality with its own files, stores and sockets, whose hub is away and who has enrolled nobody.</summary>
public sealed class RunningTownHall : IAsyncLifetime
{
    public const string Agency = "jp.mun.131016";

    /// <summary>Already 20 June 2026 in Japan.</summary>
    static readonly FakeTimeProvider time = new(new DateTimeOffset(2026, 6, 19, 16, 0, 0, TimeSpan.Zero));

    readonly string folder = Directory.CreateTempSubdirectory("exchange-town-").FullName;
    readonly ThrowawayAuthority authority = ThrowawayAuthority.Create(time);
    readonly List<IDisposable> opened = [];
    WebApplication? app;

    public ConcurrentQueue<string> Logged { get; } = new();

    public async ValueTask InitializeAsync()
    {
        PemFiles.Write(authority.IssueAgency(Agency), this["town.pem"], this["town.key"]);
        PemFiles.Write(authority.Root, this["ca.pem"]);
        AgencyKeys.Create(this["agency.keys"]);
        foreach (var caller in new[] { "benefits", "half" })
            LocalTokens.CreateKey(this[$"{caller}.key"], this[$"{caller}.pub"]);
        File.WriteAllText(this["callers.yaml"], """
            callers:
              - name: benefits
                token: { issuer: town, audience: exchange, subject: benefits, key: benefits.pub }
                may_ask:
                  - { task: benefit-eligibility, data_sets: [tax.income.v1, pension.payments.v1, municipality.resident-tax.v1] }
              - name: half
                token: { issuer: town, audience: exchange, subject: half, key: half.pub }
                may_ask:
                  - { task: benefit-eligibility, data_sets: [tax.income.v1, municipality.resident-tax.v1] }
                  - { task: child-allowance, data_sets: [pension.payments.v1] }
            """);
        Directory.CreateDirectory(this["state"]);
        app = AdapterHost.Build(TownHall.Kind, new AdapterOptions
        {
            Agency = Agency,
            Hubs = [new Uri("https://127.0.0.1:1")],
            Certificate = this["town.pem"],
            Key = this["town.key"],
            Root = this["ca.pem"],
            Keys = this["agency.keys"],
            AuthorityCertificate = this["ca.pem"],
            HubPoint = new string('0', 64),
            State = this["state"],
            LocalApi = new LocalApiOptions
            {
                Listen = new IPEndPoint(IPAddress.Loopback, 0),
                CertificateFile = this["town.pem"],
                KeyFile = this["town.key"],
                CallersFile = this["callers.yaml"],
            },
            Telemetry = new TelemetryOptions { ServiceName = "exchange-municipality" },
        }, time);
        app.Services.GetRequiredService<ILoggerFactory>().AddProvider(new Heard(Logged));
        await app.StartAsync();
    }

    public HttpClient Client(string caller = "benefits")
    {
        var client = new HttpClient(Handler()) { BaseAddress = new Uri(app!.Urls.Single()) };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Token(caller));
        opened.Add(client);
        return client;
    }

    public GrpcChannel Channel()
    {
        var channel = GrpcChannel.ForAddress(app!.Urls.Single(), new GrpcChannelOptions { HttpHandler = Handler(), DisposeHttpClient = true });
        opened.Add(channel);
        return channel;
    }

    public string Token(string caller = "benefits") => LocalTokens.Issue(
        app!.Services.GetRequiredService<CallerRegister>().Current.Find(caller)!, this[$"{caller}.key"], TimeSpan.FromHours(1), time.GetUtcNow());

    public async ValueTask DisposeAsync()
    {
        foreach (var one in opened)
            one.Dispose();
        if (app is not null)
        {
            await app.StopAsync();
            await app.DisposeAsync();
        }
        authority.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    string this[string file] => Path.Combine(folder, file);

    /// <summary>Trusts this test's CA alone.</summary>
    SocketsHttpHandler Handler() => new()
    {
        SslOptions = new SslClientAuthenticationOptions
        {
            CertificateChainPolicy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                CustomTrustStore = { authority.Root },
                RevocationMode = X509RevocationMode.NoCheck,
                VerificationTime = time.GetUtcNow().UtcDateTime,
            },
        },
    };

    sealed class Heard(ConcurrentQueue<string> lines) : ILoggerProvider, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            lines.Enqueue($"{logLevel}: {formatter(state, exception)} {exception}");

        public void Dispose()
        {
        }
    }
}
