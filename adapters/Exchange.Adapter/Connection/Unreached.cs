using System.Net.Sockets;
using System.Security.Authentication;
using Grpc.Core;

namespace Exchange.Adapter.Connection;

/// <summary>Why a hub was not reached, in words for whoever runs the adapter.</summary>
static class Unreached
{
    /// <summary>Null when nothing is known beyond that it was not.</summary>
    public static string? Explain(Exception? why)
    {
        for (var e = why is RpcException { Status.DebugException: { } inner } ? inner : why; e is not null; e = e.InnerException)
            switch (e)
            {
                case HttpRequestException { HttpRequestError: HttpRequestError.ProxyTunnelError } proxy:
                    return $"the proxy refuses to open a way to the hub{(proxy.StatusCode is { } status ? $" ({(int)status})" : "")}; ask whoever runs it to permit CONNECT to the hub's address and port, and look at 'proxy' in adapter.yaml";
                case HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError }:
                    return "no address is known for the hub's name, or the proxy's; look at the name, and at this machine's name server";
                case AuthenticationException:
                    return "the hub's certificate is not trusted, or it does not trust ours; look at 'root' and 'certificate', at the clock, and whether something between opens TLS";
                case SocketException socket:
                    return $"there is no way to the hub or the proxy ({socket.SocketErrorCode}); look at the network, the address and the firewall";
                default:
                    break;
            }
        return null;
    }
}
