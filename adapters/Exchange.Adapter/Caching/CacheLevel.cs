namespace Exchange.Adapter.Caching;

/// <summary>Where a value came from.</summary>
public enum CacheLevel
{
    Source,
    Memory,
    Redis,
}
