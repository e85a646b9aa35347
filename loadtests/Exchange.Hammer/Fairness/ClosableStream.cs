using System.Net.Sockets;

namespace Exchange.Hammer.Fairness;

/// <summary>A TCP connection from which, once it is told to, nothing is read any more; it stays open, and is written to as before.</summary>
sealed class ClosableStream(Socket socket) : NetworkStream(socket, ownsSocket: true)
{
    volatile bool isShut;

    /// <summary>Bytes that came and were not read.</summary>
    public int Unread => Socket.Available;

    /// <summary>What is being read now still is.</summary>
    public void Shut() => isShut = true;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (isShut)
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken).ConfigureAwait(false);
        return await base.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
    }
}
