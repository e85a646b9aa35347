using System.Net;
using System.Net.Sockets;

namespace Exchange.Adapter.Tests.Caching;

/// <summary>Stands between a cache and Redis, and can hold back every answer or cut every connection.</summary>
sealed class RedisProxy : IAsyncDisposable
{
    readonly DnsEndPoint? target;
    readonly CancellationTokenSource stop = new();
    readonly List<Socket> open = [];
    readonly Lock gate = new();
    TaskCompletionSource flowing = Flowing();
    Socket? listener;

    /// <param name="target">host:port; null: connections are taken and never answered.</param>
    public RedisProxy(string? target)
    {
        if (target?.Split(':') is [var host, var port])
            this.target = new DnsEndPoint(host, int.Parse(port, null));
        Listen(0);
    }

    public int Port { get; private set; }

    public string Address => $"127.0.0.1:{Port}";

    public void Stall() => flowing = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Flow() => flowing.TrySetResult();

    public void Cut()
    {
        lock (gate)
        {
            listener?.Dispose();
            foreach (var socket in open)
                socket.Dispose();
            open.Clear();
        }
    }

    public void Restore() => Listen(Port);

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        Cut();
        stop.Dispose();
    }

    void Listen(int port)
    {
        listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, port));
        listener.Listen();
        Port = ((IPEndPoint)listener.LocalEndPoint!).Port;
        _ = Accept(listener);
    }

    async Task Accept(Socket from)
    {
        try
        {
            while (true)
            {
                var client = Keep(await from.AcceptAsync(stop.Token));
                if (target is null)
                    continue;
                var server = Keep(new Socket(SocketType.Stream, ProtocolType.Tcp));
                await server.ConnectAsync(target, stop.Token);
                _ = Pump(client, server, false);
                _ = Pump(server, client, true);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or OperationCanceledException)
        {
        }
    }

    async Task Pump(Socket from, Socket to, bool answers)
    {
        var buffer = new byte[65536];
        try
        {
            for (int read; (read = await from.ReceiveAsync(buffer, stop.Token)) > 0;)
            {
                if (answers)
                    await flowing.Task.WaitAsync(stop.Token);
                await to.SendAsync(buffer.AsMemory(0, read), stop.Token);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or OperationCanceledException)
        {
        }
        to.Dispose();
    }

    Socket Keep(Socket socket)
    {
        lock (gate)
            open.Add(socket);
        return socket;
    }

    static TaskCompletionSource Flowing()
    {
        var source = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        source.SetResult();
        return source;
    }
}
