using System.Threading.Channels;
using Exchange.Protocol.Lookups;
using Exchange.Protocol.Sessions;
using Exchange.V1;
using Google.Protobuf;
using Grpc.Core;

namespace Exchange.Journeys.Tests.Running;

/// <summary>A connection held open by hand: greets, then sends whatever the test wants and shows every frame that comes.</summary>
public sealed class NodeByHand : IAsyncDisposable
{
    static readonly TimeSpan patience = TimeSpan.FromSeconds(20);

    readonly AsyncDuplexStreamingCall<Frame, Frame> call;
    readonly Channel<Frame> frames = Channel.CreateUnbounded<Frame>();
    readonly Task reading;

    NodeByHand(AgencyByHand agency, string node)
    {
        call = agency.Hub.Connect();
        Keys = new NodeKeys(agency.Signer, TimeProvider.System, node);
        reading = Read();
    }

    public NodeKeys Keys { get; }

    public string Node => Keys.Node;

    public Bundle Bundle => Keys.Bundle;

    /// <param name="bundle">Announced with the greeting; null announces none.</param>
    public static async Task<NodeByHand> Connect(AgencyByHand agency, string node, Func<NodeByHand, Bundle?>? bundle = null, uint window = 65_536)
    {
        var connected = new NodeByHand(agency, node);
        var hello = new Frame { Hello = new Hello { ProtocolVersion = 1, Node = node, Software = "by hand" }, Window = window };
        if ((bundle is null ? connected.Bundle : bundle(connected)) is { } announced)
            hello.Bundle = announced;
        await connected.Send(hello);
        await connected.Next(frame => frame.Welcome is not null);
        return connected;
    }

    public Task Send(Frame frame) => call.RequestStream.WriteAsync(frame);

    /// <summary>The next frame of which this holds; those before it are passed over.</summary>
    public async Task<Frame> Next(Func<Frame, bool> holds)
    {
        using var enough = new CancellationTokenSource(patience);
        while (true)
        {
            var frame = await frames.Reader.ReadAsync(enough.Token);
            if (holds(frame))
                return frame;
        }
    }

    public async Task<QuestionItem> Question() => Assert.Single((await Next(frame => frame.Questions.Count > 0)).Questions);

    /// <summary>As many refusals as there are, by the ids of what was asked.</summary>
    public async Task<IReadOnlyList<RefusalItem>> Refusals(int count)
    {
        var refusals = new List<RefusalItem>();
        while (refusals.Count < count)
            refusals.AddRange((await Next(frame => frame.Refusals.Count > 0)).Refusals);
        return refusals;
    }

    /// <summary>Why the hub ended the connection; null when it closed it in order.</summary>
    public async Task<RpcException?> Ended()
    {
        try
        {
            await reading.WaitAsync(patience);
            return null;
        }
        catch (RpcException e)
        {
            return e;
        }
    }

    /// <summary>As the hub checks it: a sealed answer of any content but the right size.</summary>
    public static SealedAnswer Answer(int excess = 0) => new()
    {
        Ciphertext = ByteString.CopyFrom(new byte[AnswerEnvelope.SealedSize(512) + excess]),
        Commitment = ByteString.CopyFrom(new byte[32]),
    };

    public async ValueTask DisposeAsync()
    {
        call.Dispose();
        await reading.ContinueWith(_ => { }, TaskScheduler.Default);
        Keys.Dispose();
    }

    async Task Read()
    {
        await foreach (var frame in call.ResponseStream.ReadAllAsync())
            await frames.Writer.WriteAsync(frame);
    }
}
