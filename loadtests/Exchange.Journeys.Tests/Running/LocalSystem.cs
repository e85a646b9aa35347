using Exchange.Adapter.LocalApi.Callers;
using Exchange.Hosting.Certificates;
using Grpc.Core;
using Grpc.Net.Client;
using System.Security.Cryptography.X509Certificates;

namespace Exchange.Journeys.Tests.Running;

/// <summary>A system of an agency that calls its adapter over gRPC, with a token and the CA pinned.</summary>
public sealed class LocalSystem : IDisposable
{
    readonly X509Certificate2 root;
    readonly string token;

    /// <param name="caller">Null: the front office.</param>
    public LocalSystem(RunningExchange exchange, string agency, string? caller = null, string? callerKey = null)
    {
        var folder = exchange.Folder.Agency(agency);
        root = X509CertificateLoader.LoadCertificateFromFile(exchange.Folder.Root);
        token = LocalTokens.Issue(exchange.At<CallerRegister>(agency).Current.Find(caller ?? folder.Caller)!, callerKey ?? folder.CallerKey, TimeSpan.FromHours(8), TimeProvider.System.GetUtcNow());
        Channel = GrpcChannel.ForAddress(folder.LocalApi, new GrpcChannelOptions
        {
            HttpHandler = new SocketsHttpHandler { SslOptions = { CertificateChainPolicy = PinnedRoots.Policy(root) } },
            DisposeHttpClient = true,
        });
    }

    public GrpcChannel Channel { get; }

    /// <param name="traceparent">The trace the call stands in.</param>
    public Metadata Headers(string? traceparent = null)
    {
        var headers = new Metadata { { "authorization", "Bearer " + token } };
        if (traceparent is not null)
            headers.Add("traceparent", traceparent);
        return headers;
    }

    /// <summary>Sends a list whole and hears all its results.</summary>
    public static async Task<IReadOnlyList<TResult>> All<TItem, TResult>(AsyncDuplexStreamingCall<TItem, TResult> call, IEnumerable<TItem> items)
    {
        using (call)
        {
            foreach (var item in items)
                await call.RequestStream.WriteAsync(item);
            await call.RequestStream.CompleteAsync();
            var results = new List<TResult>();
            await foreach (var result in call.ResponseStream.ReadAllAsync(TestContext.Current.CancellationToken))
                results.Add(result);
            return results;
        }
    }

    public void Dispose()
    {
        Channel.Dispose();
        root.Dispose();
    }
}
