using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace Exchange.Sandbox.Processes;

/// <summary>Ports of this machine that nobody listens on.</summary>
public static class Ports
{
    /// <summary>Below what Linux and others give to outgoing connections, so that none of those takes a port while its owner starts again.</summary>
    const int First = 20_000, Beyond = 32_000;

    static int drawn = RandomNumberGenerator.GetInt32(Beyond - First);

    /// <summary>In turn, from a place of this process's own: none is given twice before its owner had time to listen on it.</summary>
    public static int[] Free(int count)
    {
        var listeners = new List<TcpListener>();
        try
        {
            for (var tries = 0; listeners.Count < count; tries++)
            {
                var listener = new TcpListener(IPAddress.Loopback, First + (int)((uint)Interlocked.Increment(ref drawn) % (Beyond - First)));
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
