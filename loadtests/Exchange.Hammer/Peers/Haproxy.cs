namespace Exchange.Hammer.Peers;

/// <summary>HAProxy between two TLS legs, HTTP/2 on both, connections to the provider shared by all.</summary>
static class Haproxy
{
    public static Task<PeerProgram> Prepare(PeerPlace place, CancellationToken stop)
    {
        var (identity, crl) = (place.WriteIdentity(), place.WriteRevocationList());
        var config = place.Write("haproxy.cfg", $"""
            global
              maxconn 8192
              # Never what holds it back: every caller of a run fits on one connection.
              tune.h2.max-concurrent-streams 4096
              tune.h2.initial-window-size 1048576

            defaults
              mode http
              timeout connect 5s
              timeout client 1h
              timeout server 1h
              http-reuse always

            frontend requesters
              bind 127.0.0.1:{place.Port} proto h2 ssl crt {identity} ca-file {place.Files.Root} crl-file {crl} verify required ssl-min-ver TLSv1.3 alpn h2
              default_backend provider

            backend provider
              server provider 127.0.0.1:{place.ProviderPort} proto h2 ssl crt {identity} ca-file {place.Files.Root} crl-file {crl} verify required verifyhost localhost sni str(localhost) ssl-min-ver TLSv1.3 alpn h2

            """);
        return PeerProgram.Installed("haproxy", "-v", ["-db", "-f", config], stop);
    }
}
