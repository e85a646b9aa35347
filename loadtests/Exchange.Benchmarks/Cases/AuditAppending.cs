using BenchmarkDotNet.Attributes;
using Exchange.Benchmarks.Running;
using Exchange.Benchmarks.Samples;
using Exchange.Gateway.Audit;
using Exchange.V1;

namespace Exchange.Benchmarks.Cases;

/// <summary>
/// The hub's log in a SQLite file: so many entries at once, until all are durable. Mostly the disk; whoever wants to know how many a second
/// it takes under load asks the load generator's <c>append</c>.
/// </summary>
public class AuditAppending
{
    AuditEntry[] entries = [];
    Task[] waiting = [];
    string folder = "";
    AuditLog log = null!;

    [Params(1, 64, 1024)]
    public int Entries { get; set; }

    [GlobalSetup]
    public void Open()
    {
        folder = StateFolder.Make("audit");
        log = AuditLog.Open(new AuditOptions(Path.Combine(folder, "audit.db"), "hub-1"), TimeProvider.System);
        entries = [.. Enumerable.Range(0, Entries).Select(_ => IncomeLookup.Entry())];
        waiting = new Task[Entries];
    }

    [GlobalCleanup]
    public async Task Close()
    {
        await log.DisposeAsync().ConfigureAwait(false);
        Directory.Delete(folder, recursive: true);
    }

    [Benchmark]
    public Task Append()
    {
        for (var i = 0; i < entries.Length; i++)
            waiting[i] = log.Append(entries[i]).AsTask();
        return Task.WhenAll(waiting);
    }
}
