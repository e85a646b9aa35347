using System.Net;
using System.Text;
using Exchange.Hosting.Telemetry;
using Exchange.KeyAuthority.Witnessing;
using Exchange.Protocol.Transparency;
using Microsoft.AspNetCore.Builder;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Exchange.KeyAuthority.Tests.Witnessing;

/// <summary>A serving witness on a real socket that watches one log, and the log.</summary>
sealed class RunningWitness : IAsyncDisposable
{
    readonly TemporaryFolder folder = new();
    readonly HttpClient http = new();
    WebApplication? app;

    public RunningWitness()
    {
        Key = NewWitness.Draw(folder["witness.key"], folder["witness.pub"], "privacy-commission", State, Time);
        Log = new LogByHand(LogSigner);
    }

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 4, 1, 9, 0, 0, TimeSpan.Zero));

    public NoteKey Key { get; }

    public NoteSigner LogSigner { get; } = LogByHand.Signer();

    public LogByHand Log { get; }

    public string State => folder["witness.db"];

    public Uri Address => new(app!.Urls.Single());

    public WitnessOptions Options => new()
    {
        Listen = new IPEndPoint(IPAddress.Loopback, 0),
        Management = new ManagementOptions(),
        Key = folder["witness.key"],
        Name = Key.Name,
        State = State,
        Logs = new Dictionary<string, NoteKey> { [LogSigner.Key.Name] = LogSigner.Key },
        Telemetry = new TelemetryOptions { ServiceName = "witness" },
    };

    public async Task<RunningWitness> Start()
    {
        app = WitnessHost.Build(Options, Time);
        await app.StartAsync();
        return this;
    }

    public async Task Stop()
    {
        if (app is not null)
            await app.DisposeAsync();
        app = null;
    }

    public async Task<(int Status, string? Type, string Body)> Post(byte[] body)
    {
        using var answer = await http.PostAsync(new Uri(Address, "add-checkpoint"), new ByteArrayContent(body));
        return ((int)answer.StatusCode, answer.Content.Headers.ContentType?.MediaType, await answer.Content.ReadAsStringAsync());
    }

    public Task<(int Status, string? Type, string Body)> Post(string body) => Post(Encoding.UTF8.GetBytes(body));

    public async Task<(int Status, string? Type, string Body)> Bring(ulong old, ulong size, LogByHand? log = null) => await Post(await (log ?? Log).Request(old, size));

    /// <summary>Brought and cosigned, with a line that is this witness's over just this checkpoint.</summary>
    public async Task<DateTimeOffset> Cosigned(ulong old, ulong size)
    {
        var (status, _, lines) = await Bring(old, size);
        Assert.Equal(200, status);
        return await IsCosigned(size, lines);
    }

    public async Task<DateTimeOffset> IsCosigned(ulong size, string lines)
    {
        Assert.True(SignedNote.TryParse(await Log.Note(size) + lines, out var note));
        Assert.True(note.IsCosignedBy(Key, out var time));
        return time;
    }

    /// <summary>Status and body of a page of the management port.</summary>
    public async Task<(int Status, string Body)> Page(string path)
    {
        using var answer = await http.GetAsync(new Uri(app!.Services.GetRequiredService<ManagementEndpoint>().Address, path));
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    /// <summary>A tool that opens the store beside the witness.</summary>
    public SqliteConnection OpenState()
    {
        var connection = new SqliteConnection($"Data Source={State};Pooling=false");
        connection.Open();
        return connection;
    }

    public async ValueTask DisposeAsync()
    {
        await Stop();
        http.Dispose();
        LogSigner.Dispose();
        folder.Dispose();
    }
}
