using System.Net;
using System.Security.Cryptography;
using Exchange.Gateway.Audit;
using Exchange.Gateway.Audit.Tree;
using Exchange.Hosting.Telemetry;
using Exchange.KeyAuthority.Witnessing;
using Exchange.Protocol.Transparency;
using Exchange.V1;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Exchange.Gateway.Tests.Audit.Tree;

/// <summary>A hub's log with all its files in one folder, and the witness that has to cosign its checkpoints.</summary>
sealed class WitnessedLog : IAsyncDisposable
{
    const string Name = "hub-1";

    readonly DirectoryInfo folder = System.IO.Directory.CreateTempSubdirectory("exchange-witnessed-");
    readonly NoteSigner signer = new(Name, NoteKeyUse.Note, RandomNumberGenerator.GetBytes(NoteSigner.SeedLength));
    readonly Lifetime lifetime = new();
    WebApplication? witness;
    int port;

    public WitnessedLog()
    {
        State.Create();
        WitnessKey = NewWitness.Draw(In("witness.key"), In("witness.pub"), "privacy-commission", In("witness.db"), TimeProvider.System);
    }

    public NoteKey WitnessKey { get; }

    public AuditLog Audit { get; private set; } = null!;

    public LogTree Tree { get; private set; } = null!;

    public CheckpointWriter Writer { get; private set; } = null!;

    /// <summary>Of the hub's rounds alone; it stands still unless it is advanced.</summary>
    public FakeTimeProvider Time { get; } = new();

    public bool HasStopped => lifetime.HasStopped;

    DirectoryInfo State => new(In("state"));

    public async Task StartWitness(NoteKey? log = null)
    {
        witness = WitnessHost.Build(new WitnessOptions
        {
            // The same address at each start, as the hub's configuration has one.
            Listen = new IPEndPoint(IPAddress.Loopback, port),
            Key = In("witness.key"),
            Name = WitnessKey.Name,
            State = In("witness.db"),
            Logs = new Dictionary<string, NoteKey> { [Name] = log ?? signer.Key },
            Telemetry = new TelemetryOptions { ServiceName = "witness" },
        }, TimeProvider.System);
        await witness.StartAsync();
        port = WitnessAddress.Port;
    }

    public Uri WitnessAddress => witness is null ? new Uri($"http://127.0.0.1:{port}/") : new Uri(witness.Urls.Single() + "/");

    public async Task StopWitness()
    {
        if (witness is not null)
            await witness.DisposeAsync();
        witness = null;
    }

    /// <param name="witnesses">Null: the one that runs here.</param>
    public async Task StartHub(params Witness[]? witnesses)
    {
        Audit = AuditLog.Open(new AuditOptions(Path.Combine(State.FullName, "audit.db"), Name), TimeProvider.System);
        Tree = new LogTree(Path.Combine(State.FullName, "checkpoints.db"), Audit.Store, signer.Key);
        Writer = new CheckpointWriter(Audit, Tree, signer, witnesses is { Length: > 0 } ? witnesses : [Reached()], lifetime, NullLogger<CheckpointWriter>.Instance, Time);
        await Writer.StartAsync(default);
    }

    /// <summary>The hub's way to its witness.</summary>
    public Witness Reached() => Witness.At(new WitnessAddress(WitnessKey, WitnessAddress));

    public async Task StopHub()
    {
        if (Audit is null)
            return;
        await Writer.StopAsync(default);
        Writer.Dispose();
        Tree.Dispose();
        await Audit.DisposeAsync();
        Audit = null!;
    }

    /// <summary>Rounds of the hub go by until it holds.</summary>
    public async Task Until(Func<bool> holds)
    {
        using var enough = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (!holds())
        {
            Time.Advance(TimeSpan.FromMilliseconds(500));
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, enough.Token);
        }
    }

    /// <summary>Rounds go by until a checkpoint over all entries is published; it is cosigned.</summary>
    public async Task Cosigned(ulong size)
    {
        await Until(() => Tree.Published?.Checkpoint.Size == size && Writer.Trouble is null);
        IsCosigned(size);
    }

    public async Task Append(int count)
    {
        for (var i = 0; i < count; i++)
            await Audit.Append(new AuditEntry { TimeUnixMs = RandomNumberGenerator.GetInt32(int.MaxValue), Policy = new PolicyEvent { PolicyVersion = "v" } });
    }

    /// <summary>Published, signed and cosigned.</summary>
    public void IsCosigned(ulong size)
    {
        Assert.Null(Writer.Trouble);
        Assert.True(Checkpoint.TryOpen(Tree.Published!.Note, signer.Key, out var checkpoint, out var note));
        Assert.Equal(size, checkpoint.Size);
        Assert.True(note.IsCosignedBy(WitnessKey, out _));
    }

    /// <summary>What an operator's backup has: every file of the hub's state, while it does not run.</summary>
    public void BackUp()
    {
        foreach (var file in State.GetFiles())
            file.CopyTo(In("backup-" + file.Name));
    }

    public void Restore()
    {
        foreach (var file in State.GetFiles())
            file.Delete();
        foreach (var file in folder.GetFiles("backup-*"))
            file.CopyTo(Path.Combine(State.FullName, file.Name["backup-".Length..]));
    }

    public async ValueTask DisposeAsync()
    {
        await StopHub();
        await StopWitness();
        signer.Dispose();
        lifetime.Dispose();
        folder.Delete(recursive: true);
    }

    string In(string name) => Path.Combine(folder.FullName, name);

    sealed class Lifetime : IHostApplicationLifetime, IDisposable
    {
        readonly CancellationTokenSource stopping = new();

        public bool HasStopped => stopping.IsCancellationRequested;

        public CancellationToken ApplicationStarted => default;

        public CancellationToken ApplicationStopping => stopping.Token;

        public CancellationToken ApplicationStopped => default;

        public void StopApplication() => stopping.Cancel();

        public void Dispose() => stopping.Dispose();
    }
}
