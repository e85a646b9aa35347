using System.Net;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Exchange.Hosting.Certificates;
using Exchange.Protocol.Identity;
using Google.Protobuf;
using Grpc.Core;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace Exchange.Hammer.Direct;

/// <summary>What the direct provider needs of an exchange's files.</summary>
sealed record DirectFiles(string Certificate, string Key, string Root, string RevocationList)
{
    public CertificateVerifier OpenVerifier()
    {
        var verifier = new CertificateVerifier(X509CertificateLoader.LoadCertificateFromFile(Root), TimeProvider.System);
        if (verifier.Replace(File.ReadAllBytes(RevocationList)) is { } refused)
            throw new InvalidDataException($"{RevocationList}: {refused.Message}");
        return verifier;
    }
}

/// <summary>A provider that is called directly: the same TLS, certificates and sizes, a record from memory, and nothing else.</summary>
static class DirectProvider
{
    public static WebApplication Build(DirectFiles files, int port)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Logging.ClearProviders();
        builder.Services.AddGrpc();
        builder.Services.AddSingleton<Service>();
        builder.WebHost.UseKestrelHttpsConfiguration();
        var certificate = PemFiles.Read(files.Certificate, files.Key);
        var verifier = files.OpenVerifier();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            // Never what holds it back: every caller of a run fits on one connection.
            kestrel.Limits.Http2.MaxStreamsPerConnection = 4096;
            kestrel.Limits.Http2.InitialConnectionWindowSize = 4 * 1024 * 1024;
            kestrel.Listen(IPAddress.Loopback, port, listener =>
            {
                listener.Protocols = HttpProtocols.Http2;
                listener.UseHttps(https =>
                {
                    https.ServerCertificate = certificate;
                    https.SslProtocols = SslProtocols.Tls13;
                    https.ClientCertificateMode = ClientCertificateMode.RequireCertificate;
                    https.ClientCertificateValidation = (client, _, _) =>
                        verifier.TryVerify(client, CertificateUse.Client, out var verified, out _) && verified.Name.Kind == NameKind.Agency;
                });
            });
        });
        var app = builder.Build();
        app.MapGrpcService<Service>();
        return app;
    }

    sealed class Service : DirectService.DirectServiceBase
    {
        readonly ByteString[] records = DirectRecords.Make();

        public override Task<DirectAnswer> Ask(DirectQuestion request, ServerCallContext context) =>
            request.Number < DirectRecords.Count && request.Content.Length == DirectRecords.QuestionSize
                ? Task.FromResult(new DirectAnswer { Number = request.Number, Record = records[request.Number] })
                : throw new RpcException(new Status(StatusCode.InvalidArgument, "no such record, or a question of another size"));
    }
}
