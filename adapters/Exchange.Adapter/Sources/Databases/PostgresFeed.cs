using Exchange.Hosting.Storage;
using Npgsql;

namespace Exchange.Adapter.Sources.Databases;

/// <summary>
/// Hears from PostgreSQL (LISTEN) whose records changed, on a connection of its own. What is said while nobody listens
/// is lost: whenever listening ends or begins, everybody may have changed.
/// </summary>
sealed class PostgresFeed : IAsyncDisposable
{
    /// <summary>Characters of a local key; what is longer is none, and means everybody.</summary>
    const int LongestKey = 256;

    static readonly TimeSpan shortestPause = TimeSpan.FromMilliseconds(250), longestPause = TimeSpan.FromSeconds(30);

    readonly string connectionString, channel, dataSet;
    readonly Action<string?> changed;
    readonly SourceSettings settings;
    readonly CancellationTokenSource stopping = new();
    readonly Task listening;

    /// <param name="changed">Called with the local key of a person, or null for everybody.</param>
    /// <exception cref="ArgumentException">The connection string is not one, or the channel no simple name.</exception>
    public PostgresFeed(string connectionString, string channel, string dataSet, Action<string?> changed, SourceSettings settings)
    {
        this.connectionString = new NpgsqlConnectionStringBuilder(connectionString)
        {
            ApplicationName = "exchange-adapter",
            IncludeErrorDetail = false,
            // A dead line says nothing by itself.
            KeepAlive = 10,
            Pooling = false,
        }.ToString();
        this.channel = SqlName.Quote(channel);
        this.dataSet = dataSet;
        this.changed = changed;
        this.settings = settings;
        listening = Task.Run(KeepListening);
    }

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await listening;
        stopping.Dispose();
    }

    async Task KeepListening()
    {
        var failures = 0;
        while (!stopping.IsCancellationRequested)
        {
            var isHeard = false;
            try
            {
                await using var connection = new NpgsqlConnection(connectionString);
                await connection.OpenAsync(stopping.Token);
                connection.Notification += (_, heard) => changed(heard.Payload is { Length: > 0 and <= LongestKey } person ? person : null);
                await using (var listen = new NpgsqlCommand("LISTEN " + channel, connection))
                    await listen.ExecuteNonQueryAsync(stopping.Token);
                isHeard = true;
                changed(null);
                if (failures > 0)
                    settings.Notice($"{dataSet}: its changes are heard again");
                failures = 0;
                while (true)
                    await connection.WaitAsync(stopping.Token);
            }
            catch (Exception) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                if (isHeard)
                    changed(null);
                if (failures == 0)
                    settings.Notice($"{dataSet}: {PostgresFaults.Explain(e)}; its changes are not heard, and cached records live out their time");
            }
            var pause = shortestPause * Math.Pow(2, Math.Min(failures++, 10));
            await Task.Delay(pause < longestPause ? pause : longestPause, settings.Time, stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
