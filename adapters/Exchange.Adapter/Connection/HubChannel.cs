using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Exchange.Protocol.Identity;
using Exchange.V1;
using Grpc.Net.Client;

namespace Exchange.Adapter.Connection;

/// <summary>One HTTP/2 connection to one hub replica, with the clients that use it.</summary>
[SuppressMessage("Design", "CA1001", Justification = "The token source has no timer and outlives the channel.")]
public sealed class HubChannel(string address, GrpcChannel channel, ConcurrentDictionary<string, VerifiedCertificate> shown)
{
    // Never disposed: it has no timer, and whoever still uses the channel may ask for it at any time.
    readonly CancellationTokenSource over = new();

    public string Address { get; } = address;

    public GrpcChannel Channel { get; } = channel;

    public ConnectionService.ConnectionServiceClient Connections { get; } = new(channel);

    public DirectoryService.DirectoryServiceClient Directory { get; } = new(channel);

    public MailService.MailServiceClient Mail { get; } = new(channel);

    /// <summary>Cancelled when the hub at the other end is no longer trusted.</summary>
    public CancellationToken GivenUp => over.Token;

    /// <summary>Of every certificate that the hub has shown here: an older TLS connection may still carry a stream.</summary>
    internal bool IsStillGood(CertificateVerifier certificates) => shown.Values.All(certificates.IsStillGood);

    internal void GiveUp() => over.Cancel();

    /// <summary>Closes the HTTP/2 connection; calls under way are cut.</summary>
    internal void Dispose() => Channel.Dispose();
}
