using System.Collections.Concurrent;
using Exchange.Gateway.Audit;
using Exchange.V1;

namespace Exchange.Gateway.Tests.Audit.Stores;

/// <summary>Many who append at once and go on whatever they are told, and what they were told.</summary>
sealed class Load : IAsyncDisposable
{
    const int Appenders = 32;

    readonly AuditLog log;
    readonly CancellationTokenSource stopping = new();
    readonly ConcurrentBag<Receipt> acknowledged = [];
    readonly Task appending;
    int next;

    public Load(AuditLog log)
    {
        this.log = log;
        appending = Task.WhenAll(Enumerable.Range(0, Appenders).Select(_ => Task.Run(Append)));
    }

    public ConcurrentBag<AuditUnavailableException> Refused { get; } = [];

    /// <summary>So many more than now.</summary>
    public async Task Acknowledged(int more)
    {
        using var enough = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        for (var wanted = acknowledged.Count + more; acknowledged.Count < wanted;)
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, enough.Token);
    }

    public async Task Stop()
    {
        await stopping.CancelAsync();
        await appending;
    }

    /// <summary>Every receipt is borne out, no number was given twice, none is missing, and what was refused is there once at most.</summary>
    public async Task IsWhole()
    {
        var kept = new List<AuditEntry>();
        var hashes = new List<byte[]>();
        for (var from = 0; await log.Store.Read(from, from + 512, default) is { Count: > 0 } page; from += page.Count)
            foreach (var entry in page)
            {
                Assert.Equal(kept.Count, entry.Number);
                kept.Add(AuditEntry.Parser.ParseFrom(entry.Content));
                hashes.Add(entry.LeafHash);
            }
        Assert.Equal(acknowledged.Count, acknowledged.Select(receipt => receipt.Index).Distinct().Count());
        Assert.All(acknowledged, receipt => Assert.Equal(hashes[(int)receipt.Index], receipt.LeafHash.ToByteArray()));
        Assert.Equal(kept.Count, kept.Select(entry => entry.TimeUnixMs).Distinct().Count());
        Assert.InRange(kept.Count, acknowledged.Count, next);
    }

    public async ValueTask DisposeAsync()
    {
        await Stop();
        stopping.Dispose();
    }

    async Task Append()
    {
        while (!stopping.IsCancellationRequested)
            try
            {
                acknowledged.Add(await log.Append(PostgresFaultTests.Entry(Interlocked.Increment(ref next))));
            }
            catch (AuditUnavailableException e)
            {
                Refused.Add(e);
                await Task.Delay(TimeSpan.FromMilliseconds(2), TimeProvider.System);
            }
    }
}
