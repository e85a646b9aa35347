using System.Security.Cryptography;
using Dapper;
using Exchange.Gateway.Audit;
using Exchange.Gateway.Limits;
using Exchange.Gateway.Policy;
using Exchange.V1;
using Google.Protobuf;
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

    [Fact]
    public async Task A_point_that_is_new_another_one_or_gone_is_an_entry_and_one_that_stayed_is_none()
    {
        using var notes = Notes();
        notes.CommitmentsChanged(null, Committed(1, (Chiyoda, 1, 10), (Tax, 1, 20)));
        notes.CommitmentsChanged(Committed(1, (Chiyoda, 1, 10), (Tax, 1, 20)), Committed(2, (Chiyoda, 1, 11), (Tax, 1, 20), (Tax, 2, 21)));
        notes.CommitmentsChanged(Committed(2, (Chiyoda, 1, 11), (Tax, 1, 20)), Committed(3, (Tax, 1, 20)));

        await notes.StopAsync(CancellationToken.None);

        Assert.Equal(
            [(1, Chiyoda, 1, "0A"), (1, Tax, 1, "14"), (2, Chiyoda, 1, "0B"), (2, Tax, 2, "15"), (3, Chiyoda, 1, "")],
            (await Entries()).Select(one => one.Admission).Select(one => ((int)one.CommitmentsVersion, one.Agency, (int)one.Epoch, Convert.ToHexString(one.Point.Span))));
    }

    [Fact]
    public async Task A_nodes_key_is_an_entry_by_its_digest_and_what_the_operator_does_is_one()
    {
        using var notes = Notes();
        notes.Started("exchange-gateway/1.2.3");
        notes.BundleTaken(new Bundle { Agency = Tax, Node = "n1", Suite = "X25519", PublicKey = ByteString.CopyFrom(1, 2, 3), KeyId = ByteString.CopyFrom(4), NotAfterUnixMs = 5 });
        notes.Stopped("exchange-gateway/1.2.3");

        await notes.StopAsync(CancellationToken.None);

        var entries = await Entries();
        Assert.Equal([OperatorAction.Started, OperatorAction.Stopped], new[] { entries[0], entries[2] }.Select(one => one.Operator.Action));
        Assert.Equal(SHA256.HashData([1, 2, 3]), entries[1].Bundle.KeyDigest);
    }

    [Fact]
    public async Task An_entry_that_no_log_takes_is_lost_alone()
    {
        using var notes = Notes();
        await notes.StartAsync(CancellationToken.None);
        notes.BundleTaken(new Bundle { Agency = Tax, Node = "n1", KeyId = ByteString.CopyFrom(new byte[70_000]) });
        notes.BundleTaken(new Bundle { Agency = Chiyoda, Node = "n1", KeyId = ByteString.CopyFrom(4) });

        await notes.StopAsync(CancellationToken.None);

        Assert.Equal(Chiyoda, Assert.Single(await Entries()).Bundle.Agency);
    }

    static Commitments Committed(ulong version, params (string Agency, ulong Epoch, byte Point)[] agencies) => new()
    {
        Version = version,
        Agencies = { agencies.Select(one => new AgencyPoint { Agency = one.Agency, Epoch = one.Epoch, Point = ByteString.CopyFrom(one.Point) }) },
    };

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
