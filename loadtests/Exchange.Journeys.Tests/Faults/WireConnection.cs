using System.Net.Sockets;

namespace Exchange.Journeys.Tests.Faults;

/// <summary>One connection through a <see cref="Wire"/>.</summary>
sealed class WireConnection(Socket adapter, Socket hub, TimeSpan delay)
{
    public WireWay ToHub { get; } = new(adapter, hub, delay);

    public WireWay ToAdapter { get; } = new(hub, adapter, delay);

    public async Task Run()
    {
        await Task.WhenAny(ToHub.Run(), ToAdapter.Run());
        Cut();
    }

    /// <summary>Both ends see a reset; what is held is gone.</summary>
    public void Cut()
    {
        Wire.Reset(adapter);
        Wire.Reset(hub);
    }
}

/// <summary>One direction of it.</summary>
sealed class WireWay(Socket from, Socket to, TimeSpan delay)
{
    readonly Lock gate = new();
    TaskCompletionSource flowing = Open();
    long held;

    /// <summary>Bytes taken and not passed on, and those behind them.</summary>
    public long Held
    {
        get
        {
            try
            {
                return Interlocked.Read(ref held) + from.Available;
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                return 0;
            }
        }
    }

    public void Hold()
    {
        lock (gate)
            if (flowing.Task.IsCompleted)
                flowing = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    public void Flow()
    {
        lock (gate)
            flowing.TrySetResult();
    }

    internal async Task Run()
    {
        var buffer = new byte[65536];
        try
        {
            for (int read; (read = await from.ReceiveAsync(buffer)) > 0;)
            {
                Interlocked.Add(ref held, read);
                if (delay > TimeSpan.Zero)
                    await Task.Delay(delay, TimeProvider.System, CancellationToken.None);
                await Gate();
                for (var sent = 0; sent < read;)
                    sent += await to.SendAsync(buffer.AsMemory(sent, read - sent));
                Interlocked.Add(ref held, -read);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
        }
    }

    Task Gate()
    {
        lock (gate)
            return flowing.Task;
    }

    static TaskCompletionSource Open()
    {
        var source = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        source.SetResult();
        return source;
    }
}
