using Exchange.Adapter.Connection;
using Exchange.Hammer.Load;
using Exchange.Hammer.Parties;
using Exchange.Hosting.Connections;
using Exchange.Hosting.Errors;
using Exchange.Protocol.Refusals;
using Exchange.V1;
using Grpc.Core;

namespace Exchange.Hammer.Connections;

/// <summary>One connection of a provider's node to the hub, as its adapter makes it; what the node does with questions is somebody else's to say.</summary>
sealed class HeldConnection : IAsyncDisposable
{
    /// <summary>As they ship, but for a deadline that is looked at once a second: nobody asks here, and there are thousands on one machine.</summary>
    public static readonly ConnectionLimits Limits = new() { Tick = TimeSpan.FromSeconds(1) };

    readonly AsyncDuplexStreamingCall<Frame, Frame> call;
    readonly FrameConnection frames;
    readonly TaskCompletionSource welcomed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly Task<Exception?> running;

    HeldConnection(HubChannel channel, Bundle bundle, Action<QuestionItem, Incoming> onQuestion, Action<OfferItem, Incoming> onOffer)
    {
        call = channel.Connections.Connect();
        frames = new FrameConnection(call.ResponseStream, call.RequestStream, Limits, TimeProvider.System, OnFrame, onQuestion, onOffer);
        frames.Send(new Frame { Hello = new Hello { ProtocolVersion = 1, Node = bundle.Node, Software = "exchange hammer" }, Window = (uint)Limits.Window, Bundle = bundle });
        running = frames.Run(default);
    }

    public bool IsOpen => !frames.IsLost;

    /// <summary>Returns when the hub has welcomed it.</summary>
    /// <exception cref="CallFailedException">The hub did not.</exception>
    public static async Task<HeldConnection> Open(HubChannel channel, Bundle bundle, Action<QuestionItem, Incoming> onQuestion, Action<OfferItem, Incoming> onOffer, CancellationToken stop)
    {
        var held = new HeldConnection(channel, bundle, onQuestion, onOffer);
        try
        {
            await Task.WhenAny(held.welcomed.Task, held.running).WaitAsync(Family.Patience, TimeProvider.System, stop).ConfigureAwait(false);
            if (held.IsOpen)
                return held;
            throw new CallFailedException($"the hub let {bundle.Agency} have no connection: {await held.Why().ConfigureAwait(false)}");
        }
        catch (Exception e)
        {
            await held.DisposeAsync().ConfigureAwait(false);
            if (e is TimeoutException)
                throw new CallFailedException($"the hub did not welcome {bundle.Agency} within {Family.Patience.TotalSeconds:0} s");
            throw;
        }
    }

    /// <summary>Why it ended, once it has.</summary>
    public async Task<string> Why() => await running.ConfigureAwait(false) switch
    {
        RpcException e when e.ToRefusal() is { } refusal => Reasons.Describe(refusal),
        RpcException e => $"{e.Status.StatusCode}, {e.Status.Detail}",
        { } e => e.Message,
        null => "it was closed",
    };

    public async ValueTask DisposeAsync()
    {
        frames.Close();
        await running.ConfigureAwait(false);
        call.Dispose();
    }

    void OnFrame(Frame frame)
    {
        if (frame.Welcome is not null)
            welcomed.TrySetResult();
    }
}
