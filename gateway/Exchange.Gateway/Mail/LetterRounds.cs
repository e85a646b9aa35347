using Exchange.Gateway.Telemetry;

namespace Exchange.Gateway.Mail;

/// <summary>Looks every 30 s for letters and notices that nobody else will bring to their end.</summary>
sealed class LetterRounds(LetterRoom room, NoticeRoom notices, ILogger<LetterRounds> log, TimeProvider time) : BackgroundService
{
    static readonly TimeSpan round = TimeSpan.FromSeconds(30);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        do
        {
            foreach (var lookAround in new[] { room.LookAround, notices.LookAround })
                try
                {
                    await lookAround().ConfigureAwait(false);
                }
                catch (Exception unforeseen)
                {
                    // A store that is full or away; the next round finds out.
                    log.RoundFailed(unforeseen);
                }
            await Task.Delay(round, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        while (!stoppingToken.IsCancellationRequested);
    }
}
