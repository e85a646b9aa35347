using Exchange.Hosting.Connections;

namespace Exchange.Adapter.Connection;

/// <summary>One connection this adapter holds open to one hub replica, after the hub's greeting.</summary>
public sealed class HubConnection(string hub, FrameConnection frames)
{
    volatile bool draining;

    /// <summary>The hub's name, as it greets.</summary>
    public string Hub { get; } = hub;

    public FrameConnection Frames { get; } = frames;

    /// <summary>New items may be asked here.</summary>
    public bool TakesQuestions => !draining && !Frames.IsLost;

    /// <summary>The hub answers what is in flight and takes nothing new.</summary>
    public void MarkDraining() => draining = true;
}
