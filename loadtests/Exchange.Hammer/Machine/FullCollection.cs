using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;

namespace Exchange.Hammer.Machine;

/// <summary>
/// Has another .NET process of this user collect its whole heap, as dotnet-gcdump does: a tracing session with the keyword
/// GCHeapCollect, over the runtime's diagnostic socket (dotnet/diagnostics, documentation/design-docs/ipc-protocol.md).
/// </summary>
static class FullCollection
{
    const byte EventPipe = 2, Stop = 1, Collect = 2, Server = 255, Ok = 0;

    const int HeaderSize = 20;

    /// <summary>Events are thrown away: a small buffer will do.</summary>
    const int BufferMegabytes = 1, NetTrace = 1;

    const ulong GcHeapCollect = 0x800000;

    const uint Informational = 4;

    /// <summary>Returns when it is done; what it waits for is a whole, blocking collection.</summary>
    /// <exception cref="IOException">There is no such process, or it takes no diagnostics.</exception>
    public static async Task Of(int process, CancellationToken stop)
    {
        // The session is begun only once the keyword has had its effect.
        await using var session = await Connect(process, stop).ConfigureAwait(false);
        var id = await Call(session, Collect, CollectPayload(), stop).ConfigureAwait(false);
        var reading = session.CopyToAsync(Stream.Null, stop);
        await using (var other = await Connect(process, stop).ConfigureAwait(false))
            await Call(other, Stop, id, stop).ConfigureAwait(false);
        await reading.ConfigureAwait(false);
    }

    static async Task<NetworkStream> Connect(int process, CancellationToken stop)
    {
        var path = Directory.EnumerateFiles(Path.GetTempPath(), $"dotnet-diagnostic-{process}-*-socket").MaxBy(File.GetCreationTimeUtc)
            ?? throw new IOException($"The process {process} has no diagnostic socket in {Path.GetTempPath()}; DOTNET_EnableDiagnostics must not be 0.");
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), stop).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch (SocketException e)
        {
            socket.Dispose();
            throw new IOException($"The process {process} takes no diagnostics: {e.Message}", e);
        }
    }

    /// <returns>What the answer carries: the id of a session.</returns>
    static async Task<byte[]> Call(NetworkStream stream, byte command, byte[] payload, CancellationToken stop)
    {
        var message = new byte[HeaderSize + payload.Length];
        "DOTNET_IPC_V1\0"u8.CopyTo(message);
        BinaryPrimitives.WriteUInt16LittleEndian(message.AsSpan(14), (ushort)message.Length);
        (message[16], message[17]) = (EventPipe, command);
        payload.CopyTo(message, HeaderSize);
        await stream.WriteAsync(message, stop).ConfigureAwait(false);
        var header = new byte[HeaderSize];
        await stream.ReadExactlyAsync(header, stop).ConfigureAwait(false);
        var answer = new byte[BinaryPrimitives.ReadUInt16LittleEndian(header.AsSpan(14)) - HeaderSize];
        await stream.ReadExactlyAsync(answer, stop).ConfigureAwait(false);
        return (header[16], header[17]) is (Server, Ok) ? answer : throw new IOException($"The runtime refused to collect: 0x{Convert.ToHexStringLower(answer)}");
    }

    static byte[] CollectPayload()
    {
        using var payload = new MemoryStream();
        using var writer = new BinaryWriter(payload);
        writer.Write(BufferMegabytes);
        writer.Write(NetTrace);
        writer.Write(1);
        writer.Write(GcHeapCollect);
        writer.Write(Informational);
        Text(writer, "Microsoft-Windows-DotNETRuntime");
        Text(writer, "");
        writer.Flush();
        return payload.ToArray();
    }

    static void Text(BinaryWriter writer, string text)
    {
        writer.Write(text.Length + 1);
        writer.Write(Encoding.Unicode.GetBytes(text + '\0'));
    }
}
