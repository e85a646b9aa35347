using System.Net;
using Exchange.Hammer.Direct;
using Exchange.Protocol.Identity;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Forwarder;

namespace Exchange.Hammer.Peers;

/// <summary>YARP, the reverse proxy of the same platform: one route, one destination.</summary>
static class YarpProxy
{
    public const string Verb = "yarp";

    public static Task<PeerProgram> Prepare(PeerPlace place, CancellationToken stop) =>
        Task.FromResult(PeerProgram.OwnVerb(Verb, place, $"YARP {typeof(IHttpForwarder).Assembly.GetName().Version?.ToString(3)}"));

    public static WebApplication Build(DirectFiles files, int port, int providerPort)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Logging.ClearProviders();
        var (certificate, verifier) = (files.ReadCertificate(), files.OpenVerifier());
        builder.Services.AddReverseProxy()
            .LoadFromMemory(
                [new RouteConfig { RouteId = "all", ClusterId = "provider", Match = new RouteMatch { Path = "{**any}" } }],
                [
                    new ClusterConfig
                    {
                        ClusterId = "provider",
                        Destinations = new Dictionary<string, DestinationConfig> { ["provider"] = new() { Address = $"https://localhost:{providerPort}" } },
                        HttpRequest = new ForwarderRequestConfig { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact },
                    },
                ])
            .ConfigureHttpClient((_, handler) => handler.SslOptions = MutualTls.Call(certificate, verifier, NameKind.Agency));
        MutualTls.Listen(builder, files, port);
        var app = builder.Build();
        app.MapReverseProxy();
        return app;
    }
}
