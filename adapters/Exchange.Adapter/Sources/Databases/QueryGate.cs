namespace Exchange.Adapter.Sources.Databases;

/// <summary>Lets so many queries run on one database at one time, whichever of its data sets asks.</summary>
sealed class QueryGate
{
    public const int Default = 16, Largest = 256;

    // Made at the first query, when everybody has said how many.
    readonly Lazy<SemaphoreSlim> turns;
    int? most;

    public QueryGate() => turns = new Lazy<SemaphoreSlim>(() => new SemaphoreSlim(most ?? Default));

    /// <summary>The smallest number said is the one that holds. To be called before the first query.</summary>
    public void Narrow(int concurrency) => most = Math.Min(most ?? concurrency, concurrency);

    public Task Enter(CancellationToken cancellation) => turns.Value.WaitAsync(cancellation);

    public void Leave() => turns.Value.Release();
}
