using Dapper;
using Exchange.Gateway.Audit;
using Exchange.Journeys.Tests.Running;
using Exchange.V1;
using Microsoft.Extensions.Hosting;
using Npgsql;

namespace Exchange.Journeys.Tests.Faults;

/// <summary>A hub that keeps its log in PostgreSQL.</summary>
public sealed class DatabaseLogTests(Enrolled enrolled)
{
    [Fact]
    public async Task Lookups_are_refused_while_the_database_is_away_go_on_by_themselves_and_end_with_the_hub_when_another_takes_its_log()
    {
        var server = Servers.Postgres;
        var name = $"journey_{Guid.NewGuid():N}";
        await Run(server, $"CREATE DATABASE {name}");
        var database = new NpgsqlConnectionStringBuilder(server) { Database = name, Pooling = false }.ToString();
        try
        {
            // A new log has checkpoints of its own, and no witness has seen it.
            await using var scene = await Scene.Start(enrolled, hub: options => options with
            {
                Audit = new AuditDatabase(database),
                Log = options.Log with { Checkpoints = Path.Combine(options.State, "database"), Witnesses = [] },
            });
            var who = scene.Resident(Scene.Chiyoda, 0);
            await scene.Acquainted(who);

            await Run(database, "ALTER TABLE entry RENAME TO away");
            var refused = await scene.Ask(who);
            Assert.Equal((Reason.AuditUnavailable, 0), (refused.Refusal!.Reason, refused.Record.Length));
            await Run(database, "ALTER TABLE away RENAME TO entry; SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'exchange-gateway'");
            await RunningExchange.Until(async () => (await scene.Ask(who)).Refusal is null);
            await IsBorneOut(scene);

            await Run(database, "UPDATE log SET token = token + 1, session = '', holder = 'another hub'");
            Assert.Equal(Reason.AuditUnavailable, (await scene.Ask(who)).Refusal!.Reason);
            await Scene.Until(() => scene.Hub<IHostApplicationLifetime>().ApplicationStopping.IsCancellationRequested, "the hub to end");
            Assert.Contains("held by another hub", scene.Hub<AuditLog>().Failure!.Message, StringComparison.Ordinal);
        }
        finally
        {
            await Run(server, $"DROP DATABASE {name} WITH (FORCE)");
        }
    }

    /// <summary>Each answer that the agency has stands in the log, under the number and the hash of its receipt.</summary>
    static async Task IsBorneOut(Scene scene)
    {
        var log = new List<byte[]>();
        await foreach (var (_, entry) in scene.Hub<AuditLog>().Read(0, long.MaxValue))
            log.Add(entry);
        var released = scene.AskedBy(Scene.Chiyoda).Where(line => line.LogIndex is not null && line.Status != 0).TakeLast(3).ToArray();
        Assert.NotEmpty(released);
        Assert.All(released, line => Assert.Equal(line.Request, Convert.ToHexString(AuditEntry.Parser.ParseFrom(log[(int)line.LogIndex!]).Lookup.RequestId.Span)));
    }

    static async Task Run(string connectionString, string sql)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.ExecuteAsync(sql);
    }
}
