using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Exchange.Journeys.Tests.Joining;

/// <summary>An HTTP proxy as towns have it: it opens tunnels (CONNECT), to whoever shows the right name and password where it wants them.</summary>
sealed class ConnectProxy : IAsyncDisposable
{
    readonly TcpListener listener = new(IPAddress.Loopback, 0);
    readonly CancellationTokenSource stop = new();
    readonly Task accepting;

    public ConnectProxy()
    {
        listener.Start();
        accepting = Accept();
    }

    public Uri Address => new($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}");

    /// <summary><c>user:password</c>; null: everybody may pass.</summary>
    public string? Wants { get; init; }

    /// <summary>False: it refuses everybody, with 403.</summary>
    public bool Permits { get; init; } = true;

    /// <summary>HOST:PORT of each tunnel that was opened.</summary>
    public ConcurrentQueue<string> Opened { get; } = new();

    public int Refused;

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        listener.Stop();
        await accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        stop.Dispose();
    }

    async Task Accept()
    {
        while (!stop.IsCancellationRequested)
            _ = Serve(await listener.AcceptTcpClientAsync(stop.Token));
    }

    async Task Serve(TcpClient client)
    {
        using (client)
        {
            try
            {
                var stream = client.GetStream();
                while (await Head(stream) is { } head)
                {
                    var place = head[0].Split(' ')[1];
                    var shown = head.FirstOrDefault(line => line.StartsWith("Proxy-Authorization: Basic ", StringComparison.OrdinalIgnoreCase))?["Proxy-Authorization: Basic ".Length..];
                    if (!Permits || Wants is not null && (shown is null || Encoding.UTF8.GetString(Convert.FromBase64String(shown)) != Wants))
                    {
                        Interlocked.Increment(ref Refused);
                        await stream.WriteAsync(Encoding.ASCII.GetBytes(Permits
                            ? "HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=\"town\"\r\nContent-Length: 0\r\n\r\n"
                            : "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n"), stop.Token);
                        continue;
                    }
                    using var hub = new TcpClient();
                    await hub.ConnectAsync(IPAddress.Loopback, int.Parse(place.Split(':')[1], null), stop.Token);
                    Opened.Enqueue(place);
                    await stream.WriteAsync("HTTP/1.1 200 Connection established\r\n\r\n"u8.ToArray(), stop.Token);
                    await Task.WhenAny(stream.CopyToAsync(hub.GetStream(), stop.Token), hub.GetStream().CopyToAsync(stream, stop.Token));
                    return;
                }
            }
            catch (Exception e) when (e is IOException or SocketException or OperationCanceledException)
            {
                // One side is gone.
            }
        }
    }

    /// <summary>Lines of a request's head; null at the end of the connection.</summary>
    async Task<string[]?> Head(NetworkStream stream)
    {
        var head = new List<byte>();
        var one = new byte[1];
        while (await stream.ReadAsync(one, stop.Token) == 1)
        {
            head.Add(one[0]);
            if (head.Count >= 4 && head[^4..] is [(byte)'\r', (byte)'\n', (byte)'\r', (byte)'\n'])
                return Encoding.ASCII.GetString([.. head]).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        }
        return null;
    }
}
