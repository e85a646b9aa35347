namespace Exchange.Hammer.Peers;

/// <summary>nginx with <c>grpc_pass</c>: TLS on both legs, connections to the provider kept.</summary>
static class Nginx
{
    public static Task<PeerProgram> Prepare(PeerPlace place, CancellationToken stop)
    {
        var crl = place.WriteRevocationList();
        var (certificate, key, root) = (place.Files.Certificate, place.Files.Key, place.Files.Root);
        var config = place.Write("nginx.conf", $$"""
            daemon off;
            pid {{place.Folder}}/nginx.pid;
            worker_processes auto;
            worker_rlimit_nofile 65536;

            events { worker_connections 8192; }

            http {
              access_log off;
              client_body_temp_path {{place.Folder}}/body;
              proxy_temp_path {{place.Folder}}/proxy;
              fastcgi_temp_path {{place.Folder}}/fastcgi;
              uwsgi_temp_path {{place.Folder}}/uwsgi;
              scgi_temp_path {{place.Folder}}/scgi;
              # Its default of a thousand requests a connection would have every caller dial anew all the time.
              keepalive_requests 1000000000;
              http2_max_concurrent_streams 4096;

              # It sends one request at a time over a connection of its own.
              upstream provider {
                server 127.0.0.1:{{place.ProviderPort}};
                keepalive 1024;
                keepalive_requests 1000000000;
                keepalive_time 24h;
                keepalive_timeout 1h;
              }

              server {
                listen 127.0.0.1:{{place.Port}} ssl http2;
                ssl_protocols TLSv1.3;
                ssl_certificate {{certificate}};
                ssl_certificate_key {{key}};
                ssl_client_certificate {{root}};
                ssl_crl {{crl}};
                ssl_verify_client on;

                location / {
                  grpc_pass grpcs://provider;
                  grpc_ssl_protocols TLSv1.3;
                  grpc_ssl_certificate {{certificate}};
                  grpc_ssl_certificate_key {{key}};
                  grpc_ssl_trusted_certificate {{root}};
                  grpc_ssl_crl {{crl}};
                  grpc_ssl_verify on;
                  grpc_ssl_server_name on;
                  grpc_ssl_name localhost;
                }
              }
            }

            """);
        return PeerProgram.Installed("nginx", "-v", ["-p", place.Folder, "-e", "stderr", "-c", config], stop);
    }
}
