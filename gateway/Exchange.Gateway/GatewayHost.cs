using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Exchange.Gateway.Audit;
using Exchange.Gateway.Audit.Tree;
using Exchange.Gateway.Connections;
using Exchange.Gateway.Directory;
using Exchange.Gateway.Health;
using Exchange.Gateway.Identity;
using Exchange.Gateway.Limits;
using Exchange.Gateway.Lookups;
using Exchange.Gateway.Mail;
using Exchange.Gateway.Policy;
using Exchange.Gateway.Pseudonyms;
using Exchange.Gateway.Routing;
using Exchange.Gateway.Telemetry;
using Exchange.Hosting.Certificates;
using Exchange.Hosting.Points;
using Exchange.Hosting.Secrets;
using Exchange.Hosting.Services;
using Exchange.Hosting.Telemetry;
using Exchange.Protocol.DataSets;
using Exchange.Protocol.Identity;
using Exchange.Protocol.Transparency;
using Exchange.V1;
using Grpc.AspNetCore.Server;
using Grpc.Core;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using StackExchange.Redis;

namespace Exchange.Gateway;

/// <summary>Puts a hub together. Everything it needs is read and checked here, so that a hub that starts is a hub that works.</summary>
public static class GatewayHost
{
    /// <summary>Bytes of one frame; a sender keeps to a sixteenth of it.</summary>
    const int MaximumMessage = 4 * 1024 * 1024;

    /// <summary>
    /// Bytes of a message that is a call of its own: a question of 17 KiB, an offer with a chain of 24 KiB. With the streams of frames and batches
    /// counted by agency, this bounds what one agency can have half sent: 72 connections of 128 calls, 288 MiB, beside 64 frames.
    /// </summary>
    const int MaximumCall = 32 * 1024;

    /// <summary>Bytes of the answer to a letter: a sealed answer of the largest size that a data set may declare, with a chain.</summary>
    const int MaximumAnswer = DataSetContract.MaximumSize + MaximumCall;

    const string AnswerOfLetter = "/exchange.v1.MailService/Answer";

    /// <summary>Bytes that a connection, and a stream of it, may send ahead of being read: a few frames.</summary>
    const int ConnectionWindow = 1024 * 1024, StreamWindow = 512 * 1024;

    /// <exception cref="Exchange.Hosting.Configuration.ConfigurationException">With every mistake of directory, matrix and quotas.</exception>
    /// <exception cref="Exchange.Hosting.Secrets.SecretFileException">A key file is absent, malformed or open to others.</exception>
    /// <exception cref="Exchange.Hosting.Storage.StoreException">The log is another hub's, in use, or damaged.</exception>
    public static WebApplication Build(GatewayOptions options, TimeProvider time)
    {
        // The content root is watched with all its folders: anywhere near the stores, each of their writes would wake the watcher.
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.AddExchangeTelemetry(options.Telemetry, GatewayMetrics.Name, GatewayMetrics.Name);
        builder.Services.AddServiceManager();
        if (options.Management is { } management)
            builder.Services.AddManagementEndpoint(management);

        var certificate = PemFiles.Read(options.Certificate, options.Key);
        AddCore(builder.Services, options, time);
        AddAuthority(builder.Services, options, certificate);
        AddHealth(builder.Services);
        AddGrpc(builder.Services);
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel((_, kestrel) => Listen(kestrel, options, certificate));

        var app = builder.Build();
        Connect(app.Services, options);
        app.Use(BoundCalls);
        app.MapGrpcService<Connections.ConnectionService>();
        app.MapGrpcService<Directory.DirectoryService>();
        app.MapGrpcService<EnrolmentGrpcService>();
        app.MapGrpcService<MailGrpcService>();
        app.MapGrpcHealthChecksService();
        var callers = app.Services.GetRequiredService<CallerCheck>();
        app.Services.GetRequiredService<LogPages>().Map(app, context => callers.MayReadLog(context.Connection.ClientCertificate));
        return app;
    }

    static void AddCore(IServiceCollection services, GatewayOptions options, TimeProvider time)
    {
        services.AddSingleton(options).AddSingleton(time);
        services.AddSingleton(new HubName(options.Name)).AddSingleton(options.Connections);
        services.AddSingleton(_ => new CertificateVerifier(X509CertificateLoader.LoadCertificateFromFile(options.Root), time));
        services.AddSingleton<CallerCheck>();
        services.AddSingleton(provider => new PolicyReloader(
            new PolicyFiles(options.Directory, options.Matrix, options.Quotas), time, provider.GetRequiredService<ILogger<PolicyReloader>>()));
        // Stopped in reverse: what the reloader said last is written too.
        services.AddSingleton<AuditNotes>().AddHostedService(provider => provider.GetRequiredService<AuditNotes>());
        services.AddHostedService(provider => provider.GetRequiredService<PolicyReloader>());
        services.AddSingleton(provider => new Quotas(provider.GetRequiredService<PolicyReloader>().Current.Quotas, time));
        services.AddSingleton(_ => AuditLog.Open(new AuditOptions(options.AuditFile, options.Name) { Database = options.Audit, LargestBytes = options.LargestAuditBytes }, time));
        AddLogTree(services, options);
        services.AddSingleton<Translator>().AddSingleton<PointThreads>().AddSingleton<NodeTable>().AddSingleton<GatewayMetrics>();
        services.AddSingleton(_ => OpeningStore.Open(options.OpeningsFile)).AddSingleton<Openings>().AddHostedService(provider => provider.GetRequiredService<Openings>());
        services.AddSingleton<LookupSteps>().AddSingleton<LookupService>().AddSingleton<SessionService>().AddSingleton<LoggedKeys>();
        services.AddSingleton(_ => MailFile.Open(options.MailFile)).AddSingleton<LetterStore>().AddSingleton<LetterRoom>().AddSingleton<MailGrpcService>().AddHostedService<LetterRounds>();
        services.AddSingleton<NoticeStore>().AddSingleton<NoticeRoom>();
        services.AddSingleton<TlsConnections>().AddSingleton<RevocationWatch>().AddHostedService(provider => provider.GetRequiredService<RevocationWatch>());
        if (options.Redis is { } redis)
        {
            services.AddSingleton<IConnectionMultiplexer>(_ => ConnectionMultiplexer.Connect(SharedRedis.Options(redis)));
            services.AddSingleton<SharedQuotas>().AddHostedService(provider => provider.GetRequiredService<SharedQuotas>());
        }
    }

    /// <summary>Checkpoints over the log, and those who must cosign them.</summary>
    static void AddLogTree(IServiceCollection services, GatewayOptions options)
    {
        services.AddSingleton(_ => NoteKeyFile.Read(options.Log.Key, options.Name, NoteKeyUse.Note));
        services.AddSingleton(provider => new LogTree(options.Log.CheckpointFile, provider.GetRequiredService<AuditLog>().Store, provider.GetRequiredService<NoteSigner>().Key));
        services.AddSingleton<IReadOnlyList<Witness>>(_ => [.. options.Log.Witnesses.Select(one => Witness.At(one))]);
        services.AddSingleton<CheckpointWriter>().AddHostedService(provider => provider.GetRequiredService<CheckpointWriter>());
        services.AddSingleton<LogPages>();
        if (options.Log.Listen is { } listen)
            services.AddSingleton(provider => new PublicLog(listen, provider.GetRequiredService<LogPages>(), provider.GetRequiredService<ILoggerFactory>()))
                .AddHostedService(provider => provider.GetRequiredService<PublicLog>());
    }

    static void AddAuthority(IServiceCollection services, GatewayOptions options, X509Certificate2 certificate)
    {
        services.AddSingleton(_ => HubScalarFile.Read(options.EnrolmentKey));
        services.AddSingleton(new AuthorityOptions
        {
            // Without an authority the address leads nowhere: lookups go on with the keys on disk, enrolment is refused.
            Address = options.Authority ?? new Uri("https://127.0.0.1:1"),
            Certificate = certificate,
            TranslationKeysFile = Path.Combine(options.State, "translation.keys"),
            CommitmentsFile = Path.Combine(options.State, "commitments"),
        });
        services.AddSingleton<AuthorityClient>().AddSingleton<AuthorityKeys>().AddSingleton<Enrolment>();
        if (options.Authority is not null)
            services.AddHostedService<AuthorityRefresh>();
        services.AddSingleton(provider => new EnrolmentHooks(
            context => provider.GetRequiredService<CallerCheck>().Require(context).Agency,
            (agency, people) => provider.GetRequiredService<Quotas>().TakeEnrolment(agency, people) is { IsAdmitted: false } refused ? refused.ToRefusal() : null,
            agency => provider.GetRequiredService<Quotas>().TakeRefusal(agency).IsAdmitted,
            async (entry, cancelled) => await provider.GetRequiredService<AuditLog>().Append(
                new AuditEntry { TimeUnixMs = provider.GetRequiredService<TimeProvider>().GetUtcNow().ToUnixTimeMilliseconds(), Enrolment = entry }, cancelled).ConfigureAwait(false)));
        services.AddSingleton(provider =>
        {
            var callers = provider.GetRequiredService<CallerCheck>();
            var nodes = provider.GetRequiredService<NodeTable>();
            var openings = provider.GetRequiredService<Openings>();
            var keys = provider.GetRequiredService<AuthorityKeys>();
            var certificates = provider.GetRequiredService<CertificateVerifier>();
            var reloader = provider.GetRequiredService<PolicyReloader>();
            return new Directory.DirectoryService(
                () => reloader.Current,
                new DirectorySources(
                    context => callers.Require(context).Agency, nodes.BundleOf, nodes.IsUp, openings.OpensAt, () => keys.Commitments,
                    () => certificates.RevocationList,
                    provider.GetRequiredService<SessionService>().NotBegun),
                provider.GetRequiredService<TimeProvider>());
        });
    }

    static void AddHealth(IServiceCollection services) => services.AddGrpcHealthChecks().Services.AddHealthChecks()
        .AddCheck<AuditHealth>("audit").AddCheck<CheckpointHealth>("checkpoints").AddCheck<PolicyHealth>("policy").AddCheck<RevocationHealth>("revocation").AddCheck<TranslationHealth>("translation")
        .AddCheck<MailHealth>("mail");

    static Task BoundCalls(HttpContext context, RequestDelegate next)
    {
        if (context.GetEndpoint()?.Metadata.GetMetadata<GrpcMethodMetadata>() is { Method: { Type: MethodType.Unary } method })
            context.Features.GetRequiredFeature<IHttpMaxRequestBodySizeFeature>().MaxRequestBodySize = method.FullName == AnswerOfLetter ? MaximumAnswer : MaximumCall;
        return next(context);
    }

    static void AddGrpc(IServiceCollection services) => services.AddGrpc(grpc =>
    {
        grpc.MaxReceiveMessageSize = MaximumMessage;
        grpc.MaxSendMessageSize = MaximumMessage;
        grpc.EnableDetailedErrors = false;
        // A compressed message is checked only by its compressed length: none is taken, none is sent.
        grpc.CompressionProviders.Clear();
    }).AddServiceOptions<EnrolmentGrpcService>(grpc => grpc.MaxReceiveMessageSize = EnrolmentGrpcService.MaximumMessage);

    static void Listen(KestrelServerOptions kestrel, GatewayOptions options, X509Certificate2 certificate)
    {
        var certificates = kestrel.ApplicationServices.GetRequiredService<CertificateVerifier>();
        var connections = kestrel.ApplicationServices.GetRequiredService<TlsConnections>();
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxConcurrentConnections = options.MaximumConnections;
        kestrel.Limits.MaxRequestBodySize = null;
        kestrel.Limits.MinRequestBodyDataRate = null;
        kestrel.Limits.Http2.MaxStreamsPerConnection = 128;
        kestrel.Limits.Http2.InitialConnectionWindowSize = ConnectionWindow;
        kestrel.Limits.Http2.InitialStreamWindowSize = StreamWindow;
        kestrel.Limits.Http2.KeepAlivePingDelay = TimeSpan.FromSeconds(30);
        kestrel.Limits.Http2.KeepAlivePingTimeout = TimeSpan.FromSeconds(20);
        kestrel.Limits.MaxRequestHeadersTotalSize = 16 * 1024;
        kestrel.Listen(options.Listen, listener =>
        {
            listener.Protocols = HttpProtocols.Http2;
            listener.UseHttps(https =>
            {
                https.ServerCertificate = certificate;
                https.SslProtocols = SslProtocols.Tls13;
                https.HandshakeTimeout = TimeSpan.FromSeconds(10);
                https.ClientCertificateMode = ClientCertificateMode.RequireCertificate;
                https.ClientCertificateValidation = (client, _, _) =>
                    certificates.TryVerify(client, CertificateUse.Client, out var verified, out _) && verified.Name.Kind is NameKind.Agency or NameKind.Auditor or NameKind.Witness;
            });
            listener.Use(next => connection => connections.Serve(connection, next));
        });
    }

    /// <summary>What must be right before the first agency connects, and who hears of a new policy.</summary>
    static void Connect(IServiceProvider services, GatewayOptions options)
    {
        var notes = services.GetRequiredService<AuditNotes>();
        notes.Started(HubName.Software);
        services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping.Register(() => notes.Stopped(HubName.Software));
        var revocation = services.GetRequiredService<RevocationWatch>();
        revocation.Changed += notes.RevocationListChanged;
        revocation.ReadList();
        var reloader = services.GetRequiredService<PolicyReloader>();
        var quotas = services.GetRequiredService<Quotas>();
        reloader.Changed += (_, now) =>
        {
            quotas.Apply(now.Quotas);
            notes.PolicyChanged(now);
        };
        notes.PolicyChanged(reloader.Current);
        var nodes = services.GetRequiredService<NodeTable>();
        services.GetRequiredService<GatewayMetrics>().Watch("exchange.hub.connections", "{connection}", "Connections of adapters.", () => nodes.All.Count());
        var letters = services.GetRequiredService<LetterStore>();
        services.GetRequiredService<GatewayMetrics>().Watch("exchange.hub.letters", "{letter}", "Lookups that wait for their provider.", letters.Waiting);
        var openings = services.GetRequiredService<Openings>();
        services.GetRequiredService<GatewayMetrics>().Watch("exchange.hub.agencies.closed", "{agency}", "Agencies that are closed now, as they have announced.", () => openings.CountClosed());
        services.GetRequiredService<AuthorityKeys>().Changed += notes.CommitmentsChanged;
    }
}
