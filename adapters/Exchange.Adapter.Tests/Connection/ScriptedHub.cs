using System.Net;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Exchange.Hosting.Certificates;
using Exchange.Protocol.DataSets;
using Exchange.V1;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;

namespace Exchange.Adapter.Tests.Connection;

/// <summary>A hub on a real socket, with a certificate of its own authority, that does whatever a test has it do. Until then it greets, and is silent.</summary>
sealed class ScriptedHub : IAsyncDisposable
{
    readonly X509Certificate2 certificate;
    readonly WebApplication app;

    ScriptedHub()
    {
        certificate = Authority.IssueHub("hub-1");
        Connect = (frames, replies, context) => Greet(frames, replies, context);
        RevocationList = () => Task.FromResult(new GetCrlResponse { Crl = ByteString.CopyFrom(Authority.SignRevocationList()) });
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddGrpc();
        builder.Services.AddSingleton(this);
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
        {
            listen.Protocols = HttpProtocols.Http2;
            listen.UseHttps(https =>
            {
                https.ServerCertificate = certificate;
                https.SslProtocols = SslProtocols.Tls13;
                https.ClientCertificateMode = ClientCertificateMode.RequireCertificate;
                https.ClientCertificateValidation = (_, _, _) => true;
            });
        }));
        app = builder.Build();
        app.MapGrpcService<Connections>();
        app.MapGrpcService<Directory>();
        app.MapGet("/log/{**path}", (HttpContext context, string path) => Log(context, path));
    }

    public ThrowawayAuthority Authority { get; } = ThrowawayAuthority.Create(TimeProvider.System);

    public Uri Address => new(app.Urls.Single());

    public Func<IAsyncStreamReader<Frame>, IServerStreamWriter<Frame>, ServerCallContext, Task> Connect { get; set; }

    public Func<Task<GetCrlResponse>> RevocationList { get; set; }

    public Func<Task<GetDataSetsResponse>> DataSets { get; set; } = () => Task.FromResult(new GetDataSetsResponse { DataSets = { DataSetCatalogue.All.Select(one => one.ToMessage()) } });

    /// <summary>Pages of its log, by their path under it; there are none until a test has some.</summary>
    public Func<HttpContext, string, Task> Log { get; set; } = (context, _) =>
    {
        context.Response.StatusCode = StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    };

    public Func<ServerCallContext, Task<GetGrantsResponse>> Grants { get; set; } = _ => Task.FromResult(new GetGrantsResponse());

    public Func<ServerCallContext, Task<GetBundleResponse>> Bundle { get; set; } = _ => Task.FromResult(new GetBundleResponse());

    public static async Task<ScriptedHub> Start()
    {
        var hub = new ScriptedHub();
        await hub.app.StartAsync();
        return hub;
    }

    /// <summary>Says welcome, and then nothing until the adapter has ended.</summary>
    public static async Task Greet(IAsyncStreamReader<Frame> frames, IServerStreamWriter<Frame> replies, ServerCallContext context)
    {
        await replies.WriteAsync(new Frame { Welcome = new Welcome { ProtocolVersion = 1, Hub = "hub-1" }, Window = 16 });
        while (await frames.MoveNext(context.CancellationToken))
        {
        }
    }

    /// <summary>A refusal in which nothing is what it should be.</summary>
    public static RpcException Nonsense() => new Google.Rpc.Status
    {
        Code = (int)StatusCode.Unavailable,
        Details =
        {
            Any.Pack(new ErrorInfo { Domain = "exchange", Reason = "9999", Metadata = { ["request_id"] = "not hexadecimal" } }),
            Any.Pack(new RetryInfo()),
        },
    }.ToRpcException();

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync();
        await app.DisposeAsync();
        certificate.Dispose();
    }

    sealed class Connections(ScriptedHub hub) : ConnectionService.ConnectionServiceBase
    {
        public override Task Connect(IAsyncStreamReader<Frame> requestStream, IServerStreamWriter<Frame> responseStream, ServerCallContext context) =>
            hub.Connect(requestStream, responseStream, context);
    }

    sealed class Directory(ScriptedHub hub) : DirectoryService.DirectoryServiceBase
    {
        public override Task<GetCrlResponse> GetCrl(GetCrlRequest request, ServerCallContext context) => hub.RevocationList();

        public override Task<GetDataSetsResponse> GetDataSets(GetDataSetsRequest request, ServerCallContext context) => hub.DataSets();

        public override Task<GetGrantsResponse> GetGrants(GetGrantsRequest request, ServerCallContext context) => hub.Grants(context);

        public override Task<GetBundleResponse> GetBundle(GetBundleRequest request, ServerCallContext context) => hub.Bundle(context);
    }
}
