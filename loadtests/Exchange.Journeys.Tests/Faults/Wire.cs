using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Exchange.Journeys.Tests.Faults;

/// <summary>A line between an adapter and the hub (or Redis) that holds back, slows, or cuts what travels on it, either way.</summary>
sealed class Wire : IAsyncDisposable
{
    readonly IPEndPoint target;
    readonly Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    readonly ConcurrentDictionary<WireConnection, bool> connections = new();
    readonly CancellationTokenSource stop = new();
    volatile bool down;

    public Wire(int port, string host = "127.0.0.1")
    {
        target = new IPEndPoint(host == "localhost" ? IPAddress.Loopback : IPAddress.Parse(host), port);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        Port = ((IPEndPoint)listener.LocalEndPoint!).Port;
        _ = Accept();
    }

    public int Port { get; }

    public Uri Address => new($"https://127.0.0.1:{Port}");

    /// <summary>Added to every piece that passes on connections made from now on.</summary>
    public TimeSpan Delay { get; set; }

    public IReadOnlyCollection<WireConnection> Connections => [.. connections.Keys];

    /// <summary>On the connections there are; later ones flow.</summary>
    public void HoldToHub() => Each(one => one.ToHub.Hold());

    public void HoldToAdapter() => Each(one => one.ToAdapter.Hold());

    public void Flow() => Each(one =>
    {
        one.ToHub.Flow();
        one.ToAdapter.Flow();
    });

    /// <summary>All at once: nothing that one of them lost goes to the hub by another that is about to be cut.</summary>
    public void Cut()
    {
        HoldToHub();
        Each(one => one.Cut());
    }

    /// <summary>Cut, and every new connection at once again, until <see cref="Up"/>.</summary>
    public void Down()
    {
        down = true;
        Cut();
    }

    public void Up() => down = false;

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        listener.Dispose();
        Cut();
        stop.Dispose();
    }

    void Each(Action<WireConnection> what)
    {
        foreach (var connection in Connections)
            what(connection);
    }

    async Task Accept()
    {
        try
        {
            while (true)
            {
                var adapter = await listener.AcceptAsync(stop.Token);
                if (down)
                    Reset(adapter);
                else
                    _ = Join(adapter);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or OperationCanceledException)
        {
        }
    }

    async Task Join(Socket adapter)
    {
        var hub = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await hub.ConnectAsync(target, stop.Token);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            Reset(adapter);
            hub.Dispose();
            return;
        }
        var connection = new WireConnection(adapter, hub, Delay);
        connections[connection] = true;
        if (down)
            connection.Cut();
        await connection.Run();
        connections.TryRemove(connection, out _);
    }

    internal static void Reset(Socket socket)
    {
        try
        {
            socket.LingerState = new LingerOption(true, 0);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
        }
        socket.Dispose();
    }
}
