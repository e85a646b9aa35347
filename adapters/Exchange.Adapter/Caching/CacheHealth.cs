namespace Exchange.Adapter.Caching;

public enum CacheState
{
    /// <summary>No Redis is configured.</summary>
    MemoryOnly,
    Shared,
    /// <summary>Redis is configured and does not serve; memory alone is used until it does again.</summary>
    Degraded,
}

/// <param name="Since">When it became degraded.</param>
/// <param name="Why">One of <c>away</c>, <c>slow</c>, <c>busy</c>, <c>error</c>; empty when all is well.</param>
public sealed record CacheHealth(CacheState State, DateTimeOffset? Since = null, string Why = "");
