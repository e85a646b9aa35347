using Exchange.Hammer.Connections;
using Exchange.Hammer.Parties;

namespace Exchange.Hammer.Tests.Parties;

/// <summary>An exchange of real processes for a measurement too short for any figure to mean anything.</summary>
public sealed class OwnExchange : IAsyncLifetime
{
    /// <summary>Tests that start many processes.</summary>
    public const string OneAtATime = "many processes";

    readonly string state = Directory.CreateTempSubdirectory("exchange-lone-").FullName;

    internal ConnectionsPlan Connections { get; } = new(
        20, 3, Hold: TimeSpan.FromMilliseconds(500), WarmUp: TimeSpan.FromMilliseconds(500), Rounds: 3, Length: TimeSpan.FromMilliseconds(300), Concurrency: 8, Stuck: 8, People: 100);

    LoneExchange? exchange;

    internal LoneExchange Exchange => exchange!;

    public async ValueTask InitializeAsync() =>
        exchange = await LoneExchange.Start(state, Connections.People, folder => IdleAgencies.Write(folder, IdleConnections.Agencies(Connections)), new Heard(), default);

    public async ValueTask DisposeAsync()
    {
        if (exchange is not null)
            await exchange.DisposeAsync();
        Directory.Delete(state, recursive: true);
    }
}
