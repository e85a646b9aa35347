using Exchange.Adapter.Connection;
using Exchange.Hosting.Calendar;
using Microsoft.Extensions.Hosting;

namespace Exchange.Adapter.Hours;

/// <summary>
/// Tells the hubs when this agency is closed: at the start, when its file has changed, and on each new day, since what is told
/// reaches some weeks ahead. An agency that is always open says so too: it may have been otherwise before.
/// </summary>
public sealed class OpeningNews(OpeningRegister register, HubConnections connections, TimeProvider time) : BackgroundService
{
    static readonly TimeSpan interval = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(interval, time);
        (OpeningHours? Hours, DateOnly Day) told = default;
        do
        {
            var (hours, today) = (register.Current, LegalDay.Today(time));
            if (ReferenceEquals(told.Hours, hours) && told.Day == today)
                continue;
            told = (hours, today);
            connections.Tell(hours.ToldOn(today).ToMessage());
        }
        while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false));
    }
}
