using System.Security.Cryptography.X509Certificates;
using Exchange.Hosting.Connections;
using Exchange.V1;

namespace Exchange.Gateway.Connections;

/// <summary>A connection that a node of an agency holds open to this hub.</summary>
public sealed class AgencyConnection(string agency, string node, X509Certificate2 certificate, FrameConnection frames)
{
    volatile Bundle? bundle;
    volatile bool draining;

    public string Agency { get; } = agency;

    /// <summary>The adapter's process.</summary>
    public string Node { get; } = node;

    /// <summary>The certificate it was opened with, to cut it when that is revoked.</summary>
    public X509Certificate2 Certificate { get; } = certificate;

    public FrameConnection Frames { get; } = frames;

    /// <summary>The node's current key for sessions; null for an adapter that only asks.</summary>
    public Bundle? Bundle
    {
        get => bundle;
        set => bundle = value;
    }

    public bool TakesQuestions => !draining && !Frames.IsLost && bundle is not null;

    /// <summary>The node said that it takes nothing new.</summary>
    public void MarkDraining() => draining = true;

    /// <summary>Why the hub ended it: the agency was suspended, its certificate revoked. Null otherwise.</summary>
    public Refusal? CutBecause { get; private set; }

    public void Cut(Refusal why)
    {
        CutBecause = why;
        Frames.Close();
    }
}
