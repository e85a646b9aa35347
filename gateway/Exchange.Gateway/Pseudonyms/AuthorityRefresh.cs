using Exchange.Gateway.Telemetry;
using Exchange.Protocol.Refusals;

namespace Exchange.Gateway.Pseudonyms;

/// <summary>Asks the key authority at the start and then regularly, so that an admitted agency can exchange within the interval. Logs when the answer changes.</summary>
public sealed class AuthorityRefresh(AuthorityKeys keys, AuthorityOptions options, TimeProvider time, ILogger<AuthorityRefresh> log) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.RefreshInterval, time);
        string? told = null;
        try
        {
            do
            {
                var refusal = await keys.Refresh(stoppingToken).ConfigureAwait(false);
                stoppingToken.ThrowIfCancellationRequested();
                if (refusal is not null && refusal.Message != told)
                    Log.AuthorityNotUsed(log, Reasons.Name(refusal.Reason), refusal.Message);
                told = refusal?.Message;
            }
            while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
    }
}
