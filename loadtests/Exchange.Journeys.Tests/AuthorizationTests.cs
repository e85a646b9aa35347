using System.Security.Cryptography.X509Certificates;
using Exchange.Hosting.Certificates;
using Exchange.Hosting.Errors;
using Exchange.Journeys.Tests.Running;
using Exchange.V1;
using Grpc.AspNetCore.Server;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Exchange.Journeys.Tests;

/// <summary>Every method that hub and key authority serve, called as everybody: who gets in stands in the tables, and nobody else does.</summary>
public sealed class AuthorizationTests(RunningExchange exchange) : IDisposable
{
    const string Nobody = "no certificate", Stranger = "a stranger", Agency = "an agency", Hub = "the hub", Authority = "the authority";

    static readonly TimeSpan patience = TimeSpan.FromSeconds(20);

    static readonly Dictionary<string, string[]> hub = new()
    {
        ["/exchange.v1.ConnectionService/Connect"] = [Agency],
        ["/exchange.v1.ConnectionService/OpenSession"] = [Agency],
        ["/exchange.v1.ConnectionService/Lookup"] = [Agency],
        ["/exchange.v1.DirectoryService/GetCommitments"] = [Agency],
        ["/exchange.v1.DirectoryService/GetBundle"] = [Agency],
        ["/exchange.v1.DirectoryService/GetDataSets"] = [Agency],
        ["/exchange.v1.DirectoryService/GetCrl"] = [Agency],
        ["/exchange.v1.DirectoryService/GetGrants"] = [Agency],
        ["/exchange.v1.EnrolmentService/Enrol"] = [Agency],
        ["/exchange.v1.MailService/Submit"] = [Agency],
        ["/exchange.v1.MailService/Collect"] = [Agency],
        ["/exchange.v1.MailService/Answer"] = [Agency],
        ["/exchange.v1.MailService/Acknowledge"] = [Agency],
        ["/exchange.v1.MailService/PublishMailbox"] = [Agency],
        ["/exchange.v1.MailService/GetMailbox"] = [Agency],
        ["/exchange.v1.MailService/SendNotice"] = [Agency],
        ["/exchange.v1.MailService/AcknowledgeNotice"] = [Agency],
        ["/exchange.v1.MailService/TakeStages"] = [Agency],
        ["/grpc.health.v1.Health/Check"] = [Agency],
        ["/grpc.health.v1.Health/Watch"] = [Agency],
    };

    static readonly Dictionary<string, string[]> authority = new()
    {
        ["/exchange.v1.AuthorityService/EvaluateBatch"] = [Hub],
        ["/exchange.v1.AuthorityService/GetCommitments"] = [Hub],
        ["/exchange.v1.AuthorityService/GetTranslationKeys"] = [Hub],
        ["/grpc.health.v1.Health/Check"] = [Agency, Hub, Authority],
        ["/grpc.health.v1.Health/Watch"] = [Agency, Hub, Authority],
    };

    readonly List<IDisposable> opened = [];

    public void Dispose() => opened.ForEach(one => one.Dispose());

    [Fact]
    public Task The_hub_serves_agencies_alone() => Compare(hub, exchange.Parts.Hub!, "hub");

    [Fact]
    public Task The_key_authority_serves_its_hub_alone() => Compare(authority, exchange.Parts.Authority!, "authority");

    async Task Compare(Dictionary<string, string[]> table, WebApplication app, string name)
    {
        var methods = app.Services.GetRequiredService<EndpointDataSource>().Endpoints
            .Select(endpoint => endpoint.Metadata.GetMetadata<GrpcMethodMetadata>()?.Method.FullName).OfType<string>().ToArray();
        Assert.Equal(table.Keys.Order(StringComparer.Ordinal), methods.Order(StringComparer.Ordinal));
        var server = Path.Combine(exchange.Folder.Folder, name, name + ".pem");
        foreach (var (caller, certificate) in Callers())
        {
            using var channel = AgencyByHand.Channel(new Uri(app.Urls.Single().Replace("127.0.0.1", "localhost", StringComparison.Ordinal)), server, certificate);
            foreach (var method in methods)
                Assert.Equal((method, caller, table[method].Contains(caller)), (method, caller, await GetsIn(channel.CreateCallInvoker(), method)));
        }
    }

    IEnumerable<(string, X509Certificate2?)> Callers()
    {
        using var stranger = ThrowawayAuthority.Create(TimeProvider.System);
        return
        [
            (Nobody, null),
            (Stranger, Kept(stranger.IssueAgency(RunningExchange.Chiyoda))),
            (Agency, Own(RunningExchange.Chiyoda, "agency")),
            (Hub, Own("hub", "hub")),
            (Authority, Own("authority", "authority")),
        ];
    }

    X509Certificate2 Own(string folder, string name) =>
        Kept(PemFiles.Read(Path.Combine(exchange.Folder.Folder, folder, name + ".pem"), Path.Combine(exchange.Folder.Folder, folder, name + ".key")));

    X509Certificate2 Kept(X509Certificate2 certificate)
    {
        opened.Add(certificate);
        return certificate;
    }

    /// <summary>Sends one empty message. Whatever the method itself says to that, it was reached.</summary>
    static async Task<bool> GetsIn(CallInvoker invoker, string fullName)
    {
        var raw = new Marshaller<byte[]>(bytes => bytes, bytes => bytes);
        var parts = fullName.Split('/');
        var method = new Method<byte[], byte[]>(MethodType.DuplexStreaming, parts[1], parts[2], raw, raw);
        using var enough = new CancellationTokenSource(patience);
        using var call = invoker.AsyncDuplexStreamingCall(method, null, new CallOptions(cancellationToken: enough.Token));
        try
        {
            await call.RequestStream.WriteAsync([], enough.Token);
            await call.RequestStream.CompleteAsync();
            await call.ResponseStream.MoveNext(enough.Token);
            return true;
        }
        catch (RpcException refused) when (refused.ToRefusal() is { } refusal)
        {
            return refusal.Reason is not (Reason.CertificateRequired or Reason.CertificateNotTrusted or Reason.CertificateRevoked or Reason.NameMismatch
                or Reason.AgencyUnknown or Reason.AgencySuspended or Reason.RevocationListStale);
        }
        catch (Exception e) when (e is RpcException or IOException or HttpRequestException)
        {
            // The handshake failed, unless the method itself found fault with the empty message.
            return e is RpcException { StatusCode: StatusCode.InvalidArgument };
        }
    }
}
