using System.Net;
using System.Net.Sockets;

namespace Exchange.Gateway.Tests.Limits;

/// <summary>A wire to a server that can be held, so that nothing comes through and nothing is closed, and let go.</summary>
sealed class Wire : IAsyncDisposable
{
    readonly TcpListener listener = new(IPAddress.Loopback, 0);
    readonly CancellationTokenSource stop = new();
    readonly string host;
    readonly int port;
    readonly Task accepting;
    volatile TaskCompletionSource open = new();

    public Wire(string target)
    {
        var colon = target.LastIndexOf(':');
        (host, port) = (target[..colon], int.Parse(target[(colon + 1)..], null));
        open.SetResult();
        listener.Start();
        accepting = Accept();
    }

    public string Address => listener.LocalEndpoint.ToString()!;

    public void Hold() => open = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    public void LetGo() => open.TrySetResult();

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        LetGo();
        listener.Stop();
        await accepting;
        stop.Dispose();
    }

    async Task Accept()
    {
        List<Task> carried = [];
        try
        {
            while (true)
                carried.Add(Carry(await listener.AcceptTcpClientAsync(stop.Token)));
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException)
        {
        }
        await Task.WhenAll(carried);
    }

    async Task Carry(TcpClient near)
    {
        using (near)
        using (var far = new TcpClient())
        {
            try
            {
                await far.ConnectAsync(host, port, stop.Token);
                await Task.WhenAny(Copy(near.GetStream(), far.GetStream()), Copy(far.GetStream(), near.GetStream()));
            }
            catch (Exception e) when (e is OperationCanceledException or SocketException)
            {
            }
        }
    }

    async Task Copy(NetworkStream from, NetworkStream to)
    {
        var buffer = new byte[4096];
        try
        {
            while (await from.ReadAsync(buffer, stop.Token) is var count and > 0)
            {
                await open.Task;
                await to.WriteAsync(buffer.AsMemory(0, count), stop.Token);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or ObjectDisposedException)
        {
        }
    }
}
