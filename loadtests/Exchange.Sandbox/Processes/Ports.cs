using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace Exchange.Sandbox.Processes;

/// <summary>Ports of this machine that nobody listens on.</summary>
public static class Ports
{
    /// <summary>Below what Linux and others give to outgoing connections, so that none of those takes a port while its owner starts again.</summary>
    const int First = 20_000, Beyond = 32_000;

    /// <summary>A process claims so many at a time, by listening on the first of them until it ends: no other that draws here takes one of the others before its owner listens on it.</summary>
    const int Claim = 100;

    static readonly Lock drawing = new();
    static readonly List<TcpListener> claims = [];
    static int next, end;

    /// <summary>None is given twice before its owner had time to listen on it.</summary>
    /// <exception cref="SocketException">Hardly a port is free.</exception>
    public static int[] Free(int count)
    {
        var ports = new List<int>();
        for (var tries = 0; ports.Count < count; tries++)
        {
            var port = Draw();
            if (IsFree(port))
                ports.Add(port);
            else if (tries > 100 * count)
                throw new SocketException((int)SocketError.AddressAlreadyInUse);
        }
        return [.. ports];
    }

    public static bool IsFree(int port)
    {
        if (Listen(port) is not { } listener)
            return false;
        listener.Dispose();
        return true;
    }

    static int Draw()
    {
        lock (drawing)
        {
            if (next == end)
            {
                var claim = Another();
                (next, end) = (claim + 1, claim + Claim);
            }
            return next++;
        }
    }

    /// <summary>The first port of a claim; of this process's first one again when others hold the rest.</summary>
    static int Another()
    {
        const int all = (Beyond - First) / Claim;
        var from = RandomNumberGenerator.GetInt32(all);
        for (var i = 0; i < all; i++)
        {
            var port = First + (from + i) % all * Claim;
            if (Listen(port) is not { } claim)
                continue;
            claims.Add(claim);
            return port;
        }
        return claims.Count > 0 ? ((IPEndPoint)claims[0].LocalEndpoint).Port : throw new SocketException((int)SocketError.AddressAlreadyInUse);
    }

    static TcpListener? Listen(int port)
    {
        var listener = new TcpListener(IPAddress.Loopback, port);
        try
        {
            listener.Start();
            return listener;
        }
        catch (SocketException)
        {
            listener.Dispose();
            return null;
        }
    }
}
