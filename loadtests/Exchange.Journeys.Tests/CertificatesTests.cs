using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Exchange.Gateway.Identity;
using Exchange.Hosting.Certificates;
using Exchange.Hosting.Errors;
using Exchange.Journeys.Tests.Running;
using Exchange.Protocol.Identity;
using Exchange.V1;
using Grpc.Core;

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
        // The TLS connection is still there, and no call on it gets further.
        var next = await Assert.ThrowsAsync<RpcException>(async () => await new DirectoryService.DirectoryServiceClient(channel).GetGrantsAsync(new GetGrantsRequest()));
        Assert.Equal(Reason.CertificateRevoked, next.ToRefusal()?.Reason);
        Assert.Null((await exchange.Ask(Osaka, exchange.OsakaResident().TownKey)).Refusal);
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
        using var client = new TcpClient();
        await client.ConnectAsync("localhost", exchange.Folder.Gateway.Port);
        await using var tls = new SslStream(client.GetStream());
        var handshake = tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
        {
            TargetHost = "localhost",
            EnabledSslProtocols = protocol,
            ApplicationProtocols = [SslApplicationProtocol.Http2],
            LocalCertificateSelectionCallback = (_, _, _, _, _) => certificate,
            CertificateChainPolicy = PinnedRoots.Policy(ca.Root),
        });

        if (protocol == SslProtocols.Tls13)
            await handshake;
        else
            Assert.True(await Record.ExceptionAsync(() => handshake) is AuthenticationException or IOException);
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
