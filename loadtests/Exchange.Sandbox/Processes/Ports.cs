using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace Exchange.Sandbox.Processes;

/// <summary>Ports of this machine that nobody listens on.</summary>
public static class Ports
{
    /// <summary>Below what Linux and others give to outgoing connections, so that none of those takes a port while its owner starts again.</summary>
    const int First = 20_000, Beyond = 32_000;

    /// <summary>All at once, so that none is given twice.</summary>
    public static int[] Free(int count)
    {
        var listeners = new List<TcpListener>();
        try
        {
            for (var tries = 0; listeners.Count < count; tries++)
            {
                var listener = new TcpListener(IPAddress.Loopback, RandomNumberGenerator.GetInt32(First, Beyond));
                try
                {
                    listener.Start();
                    listeners.Add(listener);
                }
                catch (SocketException) when (tries < 100 * count)
                {
                    listener.Dispose();
                }
            }
            return [.. listeners.Select(listener => ((IPEndPoint)listener.LocalEndpoint).Port)];
        }
        finally
        {
            foreach (var listener in listeners)
                listener.Stop();
        }
    }

    public static bool IsFree(int port)
    {
        using var listener = new TcpListener(IPAddress.Loopback, port);
        try
        {
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
