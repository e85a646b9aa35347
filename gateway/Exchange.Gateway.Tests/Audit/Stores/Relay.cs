using System.Net;
using System.Net.Sockets;

namespace Exchange.Gateway.Tests.Audit.Stores;

/// <summary>A line to a server that can be cut at a chosen point.</summary>
sealed class Relay : IAsyncDisposable
{
    readonly TcpListener listener = new(IPAddress.Loopback, 0);
    readonly EndPoint server;
    readonly CancellationTokenSource stopping = new();
    readonly Task accepting;
    volatile RelayMode mode;

    public Relay(string host, int port)
    {
        server = IPAddress.TryParse(host, out var address) ? new IPEndPoint(address, port) : new DnsEndPoint(host, port);
        listener.Start();
        Port = ((IPEndPoint)listener.LocalEndpoint).Port;
        accepting = Accept();
    }

    public int Port { get; }

    public RelayMode Mode
    {
        get => mode;
        set => mode = value;
    }

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        listener.Stop();
        await accepting;
        stopping.Dispose();
    }

    async Task Accept()
    {
        var lines = new List<Task>();
        try
        {
            while (true)
                lines.Add(Serve(await listener.AcceptTcpClientAsync(stopping.Token)));
        }
        catch (OperationCanceledException)
        {
        }
        await Task.WhenAll(lines);
    }

    async Task Serve(TcpClient client)
    {
        using var near = client;
        using var far = new TcpClient();
        using var over = CancellationTokenSource.CreateLinkedTokenSource(stopping.Token);
        try
        {
            await far.Client.ConnectAsync(server, over.Token);
            await Task.WhenAny(Pump(near, far, RelayMode.CutQuestions, over.Token), Pump(far, near, RelayMode.CutAnswers, over.Token));
        }
        catch (Exception e) when (e is SocketException or IOException or OperationCanceledException)
        {
        }
        await over.CancelAsync();
    }

    async Task Pump(TcpClient from, TcpClient to, RelayMode cut, CancellationToken stop)
    {
        var bytes = new byte[64 * 1024];
        try
        {
            while (await from.GetStream().ReadAsync(bytes, stop) is > 0 and var length)
            {
                if (mode == cut)
                    return;
                if (mode == RelayMode.Hang)
                    await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stop);
                await to.GetStream().WriteAsync(bytes.AsMemory(0, length), stop);
            }
        }
        catch (Exception e) when (e is SocketException or IOException or OperationCanceledException or ObjectDisposedException)
        {
        }
    }
}

enum RelayMode
{
    Pass,

    /// <summary>The next question ends the line and does not arrive.</summary>
    CutQuestions,

    /// <summary>Questions arrive; the next answer ends the line and is lost.</summary>
    CutAnswers,

    /// <summary>Nothing arrives any more, and nobody says so.</summary>
    Hang,
}
