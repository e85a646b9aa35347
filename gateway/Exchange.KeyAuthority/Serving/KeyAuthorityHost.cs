using System.Security.Authentication;
using Exchange.Hosting.Services;
using Exchange.KeyAuthority.Keys;
using Exchange.Protocol.Identity;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace Exchange.KeyAuthority.Serving;

/// <summary>The serving authority; once started, its <c>Urls</c> name the port taken.</summary>
public static class KeyAuthorityHost
{
    /// <summary>A full batch with its chain and proof is some 160 KiB.</summary>
    const int MaximumMessageBytes = 512 * 1024;

    const int MaximumConnections = 64;

    public static WebApplication Build(KeyAuthorityOptions options, TimeProvider time)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Logging.AddSimpleConsole(console => console.SingleLine = true);
        builder.Logging.AddFilter("Microsoft", LogLevel.Warning).AddFilter("Grpc", LogLevel.Warning);
        builder.Services.AddServiceManager();

        builder.Services.AddSingleton(options);
        builder.Services.AddSingleton(time);
        builder.Services.AddSingleton(_ => new CertificateVerifier(options.Root, time));
        builder.Services.AddSingleton(_ => new AgencySigner(options.Certificate));
        builder.Services.AddSingleton(_ => new KeyFile(options.KeyFile));
        builder.Services.AddSingleton<LiveKeys>();
        builder.Services.AddSingleton(_ => new SeenBatches(options.BatchFile, time));
        builder.Services.AddSingleton(_ => new PeopleLimit(options.PeoplePerHour, time));
        builder.Services.AddSingleton<BatchChecks>();
        builder.Services.AddHostedService<RevocationFile>();
        builder.Services.AddGrpc(grpc =>
        {
            grpc.MaxReceiveMessageSize = MaximumMessageBytes;
            grpc.CompressionProviders.Clear();
        });
        builder.Services.AddGrpcHealthChecks().AddCheck<RevocationListCheck>("revocation list");
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel((context, kestrel) =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxConcurrentConnections = MaximumConnections;
            var verifier = kestrel.ApplicationServices.GetRequiredService<CertificateVerifier>();
            kestrel.Listen(options.Listen, listen =>
            {
                listen.Protocols = HttpProtocols.Http2;
                listen.UseHttps(https =>
                {
                    https.ServerCertificate = options.Certificate;
                    https.SslProtocols = SslProtocols.Tls13;
                    https.ClientCertificateMode = ClientCertificateMode.RequireCertificate;
                    https.ClientCertificateValidation = (certificate, _, _) => verifier.TryVerify(certificate, CertificateUse.Client, out var _, out var _);
                });
            });
        });

        var app = builder.Build();
        // What cannot be read is found at the start, not with the first batch.
        app.Services.GetRequiredService<LiveKeys>();
        app.Services.GetRequiredService<SeenBatches>();
        app.MapGrpcService<AuthorityGrpcService>();
        app.MapGrpcHealthChecksService();
        return app;
    }
}
