using Exchange.Protocol.DataSets;

namespace Exchange.Adapter.Sources.Databases;

/// <summary>Records in PostgreSQL, which may tell of their changes.</summary>
sealed class PostgresSource : DatabaseSource
{
    readonly PostgresFeed? feed;

    /// <param name="channel">Of its changes; null: it does not tell.</param>
    public PostgresSource(PostgresDatabase database, DataSetContract contract, DatabaseLayout layout, string connectionString, string? channel, SourceSettings settings)
        : base(database, contract, layout, settings.Time) =>
        feed = channel is null ? null : new PostgresFeed(connectionString, channel, contract.Id, RaiseChanged, settings);

    public override async ValueTask DisposeAsync()
    {
        if (feed is not null)
            await feed.DisposeAsync();
        await base.DisposeAsync();
    }
}
