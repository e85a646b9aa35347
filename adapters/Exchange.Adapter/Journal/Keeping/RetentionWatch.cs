using Exchange.Adapter.Telemetry;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Exchange.Adapter.Journal.Keeping;

/// <summary>Says once a day, and at the start, that the journal holds entries for longer than they are kept.</summary>
sealed class RetentionWatch(AgencyJournal journal, AdapterOptions options, ILogger<RetentionWatch> log, TimeProvider time) : BackgroundService
{
    static readonly TimeSpan round = TimeSpan.FromDays(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                if (Retention.Overdue(journal, options.JournalRetention, time) is { } overdue)
                    log.JournalOverdue(overdue);
            }
            catch (SqliteException)
            {
                // A journal that cannot be read says so where it is written.
            }
            await Task.Delay(round, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
