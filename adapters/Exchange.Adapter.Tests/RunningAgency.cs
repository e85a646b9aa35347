using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using Exchange.Adapter.Calling;
using Exchange.Adapter.Enrolment;
using Exchange.Adapter.Journal.Sealing;
using Exchange.Adapter.LocalApi;
using Exchange.Adapter.LocalApi.Callers;
using Exchange.Hosting.Certificates;
using Exchange.Hosting.Secrets;
using Exchange.Hosting.Telemetry;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace Exchange.Adapter.Tests;

/// <summary>
/// The program of an agency with its own files, stores and sockets, who has enrolled nobody, and whose hub is
/// away unless it is given one. Its callers show tokens, each signed with its own key.
/// </summary>
public sealed class RunningAgency : IAsyncDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("exchange-agency-").FullName;
    readonly TimeProvider time;
    readonly ThrowawayAuthority authority;
    readonly WebApplication app;
    readonly List<IDisposable> opened = [];

    RunningAgency(AgencyKind kind, string agency, (string Caller, string MayAsk)[] callers, TimeProvider time, ThrowawayAuthority? authority, Uri? hub, string? programmes = null)
    {
        this.time = time;
        this.authority = authority ??= ThrowawayAuthority.Create(time);
        PemFiles.Write(authority.IssueAgency(agency), this["agency.pem"], this["agency.key"]);
        PemFiles.Write(authority.Root, this["ca.pem"]);
        AgencyKeys.Create(this["agency.keys"]);
        JournalKeys.Create(this["journal.keys"]);
        foreach (var (caller, _) in callers)
            LocalTokens.CreateKey(this[$"{caller}.key"], this[$"{caller}.pub"]);
        File.WriteAllLines(this["callers.yaml"], callers.Select(one => $$"""
              - name: {{one.Caller}}
                token: { issuer: here, audience: exchange, subject: {{one.Caller}}, key: {{one.Caller}}.pub }
                may_ask: [ {{one.MayAsk}} ]
            """).Prepend("callers:"));
        Directory.CreateDirectory(this["state"]);
        if (programmes is not null)
            File.WriteAllText(this["programmes.yaml"], programmes);
        app = AdapterHost.Build(kind, new AdapterOptions
        {
            Agency = agency,
            Hubs = [hub ?? new Uri("https://127.0.0.1:1")],
            ConnectionsPerHub = 1,
            Certificate = this["agency.pem"],
            Key = this["agency.key"],
            Root = this["ca.pem"],
            Keys = this["agency.keys"],
            JournalKeys = this["journal.keys"],
            AuthorityCertificate = this["ca.pem"],
            HubPoint = new string('0', 64),
            State = this["state"],
            Programmes = programmes is null ? null : this["programmes.yaml"],
            LocalApi = new LocalApiOptions
            {
                Listen = new IPEndPoint(IPAddress.Loopback, 0),
                CertificateFile = this["agency.pem"],
                KeyFile = this["agency.key"],
                CallersFile = this["callers.yaml"],
            },
            Telemetry = new TelemetryOptions { ServiceName = "exchange-" + kind.Name },
        }, time);
    }

    /// <param name="mayAsk">What the one caller, <c>lists</c>, may ask, as callers.yaml writes it; its token is in the file <c>token</c>.</param>
    /// <param name="authority">Of that hub, which has the time of day.</param>
    public static async Task<RunningAgency> Start(AgencyKind kind, string mayAsk, ThrowawayAuthority? authority = null, Uri? hub = null)
    {
        var time = hub is null ? new FakeTimeProvider(TimeProvider.System.GetUtcNow()) : TimeProvider.System;
        var agency = await Start(new RunningAgency(kind, "jp." + kind.Name, [("lists", mayAsk)], time, authority, hub));
        SecretFile.Write(agency["token"], System.Text.Encoding.ASCII.GetBytes(agency.Token("lists")));
        return agency;
    }

    /// <param name="programmes">Of a municipality; null: those that its program has.</param>
    public static Task<RunningAgency> Start(AgencyKind kind, string id, (string Caller, string MayAsk)[] callers, DateTimeOffset now, string? programmes = null) =>
        Start(new RunningAgency(kind, id, callers, new FakeTimeProvider(now), null, null, programmes));

    static async Task<RunningAgency> Start(RunningAgency agency)
    {
        agency.app.Services.GetRequiredService<ILoggerFactory>().AddProvider(new HeardLines(agency.Logged));
        await agency.app.StartAsync();
        return agency;
    }

    public ConcurrentQueue<string> Logged { get; } = new();

    public string Token(string caller) => LocalTokens.Issue(
        app.Services.GetRequiredService<CallerRegister>().Current.Find(caller)!, this[$"{caller}.key"], TimeSpan.FromHours(1), time.GetUtcNow());

    public HttpClient Client(string caller)
    {
        var client = new HttpClient(Handler()) { BaseAddress = new Uri(Address) };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Token(caller));
        opened.Add(client);
        return client;
    }

    public GrpcChannel Channel()
    {
        var channel = GrpcChannel.ForAddress(Address, new GrpcChannelOptions { HttpHandler = Handler(), DisposeHttpClient = true });
        opened.Add(channel);
        return channel;
    }

    internal Metadata Headers => new LocalCall(new Uri(Address), this["ca.pem"], this["token"], null, null).Headers();

    public string Address => app.Urls.Single();

    public string this[string file] => Path.Combine(folder, file);

    internal T Part<T>()
        where T : notnull => app.Services.GetRequiredService<T>();

    public async ValueTask DisposeAsync()
    {
        opened.ForEach(one => one.Dispose());
        await app.StopAsync();
        await app.DisposeAsync();
        authority.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    /// <summary>Trusts this test's CA alone, at this test's time.</summary>
    SocketsHttpHandler Handler()
    {
        var policy = PinnedRoots.Policy(authority.Root);
        policy.VerificationTimeIgnored = false;
        policy.VerificationTime = time.GetUtcNow().UtcDateTime;
        return new SocketsHttpHandler { SslOptions = { CertificateChainPolicy = policy } };
    }
}
