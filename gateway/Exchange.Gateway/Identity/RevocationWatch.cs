using Exchange.Gateway.Connections;
using Exchange.Gateway.Routing;
using Exchange.Gateway.Telemetry;
using Exchange.Protocol.Identity;
using Exchange.Protocol.Refusals;

namespace Exchange.Gateway.Identity;

/// <summary>
/// Keeps the revocation list current from its file and cuts connections whose certificate is revoked, no longer in
/// force, or whose agency is suspended: within one round, 5 s. The TLS connection of a certificate that is no longer good ends a round later.
/// </summary>
public sealed class RevocationWatch(
    GatewayOptions options, CertificateVerifier certificates, CallerCheck callers, NodeTable nodes, TlsConnections connections, ILogger<RevocationWatch> log,
    TimeProvider time) : BackgroundService
{
    static readonly TimeSpan round = TimeSpan.FromSeconds(5);

    byte[] current = [];

    /// <summary>After another list came into force.</summary>
    public event Action<RevocationList>? Changed;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(round, time);
        while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false))
        {
            try
            {
                LookAround();
            }
            catch (Exception unforeseen)
            {
                log.RoundFailed(unforeseen);
            }
        }
    }

    /// <summary>One round: the list, then every connection.</summary>
    public void LookAround()
    {
        ReadList();
        foreach (var connection in nodes.All)
        {
            var why = certificates.TryVerify(connection.Certificate, CertificateUse.Client, out _, out var reason)
                ? callers.Standing(connection.Agency)
                : Reasons.Refuse(reason);
            if (why is null)
                continue;
            log.ConnectionCut(connection.Agency, connection.Node, Reasons.Name(why.Reason));
            connection.Cut(why);
        }
        connections.EndUntrusted();
    }

    /// <summary>Reads the file again when it has changed; a list that is refused leaves the one before in force.</summary>
    public void ReadList()
    {
        try
        {
            var bytes = File.ReadAllBytes(options.Crl);
            if (bytes.AsSpan().SequenceEqual(current))
                return;
            if (certificates.Replace(bytes) is { } why)
                log.RevocationListRefused(options.Crl, why.Message);
            else
                Tell();
            current = bytes;
        }
        catch (Exception e)
        {
            // Whatever the file holds or the disk does, the connections are judged by the list in force.
            log.RevocationListRefused(options.Crl, e.Message);
        }
    }

    void Tell()
    {
        log.RevocationListRead(options.Crl);
        Changed?.Invoke(certificates.RevocationList!);
    }
}
