using Dapper;
using Exchange.Gateway.Audit;
using Exchange.Gateway.Limits;
using Exchange.Gateway.Policy;
using Exchange.V1;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using static Exchange.Gateway.Tests.Policy.Sample;

namespace Exchange.Gateway.Tests.Audit;

public sealed class AuditNotesTests : IAsyncLifetime
{
    readonly string folder = System.IO.Directory.CreateTempSubdirectory("exchange-notes-").FullName;
    readonly FakeTimeProvider time = new();
    readonly Quotas quotas;
    readonly AuditLog log;

    public AuditNotesTests()
    {
        quotas = new Quotas(new QuotaRules(Agencies(), new Limit(1, TimeSpan.FromHours(1), 1), [], QuotaRules.DefaultEnrolment, []), time);
        log = AuditLog.Open(new AuditOptions(Path.Combine(folder, "audit.db"), "hub-1") { BusyTimeout = TimeSpan.Zero }, time);
    }

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await log.DisposeAsync();
        System.IO.Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task What_was_only_counted_is_in_the_log_after_the_stop()
    {
        using var notes = Notes();
        await notes.StartAsync(CancellationToken.None);
        Refuse(3);

        await notes.StopAsync(CancellationToken.None);

        Assert.Equal((Chiyoda, Income, 3ul), Counted(Assert.Single(await Entries())));
        Assert.Empty(quotas.DrainThrottled());
    }

    [Fact]
    public async Task A_policy_that_the_log_did_not_take_is_in_it_after_the_stop_when_it_does_again()
    {
        using var notes = Notes();
        using (var tool = Locked())
        {
            await notes.StartAsync(CancellationToken.None);
            notes.PolicyChanged(Snapshot(MatrixText));
            while (log.Trouble is null)
                await Task.Yield();
            notes.PolicyChanged(Snapshot(MatrixText + "\n# again"));
        }

        await notes.StopAsync(CancellationToken.None);

        Assert.Equal(
            new[] { Snapshot(MatrixText).Version, Snapshot(MatrixText + "\n# again").Version },
            (await Entries()).Select(entry => entry.Policy.PolicyVersion));
    }

    [Fact]
    public async Task Counts_that_the_log_does_not_take_are_counted_on_and_written_later()
    {
        using var notes = Notes();
        using (var tool = Locked())
        {
            Refuse(2);
            quotas.Take(Chuo, Income, 2);
            await notes.StopAsync(CancellationToken.None);
        }
        Assert.Empty(await Entries());
        Refuse(3, used: true);

        await notes.StopAsync(CancellationToken.None);

        Assert.Equal([(Chiyoda, Income, 5ul), (Chuo, Income, 1ul)], (await Entries()).Select(Counted).Order());
    }

    [Fact]
    public async Task Counts_are_written_every_minute()
    {
        using var notes = Notes();
        await notes.StartAsync(CancellationToken.None);
        Refuse(4);
        while (log.Size == 0)
        {
            time.Advance(TimeSpan.FromMinutes(1));
            await Task.Yield();
        }

        Assert.Equal((Chiyoda, Income, 4ul), Counted(Assert.Single(await Entries())));
        await notes.StopAsync(CancellationToken.None);
        Assert.Single(await Entries());
    }

    AuditNotes Notes() => new(log, quotas, NullLogger<AuditNotes>.Instance, time);

    void Refuse(int times, bool used = false)
    {
        if (!used)
            Assert.True(quotas.Take(Chiyoda, Income).IsAdmitted);
        for (var i = 0; i < times; i++)
            Assert.False(quotas.Take(Chiyoda, Income).IsAdmitted);
    }

    /// <summary>A tool that holds the file until it is disposed of.</summary>
    SqliteConnection Locked()
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = Path.Combine(folder, "audit.db"), Pooling = false }.ConnectionString);
        connection.Open();
        connection.Execute("BEGIN IMMEDIATE");
        return connection;
    }

    async Task<List<AuditEntry>> Entries()
    {
        List<AuditEntry> entries = [];
        await foreach (var (_, bytes) in log.Read(0, long.MaxValue))
            entries.Add(AuditEntry.Parser.ParseFrom(bytes));
        return entries;
    }

    static (string, string, ulong) Counted(AuditEntry entry) => (entry.Throttle.Requester, entry.Throttle.DataSet, entry.Throttle.Count);

    static PolicySnapshot Snapshot(string matrix)
    {
        var read = Matrix(matrix);
        return new PolicySnapshot(read.Directory, read, QuotaRules.Default(read.Directory));
    }
}
