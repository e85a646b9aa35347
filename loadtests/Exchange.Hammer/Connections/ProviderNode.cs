using System.Security.Cryptography.X509Certificates;
using Exchange.Adapter.Connection;
using Exchange.Hosting.Connections;
using Exchange.Protocol.Identity;
using Exchange.Protocol.Refusals;
using Exchange.Protocol.Sessions;
using Exchange.V1;

namespace Exchange.Hammer.Connections;

/// <summary>A node of an agency: its certificate, its key for sessions, and its channels to the hub.</summary>
sealed class ProviderNode : IDisposable
{
    readonly X509Certificate2 certificate;
    readonly AgencySigner signer;
    readonly HubChannels channels;

    /// <param name="certificate">Of the agency; the node disposes of it.</param>
    /// <param name="verifier">Stays the caller's.</param>
    public ProviderNode(X509Certificate2 certificate, CertificateVerifier verifier, Uri hub, int connections)
    {
        this.certificate = certificate;
        signer = new AgencySigner(certificate);
        Keys = new NodeKeys(signer, TimeProvider.System);
        channels = new HubChannels([hub], connections, certificate, verifier, TimeProvider.System);
    }

    public NodeKeys Keys { get; }

    public IReadOnlyList<HubChannel> Channels => channels.All;

    /// <summary>Confirms a session that is offered, or says why not.</summary>
    public static void Confirm(ProviderSessions sessions, OfferItem item, Incoming incoming)
    {
        if (sessions.TryAccept(item.Offer, out var confirmation, out var reason))
            incoming.Confirm(confirmation);
        else
            incoming.Refuse(Reasons.Refuse(reason));
    }

    public void Dispose()
    {
        channels.Dispose();
        Keys.Dispose();
        signer.Dispose();
        certificate.Dispose();
    }
}
