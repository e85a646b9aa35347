using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Exchange.Gateway.Connections;
using Exchange.Gateway.Identity;
using Exchange.Hosting.Certificates;
using Exchange.Hosting.Errors;
using Exchange.Journeys.Tests.Running;
using Exchange.Protocol.Identity;
using Exchange.V1;
using Grpc.Core;
using ConnectionService = Exchange.V1.ConnectionService;

namespace Exchange.Journeys.Tests;

/// <summary>Who is let in by the hub's door, and who is shown out again.</summary>
public sealed class CertificatesTests(CertificatesTests.Own own) : IClassFixture<CertificatesTests.Own>, IDisposable
{
    public sealed class Own : OwnExchange;

    const string Chiyoda = RunningExchange.Chiyoda, Osaka = RunningExchange.Osaka, Tax = RunningExchange.Tax;

    readonly RunningExchange exchange = own.Exchange;
    // The exchange's own CA, which issues whatever a test wants.
    readonly ThrowawayAuthority ca = ThrowawayAuthority.LoadOrCreate(Path.Combine(own.Exchange.Folder.Folder, "ca"), TimeProvider.System);

    public void Dispose() => ca.Dispose();

    [Fact]
    public async Task Without_a_client_certificate_nobody_gets_past_the_handshake() => await ShutOut(null);

    [Fact]
    public async Task A_good_certificate_of_the_exchanges_own_CA_is_let_in()
    {
        using var certificate = ca.IssueAgency(Chiyoda);

        await Call(certificate);
    }

    [Fact]
    public async Task A_certificate_of_another_root_is_shut_out()
    {
        using var stranger = ThrowawayAuthority.Create(TimeProvider.System);
        using var certificate = stranger.IssueAgency(Chiyoda);

        await ShutOut(certificate);
    }

    [Fact]
    public async Task A_certificate_of_another_root_with_the_same_name_is_shut_out()
    {
        using var stranger = ThrowawayAuthority.Create(TimeProvider.System, ca.Root.GetNameInfo(X509NameType.SimpleName, false));
        using var certificate = stranger.IssueAgency(Chiyoda);

        await ShutOut(certificate);
    }

    [Fact]
    public async Task An_expired_certificate_is_shut_out()
    {
        using var certificate = ca.Issue(CertificateName.Agency(Chiyoda), TimeSpan.FromMinutes(-1));

        await ShutOut(certificate);
    }

    [Fact]
    public async Task The_certificates_of_the_hub_and_of_the_authority_speak_for_no_agency()
    {
        foreach (var name in new[] { CertificateName.Hub("hub-1"), CertificateName.Authority })
        {
            using var certificate = ca.Issue(name);
            await ShutOut(certificate);
        }
    }

    [Fact]
    public async Task A_certificate_for_an_agency_that_the_directory_does_not_know_is_told_so()
    {
        using var certificate = ca.IssueAgency("jp.mun.999999");

        Assert.Equal(Reason.AgencyUnknown, (await Assert.ThrowsAsync<RpcException>(() => Call(certificate))).ToRefusal()?.Reason);
    }

    [Fact]
    public async Task A_revoked_certificate_is_shut_out()
    {
        using var certificate = ca.IssueAgency(Chiyoda);
        await Call(certificate);

        Revoke(certificate);

        await ShutOut(certificate);
    }

    [Fact]
    public async Task A_connection_whose_certificate_is_revoked_is_cut_with_the_reason_and_the_agencys_others_stay()
    {
        using var certificate = ca.IssueAgency(Osaka);
        using var channel = AgencyByHand.Channel(exchange.Folder, certificate);
        using var call = new ConnectionService.ConnectionServiceClient(channel).Connect();
        await call.RequestStream.WriteAsync(new Frame { Hello = new Hello { ProtocolVersion = 1, Node = "revoked", Software = "by hand" } });
        Assert.True(await call.ResponseStream.MoveNext());

        Revoke(certificate);

        var cut = await Assert.ThrowsAsync<RpcException>(async () =>
        {
            while (await call.ResponseStream.MoveNext())
            {
            }
        });
        Assert.Equal(Reason.CertificateRevoked, cut.ToRefusal()?.Reason);
        // The TLS connection is still there for a moment; no call on it gets further, or a new one past the handshake.
        var next = await Assert.ThrowsAsync<RpcException>(async () => await new DirectoryService.DirectoryServiceClient(channel).GetGrantsAsync(new GetGrantsRequest()));
        Assert.True(next.ToRefusal() is null or { Reason: Reason.CertificateRevoked }, next.ToString());
        Assert.Null((await exchange.Ask(Osaka, exchange.OsakaResident().TownKey)).Refusal);
    }

    [Fact]
    public async Task The_TLS_connection_of_a_revoked_certificate_is_ended_whatever_it_carries()
    {
        using var certificate = ca.IssueAgency(Osaka);
        using var other = ca.IssueAgency(Osaka);
        await using var idle = await Open(certificate);
        await using var stays = await Open(other);
        Assert.True(await IsSpokenTo(idle));
        Assert.True(await IsSpokenTo(stays));

        Revoke(certificate);

        await Ended(idle);
        await AnswersPing(stays);
    }

    [Fact]
    public async Task One_agency_has_so_many_TLS_connections_and_others_are_let_in_all_the_same()
    {
        using var certificate = ca.IssueAgency(Osaka);
        var opened = new List<SslStream>();
        var spokenTo = 0;
        for (var i = 0; i < TlsConnections.MaximumPerAgency + 5; i++)
        {
            opened.Add(await Open(certificate));
            if (await IsSpokenTo(opened[^1]))
                spokenTo++;
        }

        // Its own adapter is connected too.
        Assert.InRange(spokenTo, TlsConnections.MaximumPerAgency - 8, TlsConnections.MaximumPerAgency - 1);
        using (var elsewhere = ca.IssueAgency(Chiyoda))
            await Call(elsewhere);
        foreach (var one in opened)
            await one.DisposeAsync();
        await RunningExchange.Until(async () => await Record.ExceptionAsync(() => Call(certificate)) is null);
    }

    [Fact]
    public async Task A_question_under_way_when_its_askers_certificate_is_revoked_brings_no_answer()
    {
        using var certificate = ca.IssueAgency(Chiyoda);
        using var channel = AgencyByHand.Channel(exchange.Folder, certificate);
        using var provider = new AgencyByHand(exchange, Tax);
        await using var slow = await NodeByHand.Connect(provider, "slow");
        using var call = new ConnectionService.ConnectionServiceClient(channel).Connect();
        await call.RequestStream.WriteAsync(new Frame { Hello = new Hello { ProtocolVersion = 1, Node = "revoked", Software = "by hand" }, Window = 16 });
        await call.RequestStream.WriteAsync(new Frame { Questions = { new QuestionItem { Id = 1, Question = ByHand.Warm(Chiyoda, Tax, slow.Node, 1, RunningExchange.Income) } } });
        var question = await slow.Question();

        Revoke(certificate);
        await slow.Send(new Frame { Answers = { new AnswerItem { Id = question.Id, Answer = NodeByHand.Answer() } } });

        await Assert.ThrowsAsync<RpcException>(async () =>
        {
            while (await call.ResponseStream.MoveNext())
                Assert.Empty(call.ResponseStream.Current.Answers);
        });
    }

    [Theory]
    [InlineData(SslProtocols.Tls12)]
    [InlineData(SslProtocols.Tls13)]
    public async Task Only_the_newest_TLS_is_spoken(SslProtocols protocol)
    {
        using var certificate = ca.IssueAgency(Chiyoda);
        var handshake = Open(certificate, protocol);

        if (protocol == SslProtocols.Tls13)
            await (await handshake).DisposeAsync();
        else
            Assert.True(await Record.ExceptionAsync(() => handshake) is AuthenticationException or IOException);
    }

    /// <summary>A TLS connection that carries nothing.</summary>
    async Task<SslStream> Open(X509Certificate2 certificate, SslProtocols protocol = SslProtocols.Tls13)
    {
        var client = new TcpClient();
        await client.ConnectAsync("localhost", exchange.Folder.Gateway.Port);
        var tls = new SslStream(client.GetStream());
        await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
        {
            TargetHost = "localhost",
            EnabledSslProtocols = protocol,
            ApplicationProtocols = [SslApplicationProtocol.Http2],
            LocalCertificateSelectionCallback = (_, _, _, _, _) => certificate,
            CertificateChainPolicy = PinnedRoots.Policy(ca.Root),
        });
        return tls;
    }

    /// <summary>Says hello as HTTP/2 does. False when the hub hangs up instead of answering.</summary>
    static async Task<bool> IsSpokenTo(SslStream tls)
    {
        try
        {
            await tls.WriteAsync("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\u0004\0\0\0\0\0"u8.ToArray());
            return await tls.ReadAsync(new byte[1024]) > 0;
        }
        catch (IOException)
        {
            return false;
        }
    }

    static async Task AnswersPing(SslStream tls)
    {
        await tls.WriteAsync("\0\0\u0008\u0006\0\0\0\0\0exchange"u8.ToArray());
        using var enough = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var (read, buffer) = (0, new byte[4096]);
        while (!buffer.AsSpan(0, read).EndsWith("exchange"u8))
        {
            var more = await tls.ReadAsync(buffer.AsMemory(read), enough.Token);
            Assert.NotEqual(0, more);
            read += more;
        }
    }

    /// <summary>Reads until the hub hangs up.</summary>
    static async Task Ended(SslStream tls)
    {
        using var enough = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        try
        {
            while (await tls.ReadAsync(new byte[1024], enough.Token) > 0)
            {
            }
        }
        catch (IOException)
        {
        }
    }

    async Task Call(X509Certificate2? certificate)
    {
        using var channel = AgencyByHand.Channel(exchange.Folder, certificate);
        await new DirectoryService.DirectoryServiceClient(channel).GetGrantsAsync(new GetGrantsRequest());
    }

    /// <summary>No call reaches a service: the connection itself fails.</summary>
    async Task ShutOut(X509Certificate2? certificate)
    {
        var failed = await Assert.ThrowsAsync<RpcException>(() => Call(certificate));
        Assert.Null(failed.ToRefusal());
        Assert.True(failed.StatusCode is StatusCode.Unavailable or StatusCode.Internal, failed.ToString());
    }

    void Revoke(X509Certificate2 certificate)
    {
        ca.Revoke(certificate);
        File.WriteAllBytes(exchange.Folder.RevocationList, ca.SignRevocationList());
        exchange.Hub<RevocationWatch>().LookAround();
    }
}
