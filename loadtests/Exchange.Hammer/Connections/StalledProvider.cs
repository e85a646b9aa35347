using Exchange.Adapter.Asking;
using Exchange.Hammer.Contenders;
using Exchange.Hammer.Direct;
using Exchange.Hammer.Load;
using Exchange.Hammer.Parties;
using Exchange.Protocol.DataSets;
using Exchange.Protocol.Identity;
using Exchange.Protocol.Refusals;
using Exchange.Protocol.Sessions;
using Exchange.Sandbox.Files;
using Exchange.Sandbox.Residents;
using Exchange.V1;
using Google.Protobuf;
using Records.Municipality.V1;

namespace Exchange.Hammer.Connections;

/// <summary>
/// A town whose adapter confirms sessions and reads every question, and answers none; and those who ask it all the same,
/// each again as soon as the hub's deadline has refused them.
/// </summary>
sealed class StalledProvider : IAsyncDisposable
{
    const string Town = ExchangePlan.Osaka;

    static readonly ByteString question = new HouseholdQuestion().ToByteString();
    static readonly TimeSpan look = TimeSpan.FromMilliseconds(20);

    readonly Requester requester;
    readonly IReadOnlyList<Resident> residents;
    readonly CertificateVerifier verifier;
    readonly ProviderNode node;
    readonly ProviderSessions sessions;
    readonly CancellationTokenSource enough = new();
    HeldConnection? connection;
    Task asking = Task.CompletedTask;
    long read;
    string? wrong;

    /// <param name="residents">About whom it is asked; the requester's.</param>
    public StalledProvider(ExchangeFolder folder, Requester requester, IReadOnlyList<Resident> residents)
    {
        this.requester = requester;
        this.residents = residents;
        var files = DirectFiles.Of(folder.Agency(Town), folder);
        verifier = files.OpenVerifier();
        node = new ProviderNode(files.ReadCertificate(), verifier, folder.Gateway, connections: 1);
        sessions = new ProviderSessions(node.Keys, verifier, TimeProvider.System);
    }

    /// <summary>Questions that have come in.</summary>
    public long Read => Interlocked.Read(ref read);

    /// <summary>Connects it, and returns when so many have asked it.</summary>
    /// <exception cref="VoidRunException">They were not stalled.</exception>
    public async Task Stall(int askers, CancellationToken stop)
    {
        connection = await HeldConnection.Open(node.Channels[0], node.Keys.Bundle, (_, _) => Interlocked.Increment(ref read), (item, incoming) => ProviderNode.Confirm(sessions, item, incoming), stop).ConfigureAwait(false);
        asking = Task.WhenAll(Enumerable.Range(0, askers).Select(asker => Task.Run(() => Ask(asker, askers), stop)));
        var started = TimeProvider.System.GetTimestamp();
        while (Read < askers)
        {
            Check();
            if (TimeProvider.System.GetElapsedTime(started) > Family.Patience)
                throw new VoidRunException($"only {Read} of {askers} questions had reached the stalled provider after {Family.Patience.TotalSeconds:0} s");
            await Task.Delay(look, TimeProvider.System, stop).ConfigureAwait(false);
        }
    }

    /// <exception cref="VoidRunException">The hub did otherwise than wait for an answer that does not come.</exception>
    public void Check()
    {
        if (Volatile.Read(ref wrong) is { } what)
            throw new VoidRunException($"a question to the stalled provider {what}");
        if (connection is { IsOpen: false })
            throw new VoidRunException("the hub gave up the connection of the stalled provider");
    }

    /// <summary>Nobody asks it any more, and it is gone.</summary>
    public async ValueTask DisposeAsync()
    {
        await enough.CancelAsync().ConfigureAwait(false);
        await asking.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (connection is not null)
            await connection.DisposeAsync().ConfigureAwait(false);
        sessions.Dispose();
        node.Dispose();
        verifier.Dispose();
        enough.Dispose();
    }

    async Task Ask(int asker, int askers)
    {
        var ask = requester.Of<Asker>();
        for (var turn = 0; !enough.IsCancellationRequested && Volatile.Read(ref wrong) is null; turn++)
        {
            var about = residents[(asker + turn * askers) % residents.Count];
            var outcome = await ask.Ask(new AskRequest(about.TownKey, Town, TaxQuestion.Task, DataSetCatalogue.Household.Id, question, "hammer", "load", null, ByteString.Empty), enough.Token).ConfigureAwait(false);
            if (outcome.Refusal is not { Reason: Reason.DeadlineExceeded or Reason.Cancelled })
                Interlocked.CompareExchange(ref wrong, outcome.Refusal is { } other ? $"was refused: {Reasons.Name(other.Reason)}" : $"was answered: {outcome.Status}", null);
        }
    }
}
