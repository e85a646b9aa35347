using Exchange.Hammer.Contenders;
using Exchange.Hammer.Machine;
using Exchange.Sandbox.Processes;

namespace Exchange.Hammer.Parties;

/// <summary>A contender with one size of answers.</summary>
/// <param name="What">For people: what comes back.</param>
sealed record Asked(IContender Contender, string What);

/// <summary>One that is measured: whom to ask, and which processes work for it beside this one.</summary>
/// <param name="sizes">By the bytes of an answer; a size that is missing it does not have.</param>
sealed class Runner(string id, IReadOnlyDictionary<int, Asked> sizes, ChildProcess provider) : IAsyncDisposable
{
    public string Id => id;

    public string Name => Lineup.Name(id);

    public IReadOnlyDictionary<int, Asked> Sizes => sizes;

    public int Provider => provider.Id;

    /// <summary>What stands between requester and provider, with whatever it has started; empty for the direct call.</summary>
    public IReadOnlyList<int> Middle { get; init; } = [];

    /// <summary>The requester's adapter where it is a process of its own.</summary>
    public int? Adapter { get; init; }

    /// <summary>Null where the middle is not a hub of this exchange.</summary>
    public HubMetrics? HubMetrics { get; init; }

    /// <summary>For people; null where it is this exchange.</summary>
    public string? Version { get; init; }

    /// <summary>Processes that work for this one alone, so that the run goes on without them; null: with them it ends.</summary>
    public Family? Own { get; init; }

    /// <summary>Its connections.</summary>
    public IDisposable? Connections { get; init; }

    public async ValueTask DisposeAsync()
    {
        Connections?.Dispose();
        if (Own is not null)
            await Own.DisposeAsync().ConfigureAwait(false);
    }
}
