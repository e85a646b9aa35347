using System.Net;
using System.Net.Sockets;
using Exchange.Hosting.Configuration;

namespace Exchange.Hosting.Services;

/// <summary>Where a program is about to listen. Asked before its servers start, because those tell of a place that is taken with all their stacks.</summary>
public static class ListenPlaces
{
    /// <param name="config">The file that names them.</param>
    /// <param name="places">Each with the key to change; null for one that is not wanted. Port 0 is never taken.</param>
    /// <exception cref="ConfigurationException">With every place that cannot be listened on.</exception>
    public static void RefuseTaken(string config, params ReadOnlySpan<(string Key, IPEndPoint? Place)> places)
    {
        var problems = new Problems();
        foreach (var (key, place) in places)
            if (place is not null && WhyNot(place) is { } why)
                problems.Add(config, 0, 0, $"'{key}' is {place}: {why}");
        problems.ThrowIfAny();
    }

    static string? WhyNot(IPEndPoint place)
    {
        try
        {
            using var socket = new Socket(place.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(place);
            socket.Listen();
            return null;
        }
        catch (SocketException e)
        {
            return e.SocketErrorCode switch
            {
                SocketError.AddressAlreadyInUse => "another program listens there; stop that, or write another port",
                SocketError.AddressNotAvailable => "this machine has no such address; write one that it has",
                SocketError.AccessDenied => "this account may not listen there; write a port above 1023",
                _ => e.Message,
            };
        }
    }
}
