using Exchange.Adapter;
using Exchange.Adapter.Connection;
using Exchange.Sandbox.Files;
using Exchange.Sandbox.Processes;

namespace Exchange.Hammer.Parties;

/// <summary>The adapter of the town that asks, in this process, as it ships.</summary>
sealed class Requester : IAsyncDisposable
{
    readonly WebApplication adapter;

    Requester(string kind, string config) => adapter = AdapterHost.Build(Programs.Kind(kind), AdapterOptions.Read(config, "requester"), TimeProvider.System);

    /// <inheritdoc cref="Start(string, string, CancellationToken)"/>
    public static Task<Requester> Start(AgencyFolder town, CancellationToken stop) => Start(town.Kind, town.Config, stop);

    /// <summary>Returns when it is connected and knows whom it may ask what.</summary>
    public static async Task<Requester> Start(string kind, string config, CancellationToken stop)
    {
        var requester = new Requester(kind, config);
        await requester.adapter.StartAsync(stop).ConfigureAwait(false);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stop);
        patience.CancelAfter(Family.Patience);
        await requester.Of<HubConnections>().WaitUntilOpen(patience.Token).ConfigureAwait(false);
        await requester.Of<HubDirectory>().Ready.WaitAsync(patience.Token).ConfigureAwait(false);
        return requester;
    }

    public T Of<T>()
        where T : notnull => adapter.Services.GetRequiredService<T>();

    public async ValueTask DisposeAsync()
    {
        await adapter.StopAsync().ConfigureAwait(false);
        await adapter.DisposeAsync().ConfigureAwait(false);
    }
}
