using System.Collections.Concurrent;
using System.Collections.Immutable;
using Exchange.Gateway.Connections;
using Exchange.Gateway.Limits;
using Exchange.V1;
using ConnectionService = Exchange.Gateway.Connections.ConnectionService;

namespace Exchange.Gateway.Routing;

/// <summary>Which nodes of which agencies are connected here, by which connections.</summary>
public sealed class NodeTable
{
    sealed record Node(string Name, ImmutableArray<AgencyConnection> Connections);

    // Swapped whole under the lock; read without it.
    readonly ConcurrentDictionary<string, ImmutableArray<Node>> agencies = new(StringComparer.Ordinal);
    readonly Lock changing = new();
    uint turn;

    /// <summary>Of connections, those included that have not greeted yet.</summary>
    public Places Places { get; } = new(ConnectionService.MaximumPerAgency);

    public void Add(AgencyConnection connection)
    {
        lock (changing)
        {
            var nodes = agencies.GetValueOrDefault(connection.Agency, []);
            var at = IndexOf(nodes, connection.Node);
            agencies[connection.Agency] = at < 0
                ? nodes.Add(new Node(connection.Node, [connection]))
                : nodes.SetItem(at, nodes[at] with { Connections = nodes[at].Connections.Add(connection) });
        }
    }

    public void Remove(AgencyConnection connection)
    {
        lock (changing)
        {
            var nodes = agencies.GetValueOrDefault(connection.Agency, []);
            var at = IndexOf(nodes, connection.Node);
            if (at < 0)
                return;
            var left = nodes[at].Connections.Remove(connection);
            nodes = left.IsEmpty ? nodes.RemoveAt(at) : nodes.SetItem(at, nodes[at] with { Connections = left });
            if (nodes.IsEmpty)
                agencies.TryRemove(connection.Agency, out _);
            else
                agencies[connection.Agency] = nodes;
        }
    }

    public bool IsUp(string agency) => agencies.ContainsKey(agency);

    /// <summary>
    /// The connection of the node that a session uses: always the same one while it lives, so that sequences arrive
    /// roughly in order. Null when the node has none that takes questions.
    /// </summary>
    public AgencyConnection? Find(string agency, string node, ReadOnlySpan<byte> sessionId)
    {
        if (!agencies.TryGetValue(agency, out var nodes))
            return null;
        var at = IndexOf(nodes, node);
        if (at < 0)
            return null;
        var connections = nodes[at].Connections;
        var start = sessionId.IsEmpty ? 0 : sessionId[0];
        for (var i = 0; i < connections.Length; i++)
        {
            var connection = connections[(start + i) % connections.Length];
            if (connection.TakesQuestions)
                return connection;
        }
        return null;
    }

    /// <summary>The agency's adapters, those that are connected, that there are letters or notices to collect.</summary>
    public void TellOfMail(string agency)
    {
        if (!agencies.TryGetValue(agency, out var nodes))
            return;
        foreach (var node in nodes)
            foreach (var connection in node.Connections)
                connection.Frames.Send(new Frame { Mail = true });
    }

    /// <summary>The bundle of one live node, each in its turn; null when no node is connected.</summary>
    public Bundle? BundleOf(string agency)
    {
        if (!agencies.TryGetValue(agency, out var nodes))
            return null;
        var start = Interlocked.Increment(ref turn);
        for (var i = 0; i < nodes.Length; i++)
            foreach (var connection in nodes[(int)((start + (uint)i) % (uint)nodes.Length)].Connections)
                if (connection is { TakesQuestions: true, Bundle: { } bundle })
                    return bundle;
        return null;
    }

    public IEnumerable<AgencyConnection> All => agencies.Values.SelectMany(nodes => nodes).SelectMany(node => node.Connections);

    static int IndexOf(ImmutableArray<Node> nodes, string name)
    {
        for (var i = 0; i < nodes.Length; i++)
            if (nodes[i].Name == name)
                return i;
        return -1;
    }
}
