using System.Net;
using Exchange.Adapter.Commands.Lists;
using Exchange.Adapter.Enrolment;
using Exchange.Adapter.LocalApi;
using Exchange.Adapter.LocalApi.Callers;
using Exchange.Adapter.Tests.Connection;
using Exchange.Hosting.Certificates;
using Exchange.Hosting.Secrets;
using Exchange.Hosting.Telemetry;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Exchange.Adapter.Tests;

/// <summary>The program of an agency with its own files, stores and sockets, who has enrolled nobody, and whose hub is away unless it is given one.</summary>
public sealed class RunningAgency : IAsyncDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("exchange-agency-").FullName;
    readonly TimeProvider time;
    readonly ThrowawayAuthority authority;
    readonly WebApplication app;

    /// <param name="mayAsk">What the caller <c>lists</c> may ask, as callers.yaml writes it.</param>
    /// <param name="hub">Of the same authority; a hub that is there has the time of day.</param>
    RunningAgency(AgencyKind kind, string mayAsk, ScriptedHub? hub)
    {
        time = hub is null ? new FakeTimeProvider(TimeProvider.System.GetUtcNow()) : TimeProvider.System;
        authority = hub?.Authority ?? ThrowawayAuthority.Create(time);
        var agency = "jp." + kind.Name;
        PemFiles.Write(authority.IssueAgency(agency), this["agency.pem"], this["agency.key"]);
        PemFiles.Write(authority.Root, this["ca.pem"]);
        AgencyKeys.Create(this["agency.keys"]);
        LocalTokens.CreateKey(this["lists.key"], this["lists.pub"]);
        File.WriteAllText(this["callers.yaml"], $$"""
            callers:
              - name: lists
                token: { issuer: here, audience: exchange, subject: lists, key: lists.pub }
                may_ask: [ {{mayAsk}} ]
            """);
        Directory.CreateDirectory(this["state"]);
        app = AdapterHost.Build(kind, new AdapterOptions
        {
            Agency = agency,
            Hubs = [hub?.Address ?? new Uri("https://127.0.0.1:1")],
            ConnectionsPerHub = 1,
            Certificate = this["agency.pem"],
            Key = this["agency.key"],
            Root = this["ca.pem"],
            Keys = this["agency.keys"],
            AuthorityCertificate = this["ca.pem"],
            HubPoint = new string('0', 64),
            State = this["state"],
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

    public static Task<RunningAgency> Start(AgencyKind kind, string mayAsk) => Start(kind, mayAsk, null);

    internal static async Task<RunningAgency> Start(AgencyKind kind, string mayAsk, ScriptedHub? hub)
    {
        var agency = new RunningAgency(kind, mayAsk, hub);
        await agency.app.StartAsync();
        SecretFile.Write(agency["token"], System.Text.Encoding.ASCII.GetBytes(LocalTokens.Issue(
            agency.app.Services.GetRequiredService<CallerRegister>().Current.Find("lists")!, agency["lists.key"], TimeSpan.FromHours(1), agency.time.GetUtcNow())));
        return agency;
    }

    internal GrpcChannel Channel() => Call.Open();

    internal Metadata Headers => Call.Headers();

    public string Address => app.Urls.Single();

    public string this[string file] => Path.Combine(folder, file);

    internal T Part<T>()
        where T : notnull => app.Services.GetRequiredService<T>();

    ListCall Call => new(new Uri(Address), this["ca.pem"], this["token"], null, null);

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync();
        await app.DisposeAsync();
        authority.Dispose();
        Directory.Delete(folder, recursive: true);
    }
}
