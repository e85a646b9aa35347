using System.Collections.Concurrent;
using Dapper;
using Exchange.Adapter.Connection;
using Exchange.Adapter.Evidence;
using Exchange.Adapter.Journal;
using Exchange.Adapter.Journal.Reading;
using Exchange.Adapter.Journal.Sealing;
using Exchange.Adapter.Telemetry;
using Exchange.Adapter.Tests.Connection;
using Exchange.Hosting.Storage;
using Exchange.Protocol.Identity;
using Exchange.Protocol.Transparency;
using Exchange.V1;
using Google.Protobuf;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Exchange.Adapter.Tests.Evidence;

/// <summary>An agency that looks at the log of a hub over a real socket, each time a test says so, with a journal in a file of its own.</summary>
sealed class WatchingAgency : IAsyncDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("exchange-evidence-").FullName;
    readonly List<IDisposable> held = [];
    readonly Func<ShownLog, LogPin> pin;
    readonly CertificateVerifier certificates;
    readonly System.Security.Cryptography.X509Certificates.X509Certificate2 certificate;
    readonly JournalKeys keys;
    AgencyJournal journal;
    ReceiptWatch watch;

    WatchingAgency(ScriptedHub hub, ShownLog log, Func<ShownLog, LogPin> pin)
    {
        (Hub, Log, this.pin) = (hub, log, pin);
        certificate = hub.Authority.IssueAgency("jp.tax");
        certificates = new CertificateVerifier(hub.Authority.Root, TimeProvider.System);
        Assert.Null(certificates.Replace(hub.Authority.SignRevocationList()));
        hub.Log = Serve;
        JournalKeys.Create(Path.Combine(folder, "journal.keys"));
        keys = JournalKeys.Read(Path.Combine(folder, "journal.keys"));
        (journal, watch) = Begin();
    }

    public ScriptedHub Hub { get; }

    public ShownLog Log { get; set; }

    /// <summary>Before a page is answered.</summary>
    public Func<HttpContext, Task> Before { get; set; } = _ => Task.CompletedTask;

    public SettableTime Time { get; } = new();

    public ConcurrentQueue<string> Logged { get; } = new();

    public LogAlarms Alarms { get; private set; } = null!;

    public AgencyJournal Journal => journal;

    public string JournalPath => Path.Combine(folder, "state", "journal.db");

    /// <summary>Beside the running agency, as a command does.</summary>
    public JournalFile Read(string? path = null)
    {
        var file = JournalFile.Open(path ?? JournalPath, keys);
        held.Add(file);
        return file;
    }

    public (long, long) Rows(string one, string other)
    {
        using var file = new SqliteStore(JournalPath, Durability.Disk).OpenToRead();
        return (file.ExecuteScalar<long>($"SELECT count(*) FROM {one}"), file.ExecuteScalar<long>($"SELECT count(*) FROM {other}"));
    }

    public static async Task<WatchingAgency> Start(Func<ShownLog, LogPin>? pin = null) =>
        new(await ScriptedHub.Start(), new ShownLog(), pin ?? (log => new LogPin(log.Key, [log.Witness])));

    /// <summary>Asks, and is answered with this receipt.</summary>
    public ValueTask Asked(Receipt receipt) => journal.Write(new AskedEntry
    {
        TimeUnixMs = Time.GetUtcNow().ToUnixTimeMilliseconds(),
        RequestId = receipt.RequestId,
        Counterpart = "jp.pension",
        Receipt = receipt,
    });

    public ValueTask Answered(ByteString requestId) => journal.Write(new AnsweredEntry { TimeUnixMs = Time.GetUtcNow().ToUnixTimeMilliseconds(), RequestId = requestId });

    public Task Look() => watch.Look(TestContext.Current.CancellationToken);

    public KnownReceipt Known(Receipt receipt) => Assert.Single(journal.Evidence.Find(receipt.RequestId.Span));

    /// <summary>Proven, by what stands in the journal and the log's public key alone.</summary>
    public void IsProven(Receipt receipt)
    {
        var known = Known(receipt);
        Assert.Equal(ReceiptState.Proven, known.State);
        Assert.True(Checkpoint.TryOpen(known.Under!.Note, Log.Key, out var checkpoint, out var note));
        Assert.True(note.IsCosignedBy(Log.Witness, out _));
        Assert.True(TreeProof.Includes(checkpoint.Size, checkpoint.Root, receipt.Index, receipt.LeafHash.Span, known.Path));
    }

    public void IsWaiting(Receipt receipt) => Assert.Equal(ReceiptState.Waiting, Known(receipt).State);

    /// <summary>The words of all alarms there are, lasting ones first.</summary>
    public string[] Words => [.. Alarms.Lasting.Select(one => one.Word), .. Alarms.Passing.Select(one => one.Word)];

    public async Task Restart()
    {
        await End();
        (journal, watch) = Begin();
    }

    public async ValueTask DisposeAsync()
    {
        await End();
        await Hub.DisposeAsync();
        Log.Dispose();
        certificate.Dispose();
        keys.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    (AgencyJournal, ReceiptWatch) Begin()
    {
        var options = BareOptions.Of("jp.tax") with { Hubs = [Hub.Address], Logs = pin(Log) is { Key: not null } one ? [one] : [] };
        var opened = AgencyJournal.Open(new JournalOptions(JournalPath), keys, Time);
        var channels = new HubChannels(options.Hubs, 1, certificate, certificates, TimeProvider.System);
        var metrics = new AdapterMetrics();
        var lines = LoggerFactory.Create(logging => logging.AddProvider(new HeardLines(Logged)));
        Alarms = new LogAlarms(opened, metrics, lines.CreateLogger<LogAlarms>(), Time);
        var watching = new ReceiptWatch(options, channels, opened, Alarms, metrics, lines.CreateLogger<ReceiptWatch>(), Time);
        held.AddRange(watching, channels, metrics, lines);
        return (opened, watching);
    }

    async Task End()
    {
        held.ForEach(one => one.Dispose());
        held.Clear();
        await journal.DisposeAsync();
    }

    async Task Serve(HttpContext context, string path)
    {
        await Before(context);
        if (Log.Read(path) is { } bytes)
            await context.Response.Body.WriteAsync(bytes);
        else
            context.Response.StatusCode = StatusCodes.Status404NotFound;
    }
}
