using Exchange.Hosting.Connections;
using Exchange.V1;
using Google.Protobuf;
using Microsoft.Extensions.Time.Testing;

namespace Exchange.Hosting.Tests.Connections;

/// <summary>A requester's and a provider's end of one connection.</summary>
sealed class ConnectionPair : IAsyncDisposable
{
    readonly CancellationTokenSource stop = new();
    readonly Task requesterRuns;
    readonly Task<Exception?> providerRuns;

    public ConnectionPair(Action<QuestionItem, Incoming> answer, ConnectionLimits? limits = null, int? windowAnnounced = null, FakeTimeProvider? time = null)
    {
        Time = time ?? new FakeTimeProvider();
        limits ??= new ConnectionLimits();
        Requester = new FrameConnection(ToRequester, ToProvider, limits, Time, _ => { }, (_, item) => item.Refuse(new Refusal { Reason = Reason.Internal }), (_, _) => { });
        Provider = new FrameConnection(ToProvider, ToRequester, limits, Time, _ => { }, answer, (_, _) => { });
        Provider.Send(new Frame { Window = (uint)(windowAnnounced ?? limits.Window) });
        requesterRuns = Requester.Run(stop.Token);
        providerRuns = Provider.Run(stop.Token);
    }

    public FakeTimeProvider Time { get; }

    public FrameWire ToProvider { get; } = new();

    public FrameWire ToRequester { get; } = new();

    public FrameConnection Requester { get; }

    public FrameConnection Provider { get; }

    /// <summary>Why the provider's end is over.</summary>
    public Task<Exception?> ProviderEnded => providerRuns;

    public static QuestionItem Question(byte content = 1) => new()
    {
        Question = new SealedQuestion { Header = ByteString.CopyFrom(content), Ciphertext = ByteString.CopyFrom(content, content), Commitment = ByteString.CopyFrom(new byte[32]) },
    };

    public static SealedAnswer Echo(QuestionItem item) => new() { Ciphertext = item.Question.Ciphertext, Commitment = item.Question.Commitment };

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        ToProvider.Cut();
        ToRequester.Cut();
        await requesterRuns;
        await providerRuns;
        stop.Dispose();
    }
}
