namespace Exchange.Journeys.Tests.Running;

/// <summary>An exchange for one class of tests that changes it.</summary>
public abstract class OwnExchange : IAsyncLifetime
{
    public RunningExchange Exchange { get; protected init; } = new();

    public virtual ValueTask InitializeAsync() => Exchange.InitializeAsync();

    public virtual async ValueTask DisposeAsync()
    {
        await Exchange.DisposeAsync();
        GC.SuppressFinalize(this);
    }
}
