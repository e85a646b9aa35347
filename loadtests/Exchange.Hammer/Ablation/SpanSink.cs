using System.Buffers;
using System.Net;
using Google.Protobuf;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Exchange.Hammer.Ablation;

/// <summary>A collector that costs as little as one can: it takes whatever is exported, counts its bytes and its spans, and keeps nothing.</summary>
sealed class SpanSink : IAsyncDisposable
{
    const int MessageHeader = 5;

    /// <summary>Numbers of the fields that lead from an export to a span: those of a resource, of a scope, the spans.</summary>
    static readonly int[] path = [1, 2, 2];

    readonly WebApplication app;
    long bytes, spans;

    SpanSink()
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listener => listener.Protocols = HttpProtocols.Http2));
        app = builder.Build();
        app.Run(Take);
    }

    public Uri Address { get; private set; } = null!;

    public long Bytes => Interlocked.Read(ref bytes);

    public long Spans => Interlocked.Read(ref spans);

    public static async Task<SpanSink> Start()
    {
        var sink = new SpanSink();
        await sink.app.StartAsync().ConfigureAwait(false);
        sink.Address = new Uri(sink.app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
        return sink;
    }

    /// <summary>How many spans an export message holds; nothing of them is made into objects.</summary>
    public static int Count(byte[] export)
    {
        using var input = new CodedInputStream(export);
        return Count(input, export.Length, 0);
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    /// <summary>A unary gRPC call by hand: one message with its header comes, an empty one goes.</summary>
    async Task Take(HttpContext context)
    {
        var body = context.Request.BodyReader;
        var read = await body.ReadAsync(context.RequestAborted).ConfigureAwait(false);
        while (!read.IsCompleted)
        {
            body.AdvanceTo(read.Buffer.Start, read.Buffer.End);
            read = await body.ReadAsync(context.RequestAborted).ConfigureAwait(false);
        }
        Interlocked.Add(ref bytes, read.Buffer.Length);
        if (context.Request.Path.Value?.EndsWith("TraceService/Export", StringComparison.Ordinal) == true && read.Buffer.Length > MessageHeader)
            Interlocked.Add(ref spans, Count(read.Buffer.Slice(MessageHeader).ToArray()));
        body.AdvanceTo(read.Buffer.End);
        context.Response.ContentType = "application/grpc";
        await context.Response.BodyWriter.WriteAsync(new byte[MessageHeader], context.RequestAborted).ConfigureAwait(false);
        context.Response.AppendTrailer("grpc-status", "0");
    }

    static int Count(CodedInputStream input, long end, int depth)
    {
        var count = 0;
        while (input.Position < end && input.ReadTag() is var tag and not 0)
            if (WireFormat.GetTagFieldNumber(tag) != path[depth] || depth == path.Length - 1)
            {
                count += WireFormat.GetTagFieldNumber(tag) == path[depth] ? 1 : 0;
                input.SkipLastField();
            }
            else
            {
                var length = input.ReadLength();
                count += Count(input, input.Position + length, depth + 1);
            }
        return count;
    }
}
