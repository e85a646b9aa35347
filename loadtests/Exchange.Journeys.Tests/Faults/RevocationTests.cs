using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Exchange.Adapter.Asking;
using Exchange.Adapter.Connection;
using Exchange.Hosting.Certificates;
using Exchange.Hosting.Errors;
using Exchange.Protocol.Sessions;
using Exchange.V1;
using Grpc.Core;

namespace Exchange.Journeys.Tests.Faults;

/// <summary>What a certificate was good for when it was revoked: sessions on either side, and connections to a hub.</summary>
public sealed class RevocationTests(Enrolled enrolled)
{
    [Fact]
    public async Task The_sessions_of_a_revoked_agency_end_at_its_providers_and_at_those_who_ask_it_and_others_go_on()
    {
        await using var scene = await Scene.Start(enrolled);
        var (town, other) = (scene.Resident(Scene.Chiyoda, 0), scene.Resident(Scene.Osaka, 0));
        await scene.Acquainted(town);
        await scene.Acquainted(other);
        for (var i = 0; i < 2; i++)
            Assert.Null((await scene.AskOtherTown(town)).Refusal);
        Assert.Equal(4, scene.Of<ProviderSessions>(Scene.Tax).Count);
        Assert.Equal(4, scene.Of<OpenSessions>(Scene.Chiyoda).Open);

        using var ca = Revoke(scene, Path.Combine(scene.Folder.Agency(Scene.Osaka).Folder, "agency.pem"));
        await scene.Of<RevocationWatch>(Scene.Tax).LookAround(default);
        await scene.Of<RevocationWatch>(Scene.Chiyoda).LookAround(default);

        Assert.Equal(2, scene.Of<ProviderSessions>(Scene.Tax).Count);
        Assert.Equal(2, scene.Of<OpenSessions>(Scene.Chiyoda).Open);
        Assert.Empty((await scene.Answered(town)).RepeatedBecause);
        Assert.Equal(Reason.ProviderUnavailable, (await scene.AskOtherTown(town)).Refusal?.Reason);
    }

    [Fact]
    public async Task An_adapter_leaves_a_hub_whose_certificate_is_revoked_by_itself_and_comes_back_to_one_with_a_good_one()
    {
        await using var scene = await Scene.Start(enrolled);
        var who = scene.Resident(Scene.Chiyoda, 1);
        await scene.Acquainted(who);
        var connections = scene.Of<HubConnections>(Scene.Chiyoda);

        using var ca = Revoke(scene, Path.Combine(scene.Folder.Folder, "hub", "hub.pem"));

        // In a round of its own; and then no call gets past the handshake any more.
        await Scene.Until(() => connections.Open == 0, "the hub left");
        var refused = await Assert.ThrowsAsync<RpcException>(() => scene.Of<HubDirectory>(Scene.Chiyoda).Grants(default));
        Assert.Null(refused.ToRefusal());
        Assert.Contains(nameof(AuthenticationException), refused.ToString(), StringComparison.Ordinal);
        Assert.Equal(Reason.HubUnavailable, (await scene.Ask(who)).Refusal?.Reason);

        await scene.Exchange.StopHub();
        using var renewed = ca.IssueHub("hub-1");
        PemFiles.Write(renewed, Path.Combine(scene.Folder.Folder, "hub", "hub.pem"), Path.Combine(scene.Folder.Folder, "hub", "hub.key"));
        await scene.Exchange.StartHub();
        await Scene.Until(() => connections.Open > 0 && scene.Of<HubConnections>(Scene.Tax).Open > 0, "the hub found again");
        await scene.Answered(who);
    }

    /// <summary>In the list, and in force at the hub.</summary>
    static ThrowawayAuthority Revoke(Scene scene, string certificate)
    {
        var ca = ThrowawayAuthority.LoadOrCreate(Path.Combine(scene.Folder.Folder, "ca"), TimeProvider.System);
        using var revoked = X509CertificateLoader.LoadCertificateFromFile(certificate);
        ca.Revoke(revoked);
        File.WriteAllBytes(scene.Folder.RevocationList, ca.SignRevocationList());
        scene.Hub<Gateway.Identity.RevocationWatch>().LookAround();
        return ca;
    }
}
