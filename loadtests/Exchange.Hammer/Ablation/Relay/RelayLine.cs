using System.Net;
using Exchange.Hammer.Direct;
using Exchange.Hosting.Connections;
using Exchange.Protocol.Identity;
using Exchange.V1;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Exchange.Hammer.Ablation.Relay;

/// <summary>One connection to the middle of a relay: the product's frames, greeted and nothing more, over HTTP/2 without or with TLS.</summary>
sealed class RelayLine : IAsyncDisposable
{
    public static readonly ConnectionLimits Limits = new();

    readonly GrpcChannel channel;
    readonly AsyncDuplexStreamingCall<Frame, Frame> call;
    readonly TaskCompletionSource welcomed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly Task<Exception?> running;

    RelayLine(GrpcChannel channel, string node, Action<QuestionItem, Incoming> onQuestion)
    {
        this.channel = channel;
        call = new ConnectionService.ConnectionServiceClient(channel).Connect();
        Frames = new FrameConnection(call.ResponseStream, call.RequestStream, Limits, TimeProvider.System, frame =>
        {
            if (frame.Welcome is not null)
                welcomed.TrySetResult();
        }, onQuestion, (_, _) => { });
        Frames.Send(new Frame { Hello = new Hello { Node = node }, Window = (uint)Limits.Window });
        running = Frames.Run(default);
    }

    public FrameConnection Frames { get; }

    /// <summary>Returns when the middle has greeted back.</summary>
    /// <param name="files">Null: without TLS.</param>
    /// <exception cref="IOException">It did not.</exception>
    public static async Task<RelayLine> Open(DirectFiles? files, int port, string node, Action<QuestionItem, Incoming> onQuestion, CancellationToken stop)
    {
        var handler = new SocketsHttpHandler { PooledConnectionIdleTimeout = Timeout.InfiniteTimeSpan };
        if (files is not null)
            handler.SslOptions = MutualTls.Call(files.ReadCertificate(), files.OpenVerifier(), NameKind.Hub);
        var line = new RelayLine(GrpcChannel.ForAddress($"{(files is null ? "http" : "https")}://localhost:{port}", new GrpcChannelOptions { HttpHandler = handler, DisposeHttpClient = true, CompressionProviders = [] }), node, onQuestion);
        await Task.WhenAny(line.welcomed.Task, line.running).WaitAsync(stop).ConfigureAwait(false);
        if (line.welcomed.Task.IsCompleted)
            return line;
        var why = await line.running.ConfigureAwait(false);
        await line.DisposeAsync().ConfigureAwait(false);
        throw new IOException($"The middle of the relay took no connection: {why?.Message}", why);
    }

    /// <summary>The other end of it, on 127.0.0.1.</summary>
    /// <param name="files">Null: without TLS.</param>
    public static void Listen(WebApplicationBuilder builder, DirectFiles? files, int port)
    {
        if (files is not null)
            MutualTls.Listen(builder, files, port);
        else
            builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port, listener => listener.Protocols = HttpProtocols.Http2));
    }

    public async ValueTask DisposeAsync()
    {
        Frames.Close();
        await running.ConfigureAwait(false);
        call.Dispose();
        channel.Dispose();
    }
}
