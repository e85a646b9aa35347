using Exchange.Hammer.Contenders;

namespace Exchange.Hammer.Peers;

/// <summary>How each peer is prepared: its files are written, its program is found.</summary>
static class PeerKind
{
    public static IReadOnlyDictionary<string, Func<PeerPlace, CancellationToken, Task<PeerProgram>>> All { get; } = new Dictionary<string, Func<PeerPlace, CancellationToken, Task<PeerProgram>>>
    {
        [Lineup.Haproxy] = Haproxy.Prepare,
        [Lineup.Nginx] = Nginx.Prepare,
        [Lineup.Yarp] = YarpProxy.Prepare,
        [Lineup.Conventional] = ConventionalHub.Prepare,
    };
}
