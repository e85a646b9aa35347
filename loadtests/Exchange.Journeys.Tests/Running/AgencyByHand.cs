using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Exchange.Hosting.Certificates;
using Exchange.Hosting.Errors;
using Exchange.Protocol.Identity;
using Exchange.Protocol.Lookups;
using Exchange.Protocol.Pseudonyms;
using Exchange.Protocol.Sessions;
using Exchange.Sandbox.Files;
using Exchange.V1;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;

namespace Exchange.Journeys.Tests.Running;

/// <summary>Somebody with an agency's certificate who speaks the protocol by hand, and need not keep to it.</summary>
public sealed class AgencyByHand : IDisposable
{
    readonly RunningExchange exchange;
    readonly X509Certificate2 certificate;
    readonly GrpcChannel channel;
    readonly BlindingPool pool = new(64);

    public AgencyByHand(RunningExchange exchange, string id)
    {
        this.exchange = exchange;
        Id = id;
        var folder = exchange.Folder.Agency(id).Folder;
        certificate = PemFiles.Read(Path.Combine(folder, "agency.pem"), Path.Combine(folder, "agency.key"));
        Signer = new AgencySigner(certificate);
        channel = Channel(exchange.Folder, certificate);
        Hub = new ConnectionService.ConnectionServiceClient(channel);
        Directory = new DirectoryService.DirectoryServiceClient(channel);
        Enrolment = new EnrolmentService.EnrolmentServiceClient(channel);
    }

    public string Id { get; }

    public AgencySigner Signer { get; }

    public ConnectionService.ConnectionServiceClient Hub { get; }

    public DirectoryService.DirectoryServiceClient Directory { get; }

    public EnrolmentService.EnrolmentServiceClient Enrolment { get; }

    /// <summary>To the hub, whose certificate is pinned, with whatever the client has.</summary>
    public static GrpcChannel Channel(ExchangeFolder folder, X509Certificate2? certificate) =>
        Channel(folder.Gateway, Path.Combine(folder.Folder, "hub", "hub.pem"), certificate);

    public static GrpcChannel Channel(Uri address, string server, X509Certificate2? certificate) => GrpcChannel.ForAddress(address, new GrpcChannelOptions
    {
        HttpHandler = new SocketsHttpHandler
        {
            SslOptions = new SslClientAuthenticationOptions
            {
                EnabledSslProtocols = SslProtocols.Tls13,
                LocalCertificateSelectionCallback = certificate is null ? null : (_, _, _, _, _) => certificate,
                RemoteCertificateValidationCallback = (_, presented, _, _) =>
                    presented is not null && presented.GetRawCertData().AsSpan().SequenceEqual(X509CertificateLoader.LoadCertificateFromFile(server).RawDataMemory.Span),
            },
        },
        DisposeHttpClient = true,
        MaxRetryAttempts = null,
        MaxReceiveMessageSize = 4 * 1024 * 1024,
    });

    /// <summary>Offers a session and has it confirmed.</summary>
    public async Task<RequesterSession> Open(string provider)
    {
        using var offered = await Offer(provider);
        var response = await Hub.OpenSessionAsync(new OpenSessionRequest { Offer = offered.Offer });
        Assert.True(offered.TryConfirm(response.Confirmation, out var session, out var reason), reason.ToString());
        return session;
    }

    public async Task<OfferedSession> Offer(string provider)
    {
        var bundle = (await Directory.GetBundleAsync(new GetBundleRequest { Agency = provider })).Bundle;
        var bundles = new Bundles(exchange.At<CertificateVerifier>(Id), TimeProvider.System);
        Assert.True(bundles.TryVerify(bundle, provider, out var verified, out var reason), reason.ToString());
        Assert.True(OfferedSession.TryMake(verified, Signer, 1, TimeProvider.System, out var offered, out reason), reason.ToString());
        return offered;
    }

    /// <summary>A COLD question about one of this agency's people.</summary>
    public AskedQuestion Cold(RequesterSession session, string person, string dataSet = RunningExchange.Income, string task = RunningExchange.Benefits, ulong epoch = 1, ByteString? query = null)
    {
        var (x, u) = Blinded(person);
        Assert.True(session.TrySealCold(new LookupTarget(task, dataSet, epoch), x, u, Question(dataSet, query), out var asked, out var reason), reason.ToString());
        return asked;
    }

    public static AskedQuestion Warm(RequesterSession session, ReadOnlySpan<byte> handle, string dataSet = RunningExchange.Income)
    {
        Assert.True(session.TrySealWarm(new LookupTarget(RunningExchange.Benefits, dataSet, 1), handle, Question(dataSet, null), out var asked, out var reason), reason.ToString());
        return asked;
    }

    /// <summary>X and u of one of this agency's people, blinded anew.</summary>
    public (byte[] X, byte[] U) Blinded(string person)
    {
        byte[] rho = new byte[32], u = new byte[32], x = new byte[32];
        pool.Take(rho, u);
        Assert.True(exchange.At<ClosingScalar>(Id).TryBlind(rho, exchange.Enrolled(Id, person).Stored, x));
        return (x, u);
    }

    /// <param name="within">The deadline; null names none.</param>
    public async Task<LookupResponse> Ask(SealedQuestion question, TimeSpan? within = null) =>
        await Hub.LookupAsync(new LookupRequest { Question = question }, deadline: (TimeProvider.System.GetUtcNow() + within)?.UtcDateTime);

    public async Task<OpenedAnswer> Answer(RequesterSession session, AskedQuestion asked)
    {
        var response = await Ask(asked.Message);
        Assert.True(session.TryOpen(asked, response.Answer, 512, out var opened, out var reason), reason.ToString());
        return opened;
    }

    /// <summary>Asks what must be refused.</summary>
    public async Task<Refusal> Refused(SealedQuestion question) => Refused(await Assert.ThrowsAsync<RpcException>(() => Ask(question)));

    public async Task<Refusal> Refused(SessionOffer offer) =>
        Refused(await Assert.ThrowsAsync<RpcException>(async () => await Hub.OpenSessionAsync(new OpenSessionRequest { Offer = offer })));

    public static Refusal Refused(RpcException exception) => exception.ToRefusal() ?? throw exception;

    /// <summary>The same question under another header; the ciphertext stays.</summary>
    public static SealedQuestion Under(SealedQuestion question, Action<Header> change)
    {
        var header = Header.Parser.ParseFrom(question.Header);
        change(header);
        return new SealedQuestion(question) { Header = header.ToByteString() };
    }

    public void Dispose()
    {
        channel.Dispose();
        Signer.Dispose();
        certificate.Dispose();
        pool.Dispose();
    }

    static Question Question(string dataSet, ByteString? query) => new() { Query = query ?? RunningExchange.Question(dataSet), Official = "official-1", CaseId = "case-1" };
}
