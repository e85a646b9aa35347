using Exchange.Adapter;
using Exchange.Adapter.Connection;
using Exchange.Sandbox.Files;
using Exchange.Sandbox.Processes;

namespace Exchange.Hammer.Parties;

/// <summary>The adapter of the town that asks, in this process, as it ships.</summary>
sealed class Requester : IAsyncDisposable
{
    readonly WebApplication adapter;

    Requester(AgencyFolder town) => adapter = AdapterHost.Build(Programs.Kind(town.Kind), AdapterOptions.Read(town.Config, "requester"), TimeProvider.System);

    /// <summary>Returns when it is connected and knows whom it may ask what.</summary>
    public static async Task<Requester> Start(AgencyFolder town, CancellationToken stop)
    {
        var requester = new Requester(town);
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
